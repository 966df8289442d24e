package dev.tilecast.engine.daemon;

import dev.tilecast.engine.disk.Sha256;
import dev.tilecast.engine.message.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;

/**
 * A file that may hold chunks of another one. What it is called may be the name of another file by
 * now; this one stays what it was when it was opened. What cannot be read of it is not there.
 */
final class HeldFile implements AutoCloseable {
  private final FileChannel channel;
  private final long length;

  private HeldFile(FileChannel channel) throws IOException {
    this.channel = channel;
    this.length = channel.size();
  }

  static Optional<HeldFile> open(Path path) {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      // A pipe would hold up whoever opens it.
      return Optional.empty();
    }
    try {
      return Optional.of(
          new HeldFile(
              FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  long length() {
    return length;
  }

  Optional<byte[]> read(long offset, int count) {
    byte[] bytes = new byte[count];
    return read(offset, ByteBuffer.wrap(bytes)) ? Optional.of(bytes) : Optional.empty();
  }

  /** Fills {@code into} from its beginning; false where that many bytes cannot be read. */
  boolean read(long offset, ByteBuffer into) {
    try {
      while (into.hasRemaining()) {
        if (channel.read(into, offset + into.position()) < 0) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The SHA-256 of {@code length} bytes at {@code offset}. */
  Optional<Bytes> digest(long offset, int length) {
    MessageDigest digest = Sha256.begin();
    for (int done = 0; done < length; done += Reusing.PIECE_BYTES) {
      int count = Math.min(Reusing.PIECE_BYTES, length - done);
      Optional<byte[]> piece = read(offset + done, count);
      if (piece.isEmpty()) {
        return Optional.empty();
      }
      digest.update(piece.get());
    }
    return Optional.of(Bytes.copyOf(digest.digest()));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
