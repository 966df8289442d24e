package dev.tilecast.testbed.scenario;

import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.transport.Direction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One word of a command, and what it can be read as.
 *
 * @param line of the file, from 1
 */
record Word(int line, String text) {
  private static final Pattern PLACE = Pattern.compile("([0-9]{1,3}),([0-9]{1,3})");
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h|d)");
  private static final Pattern BYTES = Pattern.compile("([0-9]{1,9})([KMG])?");
  private static final Pattern CHANCE = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,4})?)%");
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");

  private static final double MILLI = 1e6;
  private static final double SECOND = 1e9;

  boolean is(String word) {
    return text.equals(word);
  }

  /** What to throw where this word is no {@code expected}. */
  ScenarioException isNo(String expected) {
    return wrong("'" + text + "' is no " + expected);
  }

  ScenarioException wrong(String words) {
    return new ScenarioException(line, words);
  }

  boolean isPlace() {
    return PLACE.matcher(text).matches();
  }

  Place place() throws ScenarioException {
    Matcher matcher = PLACE.matcher(text);
    if (!matcher.matches()) {
      throw isNo("place; write x,y such as 0,0");
    }
    return new Place(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** A span of time in nanoseconds. */
  long span() throws ScenarioException {
    Matcher matcher = SPAN.matcher(text);
    if (!matcher.matches()) {
      throw isNo("span of time; write 250ms, 60s, 5m, 2h or 1d");
    }
    double unit =
        switch (matcher.group(2)) {
          case "ms" -> MILLI;
          case "s" -> SECOND;
          case "m" -> 60 * SECOND;
          case "h" -> 3600 * SECOND;
          case "d" -> 86_400 * SECOND;
          default -> throw new AssertionError(text);
        };
    return Math.round(Double.parseDouble(matcher.group(1)) * unit);
  }

  long bytes() throws ScenarioException {
    Matcher matcher = BYTES.matcher(text);
    if (!matcher.matches()) {
      throw isNo("number of bytes; write 4096, 64K or 2M");
    }
    int bits =
        switch (matcher.group(2) == null ? "" : matcher.group(2)) {
          case "" -> 0;
          case "K" -> 10;
          case "M" -> 20;
          case "G" -> 30;
          default -> throw new AssertionError(text);
        };
    return Long.parseLong(matcher.group(1)) << bits;
  }

  boolean isChance() {
    return CHANCE.matcher(text).matches();
  }

  /** A share of one. */
  double chance() throws ScenarioException {
    Matcher matcher = CHANCE.matcher(text);
    double percent = matcher.matches() ? Double.parseDouble(matcher.group(1)) : 101;
    if (percent > 100) {
      throw isNo("share; write 0% to 100%, such as 0.5%");
    }
    return percent / 100;
  }

  long whole() throws ScenarioException {
    if (!WHOLE.matcher(text).matches()) {
      throw isNo("whole number");
    }
    return Long.parseLong(text);
  }

  /** A whole number of at least {@code min} and at most {@code max}. */
  int whole(int min, int max) throws ScenarioException {
    long value = whole();
    if (value < min || value > max) {
      throw wrong(text + " is out of bounds; write " + min + " to " + max);
    }
    return (int) value;
  }

  Name name() throws ScenarioException {
    return Name.parse(text).orElseThrow(() -> isNo("name of an MFZ; write one such as demo.mfz"));
  }

  Optional<Direction> maybeDirection() {
    return Arrays.stream(Direction.values()).filter(d -> d.name().equals(text)).findFirst();
  }

  Direction direction() throws ScenarioException {
    return maybeDirection()
        .orElseThrow(() -> isNo("direction; write one of " + Arrays.toString(Direction.values())));
  }

  /** This word cut at each {@code mark}, at least one part. */
  List<Word> cutAt(String mark) {
    return Arrays.stream(text.split(Pattern.quote(mark), -1))
        .map(part -> new Word(line, part))
        .toList();
  }

  @Override
  public String toString() {
    return text;
  }
}
