package dev.tilecast.transport.itc;

import dev.tilecast.transport.Direction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the driver's two files say. */
final class StatusText {
  private static final Pattern EIGHT_DIGITS = Pattern.compile("[0-9a-fA-F]{8}\\s*");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,10}");
  private static final int SHOWN_MAX = 24;

  /**
   * Each direction's row of the statistics file.
   *
   * @param syncs how often it came up
   * @param bytesSent of services that the driver has passed on, modulo 2^32
   */
  record Counts(Map<Direction, Long> syncs, Map<Direction, Long> bytesSent) {}

  private StatusText() {}

  /** Which directions are up, from the status file; or empty where it is none. */
  static Optional<Map<Direction, Boolean>> up(String text) {
    if (!EIGHT_DIGITS.matcher(text).matches()) {
      return Optional.empty();
    }
    Map<Direction, Boolean> up = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      // The digit of direction 0 is the last one.
      up.put(direction, text.charAt(7 - direction.code()) != '0');
    }
    return Optional.of(up);
  }

  /** What the statistics file counts; what it does not, or not in numbers, lacks. */
  static Counts counts(String text) {
    List<String> lines = text.lines().toList();
    List<String> columns = lines.isEmpty() ? List.of() : words(lines.get(0));
    return new Counts(column(lines, columns, "psan"), column(lines, columns, "svcbsent"));
  }

  private static Map<Direction, Long> column(
      List<String> lines, List<String> columns, String name) {
    Map<Direction, Long> counts = new EnumMap<>(Direction.class);
    int column = columns.indexOf(name);
    if (columns.indexOf("dir") != 0 || column < 0) {
      return counts;
    }
    for (String line : lines.subList(1, lines.size())) {
      List<String> cells = words(line);
      if (cells.size() > column
          && cells.get(0).matches("[0-7]")
          && COUNT.matcher(cells.get(column)).matches()) {
        Direction direction = Direction.ofCode(Integer.parseInt(cells.get(0)));
        counts.put(direction, Long.parseLong(cells.get(column)));
      }
    }
    return counts;
  }

  /** The beginning of {@code text}, as part of a message. */
  static String shown(String text) {
    String line = text.strip();
    return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + "...";
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split("\\s+", -1));
  }
}
