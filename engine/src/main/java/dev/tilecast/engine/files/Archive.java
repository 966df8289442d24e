package dev.tilecast.engine.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Name;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The previous version of each name, as hard links, so that keeping it costs no writing. Bounded in
 * bytes: the least recently made versions go first.
 */
final class Archive {
  private final Path folder;
  private final Room room;

  Archive(Path folder, Room room) {
    this.folder = folder;
    this.room = room;
  }

  /**
   * Keeps {@code live}, where there is such a file, as the previous version of {@code name}, in
   * place of the one before it. A promotion does not fail for want of an archive.
   *
   * @return why it could not be kept, as a sentence
   */
  Optional<String> keep(Path live, Name name) {
    try {
      if (!Files.isRegularFile(live, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      Optional<String> note = makeRoom(name, Files.size(live));
      if (note.isPresent()) {
        return note;
      }
      link(live, folder.resolve(name.text()));
      DurableFile.syncFolder(folder);
      return Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.of(
          "the previous version of " + name + " could not be kept in " + folder + ": " + e);
    }
  }

  private static void link(Path live, Path target) throws IOException {
    Path link = DurableFile.temporaryFor(target);
    Files.deleteIfExists(link);
    try {
      Files.createLink(link, live);
      Files.move(link, target, ATOMIC_MOVE);
    } finally {
      // A rename between two links to one file does nothing, and leaves both.
      Files.deleteIfExists(link);
    }
  }

  private Optional<String> makeRoom(Name name, long bytes) throws IOException {
    long bytesMax = room.archiveBytesMax();
    if (bytes > bytesMax) {
      Files.deleteIfExists(folder.resolve(name.text()));
      return Optional.of(
          "the previous version of "
              + name
              + " has "
              + Counted.bytes(bytes)
              + ", the archive may hold "
              + bytesMax
              + "; it was not kept");
    }
    List<Path> others = others(name);
    long total = bytes;
    for (Path other : others) {
      total += Files.size(other);
    }
    for (Path oldest : others) {
      if (total <= bytesMax) {
        break;
      }
      total -= Files.size(oldest);
      Files.deleteIfExists(oldest);
    }
    return Optional.empty();
  }

  private List<Path> others(Name name) throws IOException {
    record Aged(Path file, long mtimeNanos) {}
    List<Aged> others = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)
            && !entry.getFileName().toString().equals(name.text())) {
          others.add(new Aged(entry, FileIdentity.of(entry).mtimeNanos()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    others.sort(Comparator.comparingLong(Aged::mtimeNanos).thenComparing(Aged::file));
    return others.stream().map(Aged::file).toList();
  }
}
