package dev.tilecast.engine.files;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tilecast.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Held by the one daemon of a home. The lock ends with the process, however that ends. */
public final class HomeLock implements AutoCloseable {
  private static final int PID_DIGITS_MAX = 20;

  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  static HomeLock take(Path home, Path file) throws IOException {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "this user may not write " + file + "; run the tile as the owner of " + home, e);
    }
    boolean taken = false;
    try {
      if (!isFree(channel)) {
        throw new IOException(
            "another tilecast daemon"
                + pid(channel)
                + " runs on "
                + home
                + "; stop it first, or use another --home");
      }
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      DurableFile.writeFully(channel, ByteBuffer.wrap(pid.getBytes(US_ASCII)), 0);
      taken = true;
      return new HomeLock(channel);
    } finally {
      // Also where a full disk has no room for the pid: nobody is to find the home locked then.
      if (!taken) {
        channel.close();
      }
    }
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Another daemon inside this very process, as in tests and in worlds of many tiles.
      return false;
    }
  }

  private static String pid(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(PID_DIGITS_MAX);
    channel.read(content, 0);
    String text = new String(content.array(), 0, content.position(), US_ASCII).strip();
    return text.matches("[0-9]+") ? " (pid " + text + ")" : "";
  }

  /** Lets another daemon have the home. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
