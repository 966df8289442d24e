package dev.tilecast.engine.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Small files that are either as before or as written, whole, whatever happens: written beside,
 * synced, renamed, and the folder synced.
 *
 * <p>Not the one of {@code engine.mfz}, though alike: neither package may use the other, and {@code
 * engine.core}, which both may use, knows no files.
 */
public final class DurableFile {
  private DurableFile() {}

  /**
   * Replaces what is at {@code target}, or makes it. On return it survives a power cut; on a
   * failure the file is as before, and nothing is left beside it.
   */
  public static void write(Path target, byte[] content) throws IOException {
    Path temporary = temporaryFor(target);
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              Set.of(
                  StandardOpenOption.WRITE,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  LinkOption.NOFOLLOW_LINKS))) {
        writeFully(channel, ByteBuffer.wrap(content), 0);
        channel.force(true);
      }
      Files.move(temporary, target, ATOMIC_MOVE);
      syncFolder(target.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new IOException(
          "writing " + content.length + " bytes to " + target + ": " + words(e), e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Returns when names made, renamed or deleted in {@code folder} would survive a power cut. */
  public static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new IOException("syncing the folder " + folder + ": " + words(e), e);
    }
  }

  /** The name under which {@link #write} prepares {@code target}; hidden, in the same folder. */
  static Path temporaryFor(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".tmp");
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** What went wrong, also where the exception has no message. */
  static String words(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
