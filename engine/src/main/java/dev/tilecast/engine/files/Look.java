package dev.tilecast.engine.files;

import java.util.List;

/**
 * One look at the inbox.
 *
 * @param ready names of files that are at rest, in order; given again until they are taken
 * @param complaints what lies there and cannot be taken, each said once
 */
public record Look(List<String> ready, List<Complaint> complaints) {
  /**
   * Something that is no file that could be taken.
   *
   * @param text a full sentence
   */
  public record Complaint(String fileName, String text) {}

  public Look {
    ready = List.copyOf(ready);
    complaints = List.copyOf(complaints);
  }
}
