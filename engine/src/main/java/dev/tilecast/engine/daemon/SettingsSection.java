package dev.tilecast.engine.daemon;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of the settings. A value of another type, or out of its range, becomes a fault with
 * line and key, and reading goes on.
 */
final class SettingsSection {
  private static final int EDITS_MAX = 3;

  private final TomlTable table;
  private final String label;
  private final int line;
  private final List<SettingsException.Fault> faults;

  /**
   * A section.
   *
   * @param label what stands before its keys in messages, as {@code link 2}; empty for the top
   * @param line where it begins
   * @param faults what faults are added to
   */
  SettingsSection(TomlTable table, String label, int line, List<SettingsException.Fault> faults) {
    this.table = table;
    this.label = label;
    this.line = line;
    this.faults = faults;
  }

  static List<SettingsException.Fault> inOrder(List<SettingsException.Fault> faults) {
    return faults.stream().sorted(Comparator.comparingInt(SettingsException.Fault::line)).toList();
  }

  boolean has(String key) {
    return table.contains(List.of(key));
  }

  /** Adds a fault about {@code key}; an empty key means the section as a whole. */
  void fault(String key, String words) {
    String where = key.isEmpty() || label.isEmpty() ? label + key : label + ", " + key;
    faults.add(new SettingsException.Fault(lineOf(key), where, words));
  }

  void faultIfAbsent(String key, String words) {
    if (!has(key)) {
      fault(key, words);
    }
  }

  /** Adds a fault for every key that is not one of {@code known}, with the nearest of them. */
  void refuseUnknown(List<String> known) {
    for (String key : table.keySet()) {
      if (!known.contains(key)) {
        String nearest = known.stream().min(Comparator.comparingInt(k -> edits(key, k))).get();
        String hint =
            edits(key, nearest) <= EDITS_MAX
                ? "did you mean '" + nearest + "'?"
                : "known here: " + String.join(", ", known);
        fault(key, "unknown key; " + hint);
      }
    }
  }

  Optional<String> text(String key) {
    return value(key, String.class, "a text in quotes");
  }

  boolean flag(String key, boolean standard) {
    return value(key, Boolean.class, "true or false").orElse(standard);
  }

  long number(String key, long standard, long min, long max) {
    Optional<Long> value = value(key, Long.class, "a whole number");
    if (value.isPresent() && (value.get() < min || value.get() > max)) {
      fault(key, "%d is not within %d to %d".formatted(value.get(), min, max));
      return standard;
    }
    return value.orElse(standard);
  }

  int number(String key, int standard, int min, int max) {
    return Math.toIntExact(number(key, (long) standard, min, max));
  }

  Optional<List<String>> texts(String key) {
    Optional<TomlArray> array = value(key, TomlArray.class, "a list of texts in quotes");
    if (array.isEmpty()) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>();
    List<Object> elements = array.get().toList();
    for (int i = 0; i < elements.size(); i++) {
      if (!(elements.get(i) instanceof String text)) {
        fault(key, "must be a list of texts in quotes; number " + (i + 1) + " of it is none");
        return Optional.empty();
      }
      texts.add(text);
    }
    return Optional.of(texts);
  }

  Optional<SettingsSection> table(String key) {
    return value(key, TomlTable.class, "a table, as [" + key + "]")
        .map(inner -> new SettingsSection(inner, key, lineOf(key), faults));
  }

  /** The tables {@code [[key]]}, labelled with their number from 1. */
  List<SettingsSection> tables(String key) {
    List<SettingsSection> sections = new ArrayList<>();
    Optional<TomlArray> array = value(key, TomlArray.class, "tables, each as [[" + key + "]]");
    if (array.isPresent()) {
      List<Object> elements = array.get().toList();
      for (int i = 0; i < elements.size(); i++) {
        if (elements.get(i) instanceof TomlTable inner) {
          int at = array.get().inputPositionOf(i).line();
          sections.add(new SettingsSection(inner, key + " " + (i + 1), at, faults));
        } else {
          fault(key, "must be tables, each as [[" + key + "]]");
        }
      }
    }
    return sections;
  }

  private <T> Optional<T> value(String key, Class<T> type, String expected) {
    if (!has(key)) {
      return Optional.empty();
    }
    Object value = table.get(List.of(key));
    if (!type.isInstance(value)) {
      fault(key, "must be " + expected);
      return Optional.empty();
    }
    return Optional.of(type.cast(value));
  }

  /** The line of {@code key}, from 1; that of the section where it has none. */
  int lineOf(String key) {
    if (key.isEmpty() || !has(key)) {
      return line;
    }
    TomlPosition position = table.inputPositionOf(List.of(key));
    return position.line();
  }

  /** Levenshtein's distance. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
