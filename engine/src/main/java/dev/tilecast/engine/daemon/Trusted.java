package dev.tilecast.engine.daemon;

import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.Inspector;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Keyring;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
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

  /** The keys cannot be read: nobody is trusted until they can. False where that was so already. */
  boolean distrust() {
    boolean changed = !seen.isEmpty() || !keyring.keys().isEmpty();
    keyring = Keyring.nobody();
    inspector = new Inspector(keyring, limits);
    // What is read next is another folder than this, whatever it looks like.
    seen = List.of();
    return changed;
  }

  private void load() throws IOException {
    // Looked at before the load, so that a change during it is noticed; kept after it, so that a
    // load that fails is tried again.
    List<String> found = look();
    keyring = new KeyFolder(folder).load();
    inspector = new Inspector(keyring, limits);
    seen = found;
  }

  /**
   * Names, lengths and times of the key files and the rules; with the ctime, where there is one, a
   * changed permission is a change, too.
   */
  private List<String> look() throws IOException {
    List<String> found = new ArrayList<>();
    found.add("keys");
    note(folder.resolve("rules"), found);
    Path publicKeys = folder.resolve("public_keys");
    if (Files.isDirectory(publicKeys)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(publicKeys)) {
        for (Path file : files) {
          note(file, found);
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    found.sort(null);
    return found;
  }

  private static void note(Path file, List<String> found) throws IOException {
    note(file, found, LinkOption.NOFOLLOW_LINKS);
    if (Files.isSymbolicLink(file)) {
      // What counts is where it leads.
      note(file, found, new LinkOption[0]);
    }
  }

  private static void note(Path file, List<String> found, LinkOption... links) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, links);
      Object changed =
          file.getFileSystem().supportedFileAttributeViews().contains("unix")
              ? Files.getAttribute(file, "unix:ctime", links)
              : "";
      found.add(
          file.getFileName()
              + " "
              + attributes.size()
              + " "
              + attributes.lastModifiedTime()
              + " "
              + changed);
    } catch (NoSuchFileException e) {
      found.add(file.getFileName() + " is not there");
    }
  }
}
