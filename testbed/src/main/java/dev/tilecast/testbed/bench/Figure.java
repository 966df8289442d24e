package dev.tilecast.testbed.bench;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;

/**
 * One measured number.
 *
 * @param name the bench, a dot, and what was measured
 * @param measured the number, in {@code unit}
 * @param unit what it counts
 * @param target what it must reach, if anything
 */
public record Figure(String name, double measured, String unit, Optional<Target> target) {
  public Figure {
    requireNonNull(name);
    requireNonNull(unit);
    requireNonNull(target);
  }

  /** A number that is only told. */
  static Figure told(String name, double measured, String unit) {
    return new Figure(name, measured, unit, Optional.empty());
  }

  /** A number that must not be greater than {@code bound}. */
  static Figure atMost(double bound, String name, double measured, String unit) {
    return new Figure(name, measured, unit, Optional.of(new Target(false, bound)));
  }

  /** A number that must not be less than {@code bound}. */
  static Figure atLeast(double bound, String name, double measured, String unit) {
    return new Figure(name, measured, unit, Optional.of(new Target(true, bound)));
  }

  /** Whether the target is missed. */
  public boolean isMissed() {
    return target.isPresent() && !target.get().isMetBy(measured);
  }

  /** {@code met}, {@code MISSED}, or {@code -} where there is no target. */
  public String verdict() {
    return target.isEmpty() ? "-" : isMissed() ? "MISSED" : "met";
  }

  /** Name, measured, target and verdict on one line. */
  public String toLine() {
    String bound =
        target.map(t -> (t.atLeast() ? ">= " : "<= ") + number(t.bound()) + " " + unit).orElse("-");
    return String.format(
            Locale.ROOT,
            "%-24s %14s   %-14s %s",
            name,
            number(measured) + " " + unit,
            bound,
            verdict())
        .stripTrailing();
  }

  private static String number(double value) {
    String format = value == Math.rint(value) ? "%.0f" : value < 10 ? "%.3f" : "%.1f";
    return String.format(Locale.ROOT, format, value);
  }

  /**
   * What a number must reach.
   *
   * @param atLeast whether it must not be less; else it must not be greater
   * @param bound in the unit of the figure
   */
  public record Target(boolean atLeast, double bound) {
    boolean isMetBy(double measured) {
      return atLeast ? measured >= bound : measured <= bound;
    }
  }
}
