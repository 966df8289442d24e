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

/**
 * Cuts a file into chunks by its content, so that a change moves only the boundaries near it. The
 * cut is part of the format (PROTOCOL.md, The cut of chunks): every tile finds the same.
 */
public final class Cut {
  private static final int BUFFER_BYTES = 256 * 1024;

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
    long earlyMask() {
      return -1L << (64 - (Integer.numberOfTrailingZeros(average) + 2));
    }

    /** These bits of the hash must be zero for a chunk to end from the average on. */
    long lateMask() {
      return -1L << (64 - (Integer.numberOfTrailingZeros(average) - 2));
    }
  }

  private final Boundaries boundaries;
  private final MessageDigest digest = Digests.newSha256();
  private final List<ChunkRef> chunks = new ArrayList<>();

  /** Begins to cut a file. */
  public Cut(Parameters parameters) {
    boundaries = new Boundaries(parameters);
  }

  /** The chunks of a whole file, read once from front to back. */
  public static List<ChunkRef> chunks(FileChannel channel) throws IOException {
    Cut cut = new Cut(Parameters.forLength(channel.size()));
    read(channel, cut::update);
    return cut.finish();
  }

  /** Takes some bytes. */
  private interface Sink {
    void accept(byte[] bytes, int offset, int count);
  }

  private static void read(FileChannel channel, Sink sink) throws IOException {
    long fileLength = channel.size();
    byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, fileLength)];
    long at = 0;
    while (at < fileLength) {
      int wanted = (int) Math.min(buffer.length, fileLength - at);
      int got = channel.read(ByteBuffer.wrap(buffer, 0, wanted), at);
      if (got < 0) {
        throw new IOException("the file ends at " + at + ", expected " + fileLength + " bytes");
      }
      sink.accept(buffer, 0, got);
      at += got;
    }
  }

  /** Takes the next bytes of the file. */
  public void update(byte[] bytes, int offset, int count) {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      int part = boundaries.scan(bytes, at, end) - at;
      digest.update(bytes, at, part);
      at += part;
      if (boundaries.isAtEnd()) {
        endChunk();
      }
    }
  }

  /** Ends the file; the chunks of all of it, in order. */
  public List<ChunkRef> finish() {
    if (boundaries.length() > 0) {
      endChunk();
    }
    return List.copyOf(chunks);
  }

  private void endChunk() {
    chunks.add(new ChunkRef(boundaries.length(), Bytes.copyOf(digest.digest())));
    boundaries.next();
  }

  /**
   * Whether a file is cut as {@code expected} says, and has those bytes. Chunks that lie wholly
   * between {@code provenFrom} and {@code provenTo} are not hashed.
   */
  static boolean matches(
      FileChannel channel, List<ChunkRef> expected, long provenFrom, long provenTo)
      throws IOException {
    Comparison comparison = new Comparison(channel.size(), expected, provenFrom, provenTo);
    read(channel, comparison::update);
    return comparison.isEqual();
  }

  /**
   * Whether a file has the bytes of {@code expected}, of which the lengths are not questioned.
   * Chunks that lie wholly between {@code provenFrom} and {@code provenTo} are not read.
   */
  static boolean digestsMatch(
      FileChannel channel, List<ChunkRef> expected, long provenFrom, long provenTo)
      throws IOException {
    long start = 0;
    for (ChunkRef chunk : expected) {
      long end = start + chunk.length();
      boolean proven = start >= provenFrom && end <= provenTo;
      if (!proven && !digestMatches(channel, start, chunk)) {
        return false;
      }
      start = end;
    }
    return start == channel.size();
  }

  private static boolean digestMatches(FileChannel channel, long start, ChunkRef chunk)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(chunk.length());
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, start + bytes.position()) < 0) {
        return false;
      }
    }
    return Bytes.sha256(bytes.array()).equals(chunk.digest());
  }

  /** The cut of one file beside the one that it should have. */
  private static final class Comparison {
    private final Boundaries boundaries;
    private final MessageDigest digest = Digests.newSha256();
    private final List<ChunkRef> expected;
    private final long provenFrom;
    private final long provenTo;
    private int index;
    private long start;
    private boolean equal = true;

    Comparison(long fileLength, List<ChunkRef> expected, long provenFrom, long provenTo) {
      this.boundaries = new Boundaries(Parameters.forLength(fileLength));
      this.expected = expected;
      this.provenFrom = provenFrom;
      this.provenTo = provenTo;
    }

    void update(byte[] bytes, int offset, int count) {
      int at = offset;
      int end = offset + count;
      while (at < end && equal) {
        int part = boundaries.scan(bytes, at, end) - at;
        if (!isProven()) {
          digest.update(bytes, at, part);
        }
        at += part;
        if (boundaries.isAtEnd()) {
          compare();
        }
      }
    }

    /** Whether the chunk that begins here need not be hashed, if it is as long as it should be. */
    private boolean isProven() {
      return index < expected.size()
          && start >= provenFrom
          && start + expected.get(index).length() <= provenTo;
    }

    private void compare() {
      equal = index < expected.size() && expected.get(index).length() == boundaries.length();
      if (equal && !isProven()) {
        equal = Bytes.copyOf(digest.digest()).equals(expected.get(index).digest());
      }
      start += boundaries.length();
      index++;
      boundaries.next();
    }

    boolean isEqual() {
      if (equal && boundaries.length() > 0) {
        compare();
      }
      return equal && index == expected.size();
    }
  }
}
