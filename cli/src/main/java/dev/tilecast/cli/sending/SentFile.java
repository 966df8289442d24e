package dev.tilecast.cli.sending;

import dev.tilecast.engine.disk.FileState;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.sending.FileMessage;
import dev.tilecast.engine.sending.FileName;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** A file as it was when it was offered; whoever reads it later is told if it changed. */
public final class SentFile implements Closeable {
  private final Path path;
  private final FileChannel channel;
  private final FileState offered;
  private final FileMessage.Offer offer;

  private SentFile(Path path, FileChannel channel, FileState offered, FileMessage.Offer offer) {
    this.path = path;
    this.channel = channel;
    this.offered = offered;
    this.offer = offer;
  }

  /**
   * Opens the file at {@code path}, and reads all of it for its digest.
   *
   * @param name under which it is offered
   * @param read hears how many bytes of it have been read so far
   * @throws IOException also where it is no plain file, too long, or changed meanwhile
   */
  public static SentFile open(Path path, FileName name, LongConsumer read) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new IOException(path + " is no plain file; pack what is in it into one");
    }
    FileState before = FileState.of(path);
    if (before.bytes() > FileMessage.Offer.LENGTH_MAX) {
      throw new IOException(
          path
              + " has "
              + before.bytes()
              + " bytes, more than the "
              + FileMessage.Offer.LENGTH_MAX
              + " that can be sent; divide it");
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      int length = (int) before.bytes();
      Bytes digest = digest(channel, length, read);
      if (channel.read(ByteBuffer.allocate(1), length) > 0) {
        throw new IOException(
            path + " has more bytes than its size says; copy it into a plain file, and send that");
      }
      if (!FileState.of(path).equals(before)) {
        throw new IOException(path + " is being written just now; send it when it is complete");
      }
      return new SentFile(path, channel, before, new FileMessage.Offer(name, length, digest));
    } catch (EOFException e) {
      channel.close();
      throw new IOException(path + ": " + e.getMessage() + " when it was looked at", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Bytes digest(FileChannel channel, long length, LongConsumer read)
      throws IOException {
    try (Checking checking = new Checking(channel, false, length)) {
      while (!checking.step()) {
        read.accept(checking.bytes());
      }
      return checking.digest();
    }
  }

  /** What is said of it. */
  public FileMessage.Offer offer() {
    return offer;
  }

  /** Whether it is not any more what was offered, or may not be. */
  public boolean hasChanged() {
    try {
      return !FileState.of(path).equals(offered);
    } catch (IOException e) {
      return true;
    }
  }

  /** Some of its bytes, now. */
  public Bytes read(int offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    Checking.readFully(channel, offset, bytes);
    return Bytes.wrap(bytes.array());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
