package dev.tilecast.testbed.disk;

import java.util.ArrayList;
import java.util.List;

/** Every operation on one file system, in order. May be used from any thread. */
public final class Journal {
  /**
   * One operation.
   *
   * @param path of what it concerned, as it was called then
   */
  public record Entry(Operation operation, String path) {
    /** The operation and its path, for a person. */
    public String words() {
      return operation.words() + ", " + path;
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  synchronized void add(Operation operation, String path) {
    entries.add(new Entry(operation, path));
  }

  /** How many operations there are by now. */
  public synchronized int size() {
    return entries.size();
  }

  /** All of them by now. */
  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }
}
