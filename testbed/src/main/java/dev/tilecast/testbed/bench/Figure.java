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
 * @param bound what no implementation could beat in this very run, where that can be said
 */
public record Figure(
    String name, double measured, String unit, Optional<Target> target, Optional<Double> bound) {
  public Figure {
    requireNonNull(name);
    requireNonNull(unit);
    requireNonNull(target);
    requireNonNull(bound);
  }

  /** A number that is only told. */
  static Figure told(String name, double measured, String unit) {
    return new Figure(name, measured, unit, Optional.empty(), Optional.empty());
  }

  /** A number that must not be greater than {@code limit}. */
  static Figure atMost(double limit, String name, double measured, String unit) {
    Target target = new Target(false, limit);
    return new Figure(name, measured, unit, Optional.of(target), Optional.empty());
  }

  /** A number that must not be less than {@code limit}. */
  static Figure atLeast(double limit, String name, double measured, String unit) {
    Target target = new Target(true, limit);
    return new Figure(name, measured, unit, Optional.of(target), Optional.empty());
  }

  /** The same with what could not be beaten. */
  Figure bound(double unbeatable) {
    return new Figure(name, measured, unit, target, Optional.of(unbeatable));
  }

  /** Whether the target is missed. */
  public boolean isMissed() {
    return target.isPresent() && !target.get().isMetBy(measured);
  }

  /** {@code met}, {@code MISSED}, or {@code -} where there is no target. */
  public String verdict() {
    return target.isEmpty() ? "-" : isMissed() ? "MISSED" : "met";
  }

  /** What the columns of {@link #toLine} are. */
  public static String header() {
    return line("figure", "measured", "target", "bound", "verdict");
  }

  /** Name, measured, target, bound and verdict on one line. */
  public String toLine() {
    return line(
        name,
        amount(measured),
        target.map(t -> (t.atLeast() ? ">= " : "<= ") + amount(t.limit())).orElse("-"),
        bound.map(this::amount).orElse("-"),
        verdict());
  }

  private static String line(
      String name, String measured, String target, String bound, String verdict) {
    return String.format(
            Locale.ROOT, "%-24s %18s   %-20s %-18s %s", name, measured, target, bound, verdict)
        .stripTrailing();
  }

  private String amount(double value) {
    return (number(value) + " " + unit).stripTrailing();
  }

  private static String number(double value) {
    String format = value == Math.rint(value) ? "%.0f" : value < 10 ? "%.3f" : "%.1f";
    return String.format(Locale.ROOT, format, value);
  }

  /**
   * What a number must reach.
   *
   * @param atLeast whether it must not be less; else it must not be greater
   * @param limit in the unit of the figure
   */
  public record Target(boolean atLeast, double limit) {
    boolean isMetBy(double measured) {
      return atLeast ? measured >= limit : measured <= limit;
    }
  }
}
