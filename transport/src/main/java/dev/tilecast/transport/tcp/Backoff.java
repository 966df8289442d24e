package dev.tilecast.transport.tcp;

import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: doubling, with a random half. Not thread-safe. */
final class Backoff {
  static final long FIRST_NANOS = 50_000_000L;

  private final RandomGenerator random;
  private long nextNanos = FIRST_NANOS;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The next wait, a random time between half of and the whole of the present step. */
  long next(long maxNanos) {
    long step = Math.min(nextNanos, maxNanos);
    nextNanos = Math.min(step * 2, maxNanos);
    return step / 2 + random.nextLong(step / 2 + 1);
  }

  /** Begins anew with the shortest wait. */
  void reset() {
    nextNanos = FIRST_NANOS;
  }
}
