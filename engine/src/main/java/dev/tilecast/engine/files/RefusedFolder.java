package dev.tilecast.engine.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Visible;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Files that were not accepted, each with {@code NAME.reason.txt} beside it. Bounded in number and
 * bytes: the oldest go, the newest stays in any case. May be used from any thread.
 */
public final class RefusedFolder {
  private static final String REASON_SUFFIX = ".reason.txt";

  /** Of a file name, so that the suffix fits into the 255 bytes that file systems allow. */
  private static final int NAME_BYTES_MAX = 200;

  /** They may have a quarter of what would be free without them. */
  private static final int ROOM_SHARE = 4;

  /** After the name of what was live here and is not trusted any more. */
  private static final String KEPT_SUFFIX = ".was-live";

  private final Path folder;
  private final FileLimits limits;
  private final Consumer<String> told;

  /** The refused files in {@code folder}, of which nobody hears when they go. */
  public RefusedFolder(Path folder, FileLimits limits) {
    this(folder, limits, text -> {});
  }

  /**
   * The refused files in {@code folder}.
   *
   * @param told is given a sentence when old ones go
   */
  public RefusedFolder(Path folder, FileLimits limits, Consumer<String> told) {
    this.folder = folder;
    this.limits = limits;
    this.told = told;
  }

  /**
   * Keeps {@code file}, which was live here, until a person takes it away: it may be the only copy,
   * and another key or rule makes it good again.
   *
   * @return where it lies
   */
  public synchronized Path keep(Path file, String fileName, String reason) throws IOException {
    return put(file, folder.resolve(cut(fileName) + KEPT_SUFFIX), reason);
  }

  /**
   * Moves {@code file} here under {@code fileName}, with {@code reason} beside it. An earlier one
   * of that name is replaced.
   */
  public synchronized Path take(Path file, String fileName, String reason) throws IOException {
    Path target = put(file, folder.resolve(bounded(fileName)), reason);
    shrink(target);
    return target;
  }

  private Path put(Path file, Path target, String reason) throws IOException {
    // First, so that no power cut leaves a file here of which nobody says why.
    DurableFile.write(reasonFor(target), (Visible.text(reason) + "\n").getBytes(UTF_8));
    move(file, target);
    DurableFile.syncFolder(folder);
    return target;
  }

  private static void move(Path file, Path target) throws IOException {
    try {
      Files.move(file, target, REPLACE_EXISTING);
    } catch (IOException e) {
      if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(reasonFor(target));
      }
      throw new IOException(
          "moving the refused " + file + " to " + target + ": " + DurableFile.words(e), e);
    }
  }

  private void shrink(Path newest) throws IOException {
    List<Kept> kept = oldestFirst();
    kept.removeIf(one -> one.file().equals(newest));
    long bytes = Files.size(newest) + kept.stream().mapToLong(Kept::bytes).sum();
    int files = kept.size() + 1;
    // On a small disk they must not take the room that transfers need.
    long room = Files.getFileStore(folder).getUsableSpace() + bytes;
    long bytesMax = Math.min(limits.refusedBytesMax(), room / ROOM_SHARE);
    List<String> gone = new ArrayList<>();
    for (Kept oldest : kept) {
      if (files <= limits.refusedFilesMax() && bytes <= bytesMax) {
        break;
      }
      gone.add(oldest.file().getFileName().toString());
      Files.deleteIfExists(oldest.file());
      Files.deleteIfExists(reasonFor(oldest.file()));
      files--;
      bytes -= oldest.bytes();
    }
    if (!gone.isEmpty()) {
      told.accept(
          "deleted of refused/, the oldest first, since it keeps "
              + limits.refusedFilesMax()
              + " files and "
              + Counted.bytes(bytesMax)
              + " at the most: "
              + String.join(", ", gone));
    }
  }

  /** The bytes that {@link #giveWay} can make free. */
  synchronized long yieldableBytes() throws IOException {
    return oldestFirst().stream().mapToLong(Kept::bytes).sum();
  }

  /** Deletes the oldest file for one that somebody drops; false where there is none to delete. */
  synchronized boolean giveWay() throws IOException {
    List<Kept> kept = oldestFirst();
    if (kept.isEmpty()) {
      return false;
    }
    Path oldest = kept.get(0).file();
    Files.deleteIfExists(oldest);
    Files.deleteIfExists(reasonFor(oldest));
    told.accept(
        "deleted of refused/, to make room for a file from the inbox: " + oldest.getFileName());
    return true;
  }

  /** What may go: not what was live, and no reasons. */
  private List<Kept> oldestFirst() throws IOException {
    List<Kept> kept = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.endsWith(REASON_SUFFIX)
            && !name.endsWith(KEPT_SUFFIX)
            && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          kept.add(Kept.of(entry));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    kept.sort(Comparator.comparing(Kept::since).thenComparing(Kept::file));
    return kept;
  }

  private static Path reasonFor(Path file) {
    return file.resolveSibling(file.getFileName() + REASON_SUFFIX);
  }

  private static String bounded(String fileName) {
    boolean isOurs = fileName.endsWith(REASON_SUFFIX) || fileName.endsWith(KEPT_SUFFIX);
    return isOurs ? cut(fileName) + ".refused" : cut(fileName);
  }

  private static String cut(String fileName) {
    byte[] utf8 = fileName.getBytes(UTF_8);
    if (utf8.length <= NAME_BYTES_MAX) {
      return fileName;
    }
    // A hash instead of the rest keeps two long names apart; cutting may halve a character.
    return new String(utf8, 0, NAME_BYTES_MAX - 40, UTF_8).replace("\uFFFD", "")
        + "-"
        + Bytes.sha256(utf8).prefix(8).toHex();
  }

  /** When a file came here is when its reason was written; its own times are those of its owner. */
  private record Kept(Path file, FileTime since, long bytes) {
    static Kept of(Path file) throws IOException {
      Path reason = reasonFor(file);
      FileTime since =
          Files.exists(reason, LinkOption.NOFOLLOW_LINKS)
              ? Files.getLastModifiedTime(reason, LinkOption.NOFOLLOW_LINKS)
              : FileTime.fromMillis(0);
      return new Kept(file, since, Files.size(file));
    }
  }
}
