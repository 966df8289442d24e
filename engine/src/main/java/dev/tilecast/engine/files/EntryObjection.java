package dev.tilecast.engine.files;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Why an entry of the inbox cannot be taken, whatever is in it. */
final class EntryObjection {
  private EntryObjection() {}

  /** What is wrong with {@code entry} and what to do, as a sentence; empty where nothing is. */
  static Optional<String> to(Path entry) {
    if (!isSpelled(entry)) {
      return Optional.of(
          entry
              + " has a name of which some bytes are no text in the locale that the daemon runs in;"
              + " rename it: names of MFZ files are of ASCII letters, digits, dots, dashes");
    }
    if (Files.isSymbolicLink(entry)) {
      return Optional.of(entry + " is a symbolic link; drop the file itself");
    }
    if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
        && DroppedSeals.isSeal(entry.toString())) {
      return Optional.of(entry + " is a folder, and no seal; move it away");
    }
    if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(entry + " is a folder; drop the MFZ files in it one by one");
    }
    if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(entry + " is no regular file; remove it");
    }
    if (!Files.isReadable(entry)) {
      return Optional.of(
          entry + " cannot be read by the daemon; make it readable with: chmod a+r " + entry);
    }
    return Optional.empty();
  }

  /** Whether its name as text leads to it: no later step could find it otherwise. */
  private static boolean isSpelled(Path entry) {
    try {
      return entry.resolveSibling(entry.getFileName().toString()).equals(entry);
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
