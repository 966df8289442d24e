package dev.tilecast.testbed.world;

/** What one end of a link counts; {@link PortCounters} says what each number means. */
final class PortTally {
  private static final long SECOND = 1_000_000_000L;

  long sent;
  long sentBytes;
  long received;
  long receivedBytes;
  long refused;
  long lost;
  long corrupted;
  long duplicated;
  long reordered;
  long stale;
  long overrun;
  long unread;
  long frameErrors;
  long ups;
  private long mfmBytes;

  void mfm(long bytesPerSecond, long nanos) {
    mfmBytes += nanos / SECOND * bytesPerSecond + nanos % SECOND * bytesPerSecond / SECOND;
  }

  PortCounters counters() {
    return new PortCounters(
        sent,
        sentBytes,
        received,
        receivedBytes,
        refused,
        lost,
        corrupted,
        duplicated,
        reordered,
        stale,
        overrun,
        unread,
        frameErrors,
        ups,
        mfmBytes);
  }
}
