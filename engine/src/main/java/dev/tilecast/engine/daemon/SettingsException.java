package dev.tilecast.engine.daemon;

import dev.tilecast.engine.message.Visible;
import java.util.List;
import java.util.stream.Collectors;

/** Settings that cannot be used, with everything that is wrong with them. */
public final class SettingsException extends Exception {
  private final transient List<Fault> faults;

  /**
   * One thing that is wrong.
   *
   * @param line of the file, from 1; 0 where it is about the file as a whole
   * @param key where, as written in the file; empty where it is about the file as a whole
   * @param words what is wrong, and what would be right
   */
  public record Fault(int line, String key, String words) {
    @Override
    public String toString() {
      return (line > 0 ? "line " + line + ": " : "")
          + (key.isEmpty() ? "" : Visible.text(key) + ": ")
          + Visible.text(words);
    }
  }

  SettingsException(List<Fault> faults) {
    super(words(faults));
    this.faults = List.copyOf(faults);
  }

  SettingsException(List<Fault> faults, Throwable cause) {
    super(words(faults), cause);
    this.faults = List.copyOf(faults);
  }

  /** Everything that is wrong, in the order of the file. */
  public List<Fault> faults() {
    return faults;
  }

  private static String words(List<Fault> faults) {
    return faults.stream()
        .map(fault -> Settings.FILE_NAME + (fault.line() > 0 ? " " : ": ") + fault)
        .collect(Collectors.joining("\n"));
  }
}
