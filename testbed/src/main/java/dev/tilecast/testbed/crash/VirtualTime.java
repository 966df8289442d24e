package dev.tilecast.testbed.crash;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands until somebody moves it on. */
final class VirtualTime implements InstantSource {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private long nanos;

  long nanos() {
    return nanos;
  }

  void advanceTo(long laterNanos) {
    nanos = Math.max(nanos, laterNanos);
  }

  @Override
  public Instant instant() {
    return BEGIN.plusNanos(nanos);
  }
}
