package dev.tilecast.transport;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How long packets have waited to be sent, by urgency, since the link was made. Thread-safe. */
public final class QueueTimes {
  private static final int URGENCIES = Urgency.values().length;

  private final long[] packets = new long[URGENCIES];
  private final long[] nanos = new long[URGENCIES];
  private final long[] longest = new long[URGENCIES];

  /** A packet has waited so long. */
  synchronized void add(Urgency urgency, long waitedNanos) {
    int of = urgency.ordinal();
    packets[of]++;
    nanos[of] += waitedNanos;
    longest[of] = Math.max(longest[of], waitedNanos);
  }

  /** The longest wait so far, in nanoseconds. */
  public synchronized long longestNanos(Urgency urgency) {
    return longest[urgency.ordinal()];
  }

  /**
   * Puts the mean and the longest wait of each urgency into {@code counters}, in microseconds, as
   * {@code queued_bulk_mean_us} and so on.
   */
  public synchronized void addTo(Map<String, Long> counters) {
    for (Urgency urgency : Urgency.values()) {
      int of = urgency.ordinal();
      String name = "queued_" + urgency.name().toLowerCase(Locale.ROOT);
      long mean = packets[of] == 0 ? 0 : nanos[of] / packets[of];
      counters.put(name + "_mean_us", TimeUnit.NANOSECONDS.toMicros(mean));
      counters.put(name + "_longest_us", TimeUnit.NANOSECONDS.toMicros(longest[of]));
    }
  }
}
