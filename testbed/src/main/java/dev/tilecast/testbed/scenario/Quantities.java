package dev.tilecast.testbed.scenario;

import java.util.Locale;

/** Amounts as transcripts show them, the same on every machine. */
final class Quantities {
  private static final int KILO = 1024;

  private Quantities() {}

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3fs", nanos / 1e9);
  }

  static String bytes(long count) {
    if (count < KILO) {
      return Long.toString(count);
    }
    return count < KILO * KILO
        ? String.format(Locale.ROOT, "%.1fK", count / (double) KILO)
        : String.format(Locale.ROOT, "%.2fM", count / (double) (KILO * KILO));
  }

  static String ratio(long part, long whole) {
    return String.format(Locale.ROOT, "%.2f", part / (double) whole);
  }
}
