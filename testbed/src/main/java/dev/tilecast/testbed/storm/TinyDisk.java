package dev.tilecast.testbed.storm;

import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Invocation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A small file system of its own, mounted where a tile's home will be: when it is full, it is
 * really full. Another tenant can take its room and give it back.
 */
final class TinyDisk {
  /**
   * Holds the files that are live, those before them, as much again in staging; not the largest.
   */
  static final long BYTES = 24L << 20;

  /** What the tile leaves alone, in place of the default, which is larger than the disk. */
  static final long RESERVE_BYTES = 4L << 20;

  private static final String TENANT = "other-tenant";

  /** A tile takes no file that is longer than this part of what is free. */
  private static final int FREE_PART = 4;

  private static final int PIECE_BYTES = 64 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path at;
  private final Thread hook;

  private TinyDisk(Path at) {
    this.at = at;
    this.hook = new Thread(this::detachWithProcess, "tiny-disk");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** What came of an attempt to mount one: the disk, or why there is none. */
  record Mounting(Optional<TinyDisk> disk, String why) {}

  /** Mounts one at {@code at}, which is made. */
  static Mounting mount(Path at) throws IOException, InterruptedException {
    Files.createDirectories(at);
    Invocation mount;
    try {
      mount =
          Invocation.run(
              List.of("mount", "-t", "tmpfs", "-o", "size=" + BYTES, "tilecast", at.toString()),
              PATIENCE);
    } catch (IOException e) {
      return new Mounting(Optional.empty(), e.getMessage());
    }
    if (mount.exitCode() != 0) {
      return new Mounting(Optional.empty(), mount.output().strip());
    }
    return new Mounting(Optional.of(new TinyDisk(at)), "");
  }

  /** What is free for anybody. */
  long freeBytes() throws IOException {
    return Files.getFileStore(at).getUsableSpace();
  }

  /** Whether the tile on it must take a file of so many bytes, by its rules and with some slack. */
  boolean fits(long fileLength) throws IOException {
    long free = freeBytes();
    return fileLength * FREE_PART * 10 / 9 < free && fileLength + RESERVE_BYTES * 5 / 4 < free;
  }

  /** The other tenant takes all but {@code leftBytes}, as far as it gets. */
  void fill(long leftBytes) throws IOException {
    try (OutputStream out = Files.newOutputStream(at.resolve(TENANT))) {
      byte[] piece = new byte[PIECE_BYTES];
      for (long free = freeBytes(); free > leftBytes; free = freeBytes()) {
        out.write(piece, 0, (int) Math.min(piece.length, free - leftBytes));
      }
    } catch (IOException e) {
      if (!isFull(e)) {
        throw e;
      }
    }
  }

  /** The other tenant is gone. */
  void empty() throws IOException {
    Files.deleteIfExists(at.resolve(TENANT));
  }

  /** Whether a disk was full; Java has no type for it, the words are the C library's. */
  static boolean isFull(IOException e) {
    return String.valueOf(e.getMessage()).contains("No space left on device");
  }

  /** Unmounts it and puts a copy of all its files where it was. Daemons on it must have ended. */
  void unmountAndKeep() throws IOException, InterruptedException, ExpectationException {
    Path copy = at.resolveSibling(at.getFileName() + ".copy");
    Files.walkFileTree(at, new Copying(at, copy));
    unmount();
    Files.delete(at);
    Files.move(copy, at);
  }

  /** Unmounts it; what was on it is gone. Daemons on it must have ended. */
  void unmount() throws IOException, InterruptedException, ExpectationException {
    Invocation.run(List.of("umount", at.toString()), PATIENCE).orFail("unmounting " + at);
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  /**
   * Lazily: whatever still is open on it goes with its process. Not as an invocation, since those
   * are killed when this process ends.
   */
  private void detachWithProcess() {
    try {
      int exitCode =
          new ProcessBuilder("umount", "-l", at.toString()).inheritIO().start().waitFor();
      if (exitCode != 0) {
        System.err.println("tilecast: " + at + " stays mounted; unmount it with: umount " + at);
      }
    } catch (IOException e) {
      System.err.println("tilecast: " + at + " stays mounted: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Folders and regular files; sockets have nothing to keep, and the other tenant is not ours. */
  private static final class Copying extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;

    Copying(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      Files.createDirectories(to.resolve(from.relativize(folder).toString()));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile() && !file.endsWith(TENANT)) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
