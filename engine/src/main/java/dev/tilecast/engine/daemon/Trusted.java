package dev.tilecast.engine.daemon;

import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.Inspector;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Keyring;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys and rules as they lie in the tile's {@code keys/} right now, and the inspector that
 * judges by them. Replaced as a whole when something in the folder changes.
 */
final class Trusted {
  private final Path folder;
  private final InspectionLimits limits;
  private volatile Keyring keyring;
  private volatile Inspector inspector;
  private List<String> seen;

  Trusted(Path folder, InspectionLimits limits) throws IOException {
    this.folder = folder;
    this.limits = limits;
    load();
  }

  Keyring keyring() {
    return keyring;
  }

  Inspector inspector() {
    return inspector;
  }

  /** Loads the keys again if anything in their folder has changed; false where nothing has. */
  boolean refresh() throws IOException {
    if (look().equals(seen)) {
      return false;
    }
    load();
    return true;
  }

  private void load() throws IOException {
    seen = look();
    keyring = new KeyFolder(folder).load();
    inspector = new Inspector(keyring, limits);
  }

  /** Names, lengths and times of the key files and the rules. */
  private List<String> look() throws IOException {
    List<String> found = new ArrayList<>();
    note(folder.resolve("rules"), found);
    Path publicKeys = folder.resolve("public_keys");
    if (Files.isDirectory(publicKeys)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(publicKeys)) {
        for (Path file : files) {
          note(file, found);
        }
      }
    }
    found.sort(null);
    return found;
  }

  private static void note(Path file, List<String> found) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      found.add(file.getFileName() + " " + attributes.size() + " " + attributes.lastModifiedTime());
    }
  }
}
