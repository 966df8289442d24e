package dev.tilecast.engine.core;

/** Bytes a second over the last few seconds, older ones counting less and less. */
final class Rate {
  private static final double SPAN_NANOS = 3e9;

  private double bytes;
  private long since = Long.MIN_VALUE;
  private long at;

  void add(int more, long now) {
    decay(now);
    bytes += more;
  }

  long bytesPerSecond(long now) {
    if (since == Long.MIN_VALUE) {
      return 0;
    }
    decay(now);
    // A young rate has not yet had the whole span to gather bytes in.
    double gathered = SPAN_NANOS * (1 - Math.exp(-(double) Math.max(1, now - since) / SPAN_NANOS));
    return Math.round(bytes / gathered * 1e9);
  }

  private void decay(long now) {
    if (since == Long.MIN_VALUE) {
      since = now;
    } else {
      bytes *= Math.exp(-(double) (now - at) / SPAN_NANOS);
    }
    at = now;
  }
}
