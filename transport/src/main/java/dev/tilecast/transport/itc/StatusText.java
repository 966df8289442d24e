package dev.tilecast.transport.itc;

import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.regex.Pattern;

/** What the driver's two files say. */
final class StatusText {
  private static final Pattern EIGHT_DIGITS = Pattern.compile("[0-9a-fA-F]{8}\\s*");
  private static final int COUNT_DIGITS_MAX = 10;
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

  /**
   * What the statistics file counts; what it does not, or not in numbers, lacks. Read hundreds of
   * times a second while a link is busy, so without regular expressions.
   */
  static Counts counts(String text) {
    Map<Direction, Long> syncs = new EnumMap<>(Direction.class);
    Map<Direction, Long> bytesSent = new EnumMap<>(Direction.class);
    StringTokenizer lines = new StringTokenizer(text, "\r\n");
    List<String> columns = lines.hasMoreTokens() ? cells(lines.nextToken()) : List.of();
    if (columns.indexOf("dir") == 0) {
      int syncColumn = columns.indexOf("psan");
      int sentColumn = columns.indexOf("svcbsent");
      while (lines.hasMoreTokens()) {
        List<String> row = cells(lines.nextToken());
        if (row.get(0).length() == 1 && "01234567".contains(row.get(0))) {
          Direction direction = Direction.ofCode(row.get(0).charAt(0) - '0');
          put(syncs, direction, row, syncColumn);
          put(bytesSent, direction, row, sentColumn);
        }
      }
    }
    return new Counts(syncs, bytesSent);
  }

  private static void put(
      Map<Direction, Long> counts, Direction direction, List<String> row, int column) {
    if (column >= 0 && column < row.size()) {
      long count = count(row.get(column));
      if (count >= 0) {
        counts.put(direction, count);
      }
    }
  }

  /** The number that {@code cell} spells in at most ten digits, or less than 0. */
  private static long count(String cell) {
    if (cell.length() > COUNT_DIGITS_MAX) {
      return -1;
    }
    long count = 0;
    for (int i = 0; i < cell.length(); i++) {
      int digit = cell.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      count = 10 * count + digit;
    }
    return count;
  }

  /** The beginning of {@code text}, as part of a message. */
  static String shown(String text) {
    String line = text.strip();
    return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + "...";
  }

  /** What blanks divide; at least one, which may be empty. */
  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(line, " \t");
    while (tokens.hasMoreTokens()) {
      cells.add(tokens.nextToken());
    }
    return cells.isEmpty() ? List.of("") : cells;
  }
}
