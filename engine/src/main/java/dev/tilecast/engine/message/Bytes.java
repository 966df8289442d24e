package dev.tilecast.engine.message;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * An immutable run of bytes with value equality, ordered as unsigned bytes, shorter before longer.
 */
public final class Bytes implements Comparable<Bytes> {
  /** Never fed, only cloned: asking for the algorithm costs as much as a short digest. */
  private static final MessageDigest SHA256 = sha256();

  private static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] data;
  private final int from;
  private final int length;

  /**
   * Once it was asked for, since ids are looked up for each packet; 0 before. Whichever thread
   * comes first, each would work out the same.
   */
  private int hash;

  private Bytes(byte[] data) {
    this(data, 0, data.length);
  }

  private Bytes(byte[] data, int from, int length) {
    this.data = data;
    this.from = from;
    this.length = length;
  }

  /** A copy of {@code source}. */
  public static Bytes copyOf(byte[] source) {
    return source.length == 0 ? EMPTY : new Bytes(source.clone());
  }

  /** A copy of {@code length} bytes of {@code source} from {@code offset}. */
  public static Bytes copyOf(byte[] source, int offset, int length) {
    return length == 0 ? EMPTY : new Bytes(Arrays.copyOfRange(source, offset, offset + length));
  }

  /** Around {@code fresh} itself, which nobody may change any more; saves a copy per packet. */
  public static Bytes wrap(byte[] fresh) {
    return fresh.length == 0 ? EMPTY : new Bytes(fresh);
  }

  /**
   * The rest of {@code fresh} itself, which nobody may change any more. Keeps all of its array in
   * memory: for what is soon used up.
   */
  static Bytes wrapRest(ByteBuffer fresh) {
    return new Bytes(fresh.array(), fresh.arrayOffset() + fresh.position(), fresh.remaining());
  }

  /** The bytes that {@code hex}, lower or upper case without separators, spells. */
  public static Bytes ofHex(String hex) {
    return new Bytes(HexFormat.of().parseHex(hex));
  }

  /** The SHA-256 of {@code source}. */
  public static Bytes sha256(byte[] source) {
    try {
      return new Bytes(((MessageDigest) SHA256.clone()).digest(requireNonNull(source)));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of this Java platform cannot be cloned", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public static Bytes empty() {
    return EMPTY;
  }

  public int length() {
    return length;
  }

  /** The byte at {@code index}, 0 to 255. */
  public int at(int index) {
    return data[from + Objects.checkIndex(index, length)] & 0xFF;
  }

  /** The first {@code count} bytes. */
  public Bytes prefix(int count) {
    return count == length ? this : slice(0, count);
  }

  /** The bytes from {@code start} up to, and not with, {@code end}. */
  public Bytes slice(int start, int end) {
    Objects.checkFromToIndex(start, end, length);
    return copyOf(data, from + start, end - start);
  }

  public boolean startsWith(Bytes prefix) {
    return length >= prefix.length
        && Arrays.equals(data, from, from + prefix.length, prefix.data, prefix.from, prefix.end());
  }

  private int end() {
    return from + length;
  }

  /** The first four bytes as a big-endian number. */
  public int firstInt() {
    return view().getInt();
  }

  /** A copy. */
  public byte[] toArray() {
    return Arrays.copyOfRange(data, from, end());
  }

  /** A read-only view, positioned at the first byte. */
  public ByteBuffer toBuffer() {
    return view().asReadOnlyBuffer();
  }

  private ByteBuffer view() {
    return ByteBuffer.wrap(data, from, length).slice();
  }

  /** Appends all bytes to {@code out}. */
  public void putInto(ByteBuffer out) {
    out.put(data, from, length);
  }

  /** Lower-case hexadecimal without separators. */
  public String toHex() {
    return HexFormat.of().formatHex(data, from, end());
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(data, from, end(), other.data, other.from, other.end());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes
        && Arrays.equals(data, from, end(), bytes.data, bytes.from, bytes.end());
  }

  /** That of an array of these bytes. */
  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = 1;
      for (int at = from; at < end(); at++) {
        known = 31 * known + data[at];
      }
      hash = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return length <= 16 ? toHex() : prefix(8).toHex() + "…(" + length + " bytes)";
  }
}
