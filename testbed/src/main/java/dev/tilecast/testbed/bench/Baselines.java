package dev.tilecast.testbed.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What a tile cannot do without costs this machine by itself, in seconds. */
final class Baselines {
  private static final int PIECE_BYTES = 1 << 20;

  /** Of each byte that a tile believes and passes on. */
  private static final int READINGS = 3;

  private static final double NANOS_PER_SECOND = 1e9;

  private Baselines() {}

  /** SHA-256 of all chunks and SHA-512 of the content of a file, one after the other. */
  static double digests(byte[] file) {
    long startNanos = System.nanoTime();
    digest("SHA-256", file);
    digest("SHA-512", file);
    return secondsSince(startNanos);
  }

  /** Writing {@code file} into {@code folder} and syncing it; it does not stay. */
  static double disk(Path folder, byte[] file) throws IOException {
    return written(
        folder,
        disk -> {
          write(disk, file);
          disk.force(true);
        });
  }

  /**
   * Writing {@code file} into {@code folder}, and reading it as often as a tile reads what it
   * believes and passes on: to compare the chunks, to verify the signature, to send. Nothing is
   * synced, and nothing stays.
   */
  static double passes(Path folder, byte[] file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE_BYTES);
    return written(
        folder,
        disk -> {
          write(disk, file);
          for (int i = 0; i < READINGS; i++) {
            for (long at = 0; at < file.length; at += buffer.position()) {
              disk.read(buffer.clear(), at);
            }
          }
        });
  }

  /** What is done with a file that is new. */
  private interface Work {
    void on(FileChannel disk) throws IOException;
  }

  private static double written(Path folder, Work work) throws IOException {
    Path written = folder.resolve("baseline");
    long startNanos = System.nanoTime();
    try (FileChannel disk =
        FileChannel.open(
            written,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE_NEW)) {
      work.on(disk);
    }
    double seconds = secondsSince(startNanos);
    Files.delete(written);
    return seconds;
  }

  private static void write(FileChannel disk, byte[] file) throws IOException {
    for (int at = 0; at < file.length; at += PIECE_BYTES) {
      ByteBuffer piece = ByteBuffer.wrap(file, at, Math.min(PIECE_BYTES, file.length - at));
      while (piece.hasRemaining()) {
        disk.write(piece);
      }
    }
  }

  private static void digest(String name, byte[] bytes) {
    try {
      MessageDigest.getInstance(name).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + name, e);
    }
  }

  private static double secondsSince(long startNanos) {
    return (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
  }
}
