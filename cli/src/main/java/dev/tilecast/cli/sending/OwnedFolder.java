package dev.tilecast.cli.sending;

import dev.tilecast.engine.disk.DurableFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** A folder that one program at a time fills; {@code .lock} in it is locked as long as it does. */
final class OwnedFolder implements Closeable {
  private final Path folder;
  private final FileChannel lock;

  private OwnedFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Owns {@code folder}, and makes it where it is not there.
   *
   * @throws IOException also where another program does, or its disk has no hard links
   */
  static OwnedFolder open(Path folder) throws IOException {
    make(folder);
    FileChannel lock =
        FileChannel.open(
            folder.resolve(".lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    try {
      if (!isLocked(lock)) {
        throw new IOException(
            "another tilecast receive fills " + folder + "; end it, or use another --into");
      }
      requireLinks(folder);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
    return new OwnedFolder(folder, lock);
  }

  private static boolean isLocked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Makes it again where somebody has deleted it. */
  void make() throws IOException {
    make(folder);
  }

  /** So that it survives a power cut. */
  private static void make(Path folder) throws IOException {
    List<Path> missing = new ArrayList<>();
    for (Path path = folder; path != null && Files.notExists(path); path = path.getParent()) {
      missing.add(path);
    }
    if (missing.isEmpty() && !Files.isDirectory(folder)) {
      throw new IOException(folder + " is no folder; move it away, or use another --into");
    }
    Collections.reverse(missing);
    for (Path path : missing) {
      Files.createDirectory(path);
      DurableFile.syncFolder(path.getParent());
    }
  }

  private static void requireLinks(Path folder) throws IOException {
    Path link = folder.resolve(".link");
    Files.deleteIfExists(link);
    try {
      Files.createLink(link, folder.resolve(".lock"));
    } catch (UnsupportedOperationException | IOException e) {
      throw new IOException(
          "in "
              + folder
              + " no file can get a second name, by which a received one gets its own and replaces"
              + " nothing: "
              + e.getMessage()
              + "; where its disk has no hard links, use --into on another one",
          e);
    }
    Files.delete(link);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
