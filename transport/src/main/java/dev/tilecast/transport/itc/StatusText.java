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
  private static final int SHOWN_MAX = 24;

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
   * How often each direction came up, from the statistics file; those that it does not tell lack.
   */
  static Map<Direction, Long> syncs(String text) {
    Map<Direction, Long> syncs = new EnumMap<>(Direction.class);
    List<String> lines = text.lines().toList();
    List<String> columns = lines.isEmpty() ? List.of() : words(lines.get(0));
    int column = columns.indexOf("psan");
    if (columns.indexOf("dir") != 0 || column < 0) {
      return syncs;
    }
    for (String line : lines.subList(1, lines.size())) {
      List<String> cells = words(line);
      if (cells.size() > column && cells.get(0).matches("[0-7]")) {
        count(cells.get(column))
            .ifPresent(count -> syncs.put(Direction.ofCode(Integer.parseInt(cells.get(0))), count));
      }
    }
    return syncs;
  }

  /** The beginning of {@code text}, as part of a message. */
  static String shown(String text) {
    String line = text.strip();
    return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + "...";
  }

  private static Optional<Long> count(String cell) {
    return cell.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(cell)) : Optional.empty();
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split("\\s+", -1));
  }
}
