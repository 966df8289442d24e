package dev.tilecast.engine.core;

/** How much more somebody may cause: a burst, and then one at a time. */
public final class Budget {
  private final int burst;
  private final long gapNanos;
  private int left;
  private long nextAt = Long.MIN_VALUE;

  public Budget(int burst, long gapNanos) {
    this.burst = burst;
    this.gapNanos = gapNanos;
    this.left = burst;
  }

  /** Whether one more is within it; takes it. */
  public boolean spend(long now) {
    if (left < burst && now >= nextAt) {
      long earned = 1 + (now - nextAt) / gapNanos;
      left = (int) Math.min(burst, left + earned);
      nextAt = now + gapNanos;
    }
    if (left == 0) {
      return false;
    }
    if (left == burst) {
      nextAt = now + gapNanos;
    }
    left--;
    return true;
  }

  /** When one more is within it again, after {@link #spend} has said no. */
  long nextAt() {
    return nextAt;
  }
}
