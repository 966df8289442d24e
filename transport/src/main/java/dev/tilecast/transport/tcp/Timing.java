package dev.tilecast.transport.tcp;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The times of a link that a test sets.
 *
 * @param nanoTime the clock by which a peer is silent
 * @param lookNanos how often a writer with nothing to write looks at that clock
 * @param handshakeNanos within which a TLS handshake must end
 */
record Timing(LongSupplier nanoTime, long lookNanos, long handshakeNanos) {
  /**
   * A tile under load needs a second for a handshake; and a look in five seconds costs nothing
   * beside the 45 after which it counts.
   */
  static final Timing STANDARD =
      new Timing(System::nanoTime, TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(5));

  Timing {
    requireNonNull(nanoTime);
  }
}
