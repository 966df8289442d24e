package dev.tilecast.engine.core;

/**
 * How fast bytes come: of late, and the most that was kept up. They are counted in spans of half a
 * second that follow each other while bytes come; the rate kept up is the greatest that two spans
 * in a row have reached, so that what piled up in a queue and came at once is not taken for it
 * (ARCHITECTURE.md, Rates and scores). Bytes that come for less than a second measure nothing.
 */
final class Flow {
  /** A pause that is shorter belongs to the flow; it begins anew after a longer one. */
  static final long PAUSE_NANOS = 1_000_000_000L;

  private static final long SPAN_NANOS = PAUSE_NANOS / 2;
  private static final long NEVER = Long.MIN_VALUE;

  private long since = NEVER;
  private long bytes;

  /** Of the span before this one; 0 where there was none. */
  private long before;

  /** Of the spans before, older ones counting less and less. */
  private long smooth;

  private long keptUp;

  void add(int more, long now) {
    if (since == NEVER) {
      since = now;
    } else if (now - since >= SPAN_NANOS) {
      close(now);
    }
    bytes += more;
  }

  private void close(long now) {
    long nanos = now - since;
    long rate = nanos < PAUSE_NANOS ? bytes * 1_000_000_000L / nanos : 0;
    keptUp = Math.max(keptUp, Math.min(rate, before));
    smooth = before == 0 || rate == 0 ? rate : (smooth + rate) / 2;
    before = rate;
    since = now;
    bytes = 0;
  }

  /** What came since the last span is not to be counted: it was wrong. */
  void beginAgain() {
    since = NEVER;
    bytes = 0;
    before = 0;
  }

  /** Bytes a second that were kept up; 0 while it is not measured. */
  long keptUp() {
    return keptUp;
  }

  /** Bytes a second of late; 0 once nothing came for a second and a half. */
  long bytesPerSecond(long now) {
    if (since == NEVER || now - since >= 3 * SPAN_NANOS) {
      return 0;
    }
    double seconds = (now - since) / 1e9;
    return Math.round(
        before == 0
            ? bytes / Math.max(SPAN_NANOS / 1e9, seconds)
            : (bytes + smooth) / (seconds + 1));
  }
}
