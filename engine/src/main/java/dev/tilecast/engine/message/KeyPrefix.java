package dev.tilecast.engine.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A node of the tree of catalog digests: all keys that begin with these bits, four a level
 * (PROTOCOL.md, Catalog root).
 *
 * @param depth levels below the root, 0 to 8
 * @param bits the first bits of its keys from the highest on, four for each level, then zeros
 */
public record KeyPrefix(int depth, int bits) implements Comparable<KeyPrefix> {
  /** Children of a node. */
  public static final int CHILDREN = 16;

  /** The deepest level that is spoken of: 16 to the power of 8 nodes part any catalog. */
  public static final int DEPTH_MAX = 8;

  /** Above all keys. */
  public static final KeyPrefix ROOT = new KeyPrefix(0, 0);

  private static final int LEVEL_BITS = 4;
  private static final int KEY_BYTES = 32;
  private static final Comparator<KeyPrefix> ORDER =
      Comparator.comparingInt(KeyPrefix::depth)
          .thenComparing(KeyPrefix::bits, Integer::compareUnsigned);

  public KeyPrefix {
    if (!isValid(depth, bits)) {
      throw new IllegalArgumentException(depth + " levels of " + Integer.toHexString(bits));
    }
  }

  static boolean isValid(int depth, int bits) {
    return depth >= 0 && depth <= DEPTH_MAX && (bits & below(depth)) == 0;
  }

  /** The bits of a key that a node {@code depth} levels down does not fix. */
  private static int below(int depth) {
    return depth == DEPTH_MAX ? 0 : -1 >>> (LEVEL_BITS * depth);
  }

  /** The node below this one that fixes its next four bits to {@code number}, 0 to 15. */
  public KeyPrefix child(int number) {
    return new KeyPrefix(depth + 1, bits | (number << shift(depth + 1)));
  }

  /** The node above; the root has none. */
  public KeyPrefix parent() {
    return new KeyPrefix(depth - 1, bits & ~below(depth - 1));
  }

  /** Which child of its parent it is, 0 to 15. */
  public int number() {
    return (bits >>> shift(depth)) & (CHILDREN - 1);
  }

  /** The node {@code depth} levels down that {@code key} lies under. */
  public static KeyPrefix of(Bytes key, int depth) {
    return new KeyPrefix(depth, key.firstInt() & ~below(depth));
  }

  /** The lowest of its keys. */
  public Bytes lowest() {
    return key(bits, (byte) 0);
  }

  /** The highest of its keys. */
  public Bytes highest() {
    return key(bits | below(depth), (byte) -1);
  }

  private static Bytes key(int first, byte rest) {
    byte[] key = new byte[KEY_BYTES];
    Arrays.fill(key, rest);
    ByteBuffer.wrap(key).putInt(first);
    return Bytes.wrap(key);
  }

  private static int shift(int depth) {
    return Integer.SIZE - LEVEL_BITS * depth;
  }

  @Override
  public int compareTo(KeyPrefix other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return String.format("%08x", bits).substring(0, depth) + "*";
  }
}
