package dev.tilecast.engine.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.tilecast.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judged files of the inbox get a hidden name before they are deleted: between a look at what lies
 * under a name and its deletion anybody could put another file there, which nobody has judged.
 */
final class SetAside {
  private static final String PREFIX = ".judged-";

  /** Of a file name, as file systems allow. */
  private static final int NAME_BYTES_MAX = 255;

  private final Path folder;

  SetAside(Path folder) {
    this.folder = folder;
  }

  /**
   * Deletes the file {@code fileName}, if it is that of {@code identity}.
   *
   * @return whether it was
   */
  boolean delete(String fileName, FileIdentity identity) throws IOException {
    Optional<Path> judged = take(fileName, identity);
    if (judged.isEmpty()) {
      return false;
    }
    try {
      Files.deleteIfExists(judged.get());
    } catch (IOException e) {
      if (!judged.get().equals(folder.resolve(fileName))) {
        putBack(judged.get(), fileName);
      }
      throw e;
    }
    return true;
  }

  private Optional<Path> take(String fileName, FileIdentity identity) throws IOException {
    Path original = folder.resolve(fileName);
    Path aside = folder.resolve(PREFIX + fileName);
    try {
      if (!FileIdentity.of(original).equals(identity)) {
        return Optional.empty();
      }
      if (aside.getFileName().toString().getBytes(UTF_8).length > NAME_BYTES_MAX) {
        // Its name has no room for the prefix: it goes from where it lies.
        return Optional.of(original);
      }
      Files.move(original, aside, ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    // Renaming changes the ctime, and nothing else.
    if (FileIdentity.of(aside).wherever().equals(identity.wherever())) {
      return Optional.of(aside);
    }
    putBack(aside, fileName);
    return Optional.empty();
  }

  /** Drops {@code aside} again, unless something newer lies under its name by now. */
  void putBack(Path aside, String fileName) throws IOException {
    Path original = folder.resolve(fileName);
    try {
      // A link, unlike a rename, never replaces what was dropped since.
      Files.createLink(original, aside);
    } catch (FileAlreadyExistsException e) {
      // Whoever dropped that would have replaced this one.
    } catch (IOException | UnsupportedOperationException e) {
      // A disk without links; this does not replace either, but for the blink of an eye.
      if (!Files.exists(original, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(aside, original);
      }
    }
    Files.deleteIfExists(aside);
  }

  /** At start: what a kill has left is dropped again; gives what could not be, as sentences. */
  List<String> putAllBack() throws IOException {
    List<String> troubles = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, PREFIX + "*")) {
      for (Path aside : entries) {
        try {
          if (Files.isRegularFile(aside, LinkOption.NOFOLLOW_LINKS)) {
            putBack(aside, aside.getFileName().toString().substring(PREFIX.length()));
          }
        } catch (IOException e) {
          troubles.add(
              aside + " was judged before and could not be dropped again: " + DurableFile.words(e));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return troubles;
  }
}
