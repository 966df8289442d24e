package dev.tilecast.engine.mfz;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.ManifestHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Cuts a file into chunks by its content, so that a change moves only the boundaries near it. The
 * cut is part of the format (PROTOCOL.md, The cut of chunks): every tile finds the same.
 */
public final class Cut {
  /** A position is judged by so many bytes before it. */
  private static final int WINDOW_BYTES = 64;

  private static final int BUFFER_BYTES = 256 * 1024;
  private static final long[] GEAR = gear();

  /**
   * How large chunks are.
   *
   * @param average a power of two, 4096 to 524288 bytes
   */
  public record Parameters(int average) {
    private static final int AVERAGE_MIN = 4096;

    public Parameters {
      if (average < AVERAGE_MIN || Integer.bitCount(average) != 1 || average > 1 << 19) {
        throw new IllegalArgumentException("an average chunk of " + average + " bytes");
      }
    }

    /** The parameters for a file of {@code fileLength} bytes, 1 to 1 GiB. */
    public static Parameters forLength(long fileLength) {
      if (fileLength < 1 || fileLength > ManifestHead.FILE_BYTES_MAX) {
        throw new IllegalArgumentException("a file of " + fileLength + " bytes");
      }
      int average = AVERAGE_MIN;
      while (fileLength > 2048L * average) {
        average *= 2;
      }
      return new Parameters(average);
    }

    /** The least bytes of any chunk but the last. */
    public int min() {
      return average / 2;
    }

    /** The most bytes of a chunk. */
    public int max() {
      return average * 4;
    }

    /** These bits of the hash must be zero for a chunk to end before the average. */
    private long earlyMask() {
      return -1L << (64 - (Integer.numberOfTrailingZeros(average) + 2));
    }

    /** These bits of the hash must be zero for a chunk to end from the average on. */
    private long lateMask() {
      return -1L << (64 - (Integer.numberOfTrailingZeros(average) - 2));
    }
  }

  private final int min;
  private final int average;
  private final int max;
  private final long earlyMask;
  private final long lateMask;
  private final MessageDigest digest = Digests.newSha256();
  private final List<ChunkRef> chunks = new ArrayList<>();
  private final Consumer<ChunkRef> found;
  private int length;
  private long hash;
  private boolean ended;

  /** Begins to cut a file, all of whose chunks are given at its end. */
  public Cut(Parameters parameters) {
    this(parameters, Optional.empty());
  }

  /** Begins to cut a file whose chunks are told to {@code found}, each at its end, and not kept. */
  public Cut(Parameters parameters, Consumer<ChunkRef> found) {
    this(parameters, Optional.of(found));
  }

  private Cut(Parameters parameters, Optional<Consumer<ChunkRef>> told) {
    this.found = told.orElse(chunks::add);
    this.min = parameters.min();
    this.average = parameters.average();
    this.max = parameters.max();
    this.earlyMask = parameters.earlyMask();
    this.lateMask = parameters.lateMask();
  }

  private static long[] gear() {
    long[] table = new long[256];
    MessageDigest sha = Digests.newSha256();
    for (int i = 0; i < table.length; i++) {
      sha.update((byte) i);
      table[i] = ByteBuffer.wrap(sha.digest()).getLong();
    }
    return table;
  }

  /** The chunks of a whole file, read once from front to back. */
  public static List<ChunkRef> chunks(FileChannel channel) throws IOException {
    long fileLength = channel.size();
    Cut cut = new Cut(Parameters.forLength(fileLength));
    byte[] buffer = new byte[BUFFER_BYTES];
    long at = 0;
    while (at < fileLength) {
      int wanted = (int) Math.min(buffer.length, fileLength - at);
      int got = channel.read(ByteBuffer.wrap(buffer, 0, wanted), at);
      if (got < 0) {
        throw new IOException("the file ends at " + at + ", expected " + fileLength + " bytes");
      }
      cut.update(buffer, 0, got);
      at += got;
    }
    return cut.finish();
  }

  /** Takes the next bytes of the file. */
  public void update(byte[] bytes, int offset, int count) {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      int part = scan(bytes, at, end) - at;
      digest.update(bytes, at, part);
      at += part;
      if (ended) {
        endChunk();
      }
    }
  }

  /** Ends the file; the chunks of all of it, in order, where they were not told one by one. */
  public List<ChunkRef> finish() {
    if (length > 0) {
      endChunk();
    }
    return List.copyOf(chunks);
  }

  private void endChunk() {
    found.accept(new ChunkRef(length, Bytes.copyOf(digest.digest())));
    length = 0;
    hash = 0;
    ended = false;
  }

  /** Moves on to the end of the chunk or of the bytes; returns where it stopped. */
  private int scan(byte[] bytes, int from, int end) {
    int at = from + Math.max(0, Math.min(min - WINDOW_BYTES - length, end - from));
    int shift = length - from;
    int warm = Math.min(end, min - 1 - shift);
    long h = hash;
    while (at < warm) {
      h = (h << 1) + GEAR[bytes[at++] & 0xFF];
    }
    int early = Math.min(end, average - 1 - shift);
    while (at < early && !ended) {
      h = (h << 1) + GEAR[bytes[at++] & 0xFF];
      ended = (h & earlyMask) == 0;
    }
    int late = Math.min(end, max - shift);
    while (at < late && !ended) {
      h = (h << 1) + GEAR[bytes[at++] & 0xFF];
      ended = (h & lateMask) == 0;
    }
    hash = h;
    length = shift + at;
    ended |= length == max;
    return at;
  }
}
