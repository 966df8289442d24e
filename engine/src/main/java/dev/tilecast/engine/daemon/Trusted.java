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
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Object changed =
          file.getFileSystem().supportedFileAttributeViews().contains("unix")
              ? Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS)
              : "";
      found.add(
          file.getFileName()
              + " "
              + attributes.size()
              + " "
              + attributes.lastModifiedTime()
              + " "
              + changed);
    }
  }
}
