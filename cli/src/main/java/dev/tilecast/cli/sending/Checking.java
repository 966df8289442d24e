package dev.tilecast.cli.sending;

import dev.tilecast.engine.disk.Sha256;
import dev.tilecast.engine.message.Bytes;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/** The SHA-256 of a file, taken piece by piece: a slow core needs a minute for a long one. */
final class Checking implements Closeable {
  private static final int STEP_BYTES = 1 << 20;
  private static final int READ_BYTES = 1 << 16;

  private final FileChannel channel;
  private final boolean owns;
  private final long length;
  private final ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
  private final MessageDigest digest = Sha256.begin();
  private long at;

  /**
   * Nothing is read yet.
   *
   * @param owns whether {@code channel} is closed with this
   * @param length bytes from the front of it
   */
  Checking(FileChannel channel, boolean owns, long length) {
    this.channel = channel;
    this.owns = owns;
    this.length = length;
  }

  /** Reads some more; returns whether all has been read. */
  boolean step() throws IOException {
    for (long end = Math.min(length, at + STEP_BYTES); at < end; ) {
      ByteBuffer piece = buffer.clear().limit((int) Math.min(READ_BYTES, end - at));
      readFully(channel, at, piece);
      digest.update(piece.flip());
      at += piece.limit();
    }
    return at == length;
  }

  /** How much has been read. */
  long bytes() {
    return at;
  }

  /** Once all has been read. */
  Bytes digest() {
    return Bytes.wrap(digest.digest());
  }

  /** Fills {@code into} from {@code offset} on. */
  static void readFully(FileChannel channel, long offset, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, offset + into.position()) < 0) {
        throw new EOFException("it is shorter than it was");
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (owns) {
      channel.close();
    }
  }
}
