package dev.tilecast.engine.mfz;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Finds where the chunks of a file end, by its content (PROTOCOL.md, The cut of chunks), and hashes
 * none of them. Bytes are given from front to back.
 */
public final class Boundaries {
  /** A position is judged by so many bytes before it. */
  private static final int WINDOW_BYTES = 64;

  private static final long[] GEAR = gear();

  private final int min;
  private final int average;
  private final int max;
  private final long earlyMask;
  private final long lateMask;
  private int length;
  private long hash;
  private boolean ended;

  /** Begins a file. */
  public Boundaries(Cut.Parameters parameters) {
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

  /** Whether the last scan stopped at the end of a chunk; {@link #next} must follow then. */
  public boolean isAtEnd() {
    return ended;
  }

  /** Bytes of the chunk so far. */
  public int length() {
    return length;
  }

  /** Begins the next chunk. */
  public void next() {
    length = 0;
    hash = 0;
    ended = false;
  }

  /**
   * Moves on to the end of the chunk, or of the bytes.
   *
   * @return the index in {@code bytes} where it stopped, at most {@code end}
   */
  public int scan(byte[] bytes, int from, int end) {
    int at = from + Math.max(0, Math.min(min - WINDOW_BYTES - length, end - from));
    int shift = length - from;
    long h = hash;
    int warm = Math.min(end, min - 1 - shift);
    for (; at < warm; at++) {
      h = (h << 1) + GEAR[bytes[at] & 0xFF];
    }
    at = until(earlyMask, bytes, at, Math.min(end, average - 1 - shift), h);
    if (!ended) {
      at = until(lateMask, bytes, at, Math.min(end, max - shift), hash);
    }
    length = shift + at;
    ended |= length == max;
    return at;
  }

  /** A loop that only counts, which compilers know how to make fast. */
  private int until(long mask, byte[] bytes, int from, int end, long hashBefore) {
    long h = hashBefore;
    for (int at = from; at < end; at++) {
      h = (h << 1) + GEAR[bytes[at] & 0xFF];
      if ((h & mask) == 0) {
        ended = true;
        return at + 1;
      }
    }
    hash = h;
    return Math.max(from, end);
  }
}
