package dev.tilecast.cli;

import dev.tilecast.engine.admin.Question;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 30}, {@code 30s}, {@code 500ms}, {@code 5m}, {@code 2h} and {@code 1d}. */
final class TimeSpan implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)?");

  @Override
  public Duration convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no span of time; write 30 or 30s, 500ms, 5m, 2h");
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "s" : matcher.group(2);
    Duration span =
        switch (unit) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          case "d" -> Duration.ofDays(number);
          default -> throw new AssertionError(unit);
        };
    if (span.compareTo(Question.TIMEOUT_MAX) > 0) {
      throw new TypeConversionException(
          "'" + text + "' is too long; at most " + Question.TIMEOUT_MAX.toDays() + "d");
    }
    return span;
  }
}
