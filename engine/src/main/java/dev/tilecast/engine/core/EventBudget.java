package dev.tilecast.engine.core;

/** How many more events somebody may cause: a burst, and then one at a time. */
final class EventBudget {
  private int left = Limits.EVENTS_BURST_MAX;
  private long nextAt = Long.MIN_VALUE;

  boolean spend(long now) {
    if (left < Limits.EVENTS_BURST_MAX && now >= nextAt) {
      long earned = 1 + (now - nextAt) / Limits.EVENT_GAP_NANOS;
      left = (int) Math.min(Limits.EVENTS_BURST_MAX, left + earned);
      nextAt = now + Limits.EVENT_GAP_NANOS;
    }
    if (left == 0) {
      return false;
    }
    if (left == Limits.EVENTS_BURST_MAX) {
      nextAt = now + Limits.EVENT_GAP_NANOS;
    }
    left--;
    return true;
  }
}
