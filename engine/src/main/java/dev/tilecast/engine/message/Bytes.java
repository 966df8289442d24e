package dev.tilecast.engine.message;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable run of bytes with value equality, ordered as unsigned bytes, shorter before longer.
 */
public final class Bytes implements Comparable<Bytes> {
  /** Never fed, only cloned: asking for the algorithm costs as much as a short digest. */
  private static final MessageDigest SHA256 = sha256();

  private static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] data;

  private Bytes(byte[] data) {
    this.data = data;
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
    return data.length;
  }

  /** The byte at {@code index}, 0 to 255. */
  public int at(int index) {
    return data[index] & 0xFF;
  }

  /** The first {@code length} bytes. */
  public Bytes prefix(int length) {
    return length == data.length ? this : copyOf(data, 0, length);
  }

  /** The bytes from {@code from} up to, and not with, {@code to}. */
  public Bytes slice(int from, int to) {
    return copyOf(data, from, to - from);
  }

  public boolean startsWith(Bytes prefix) {
    return data.length >= prefix.data.length
        && Arrays.equals(data, 0, prefix.data.length, prefix.data, 0, prefix.data.length);
  }

  /** The first four bytes as a big-endian number. */
  public int firstInt() {
    return ByteBuffer.wrap(data).getInt();
  }

  /** A copy. */
  public byte[] toArray() {
    return data.clone();
  }

  /** A read-only view, positioned at the first byte. */
  public ByteBuffer toBuffer() {
    return ByteBuffer.wrap(data).asReadOnlyBuffer();
  }

  /** Appends all bytes to {@code out}. */
  public void putInto(ByteBuffer out) {
    out.put(data);
  }

  /** Lower-case hexadecimal without separators. */
  public String toHex() {
    return HexFormat.of().formatHex(data);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(data, other.data);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(data, bytes.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return data.length <= 16 ? toHex() : prefix(8).toHex() + "…(" + data.length + " bytes)";
  }
}
