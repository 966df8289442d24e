package dev.tilecast.engine.message;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The first part of a manifest: whose file it is, and the digests of the pages that list its
 * chunks. The encoding is canonical, so two heads are equal where their encodings are; the SHA-256
 * of it is the manifest id (PROTOCOL.md, Manifests). No record, since both are asked for with
 * nearly every packet and are worked out once.
 */
public final class ManifestHead {
  /** The first byte of every head. */
  public static final int FORMAT = 1;

  /** The most bytes of an MFZ file. */
  public static final long FILE_BYTES_MAX = 1L << 30;

  /** The most chunks of a file: each but the last has at least half the average. */
  public static final int CHUNKS_MAX = 4096;

  /** Bytes of a signer's fingerprint. */
  public static final int FINGERPRINT_BYTES = 64;

  /** The longest handle. */
  public static final int HANDLE_BYTES_MAX = 64;

  /** The shortest and longest signature: RSA keys of 768 to 4096 bits. */
  public static final int SIGNATURE_BYTES_MIN = 96;

  public static final int SIGNATURE_BYTES_MAX = 512;

  private static final int PAGE_DIGEST_BYTES = 32;

  /** The most bytes of an encoded head. */
  public static final int BYTES_MAX =
      1
          + 1
          + Name.BYTES_MAX
          + 8
          + Version.DIGEST_BYTES
          + 1
          + HANDLE_BYTES_MAX
          + FINGERPRINT_BYTES
          + 2
          + SIGNATURE_BYTES_MAX
          + 4
          + 2
          + CHUNKS_MAX / ManifestPage.CHUNKS_MAX * PAGE_DIGEST_BYTES;

  private final Version version;
  private final String handle;
  private final Bytes fingerprint;
  private final Bytes signature;
  private final long fileLength;
  private final int chunkCount;
  private final List<Bytes> pageDigests;
  private final Bytes encoded;
  private final Bytes id;

  /**
   * A head.
   *
   * @param version name, stamp and full inner digest
   * @param handle the signer's handle, 1 to 64 ASCII characters
   * @param fingerprint the SHA-512 of the signer's whole public key file, 64 bytes
   * @param signature the MFZ's own signature over MFZ.ZIP, raw, 96 to 512 bytes
   * @param fileLength bytes of the whole MFZ file, 1 to 1 GiB
   * @param chunkCount chunks in all pages together, 1 to 4096
   * @param pageDigests the SHA-256 of each encoded page, in order
   * @throws IllegalArgumentException where one of them is out of its bounds
   */
  public ManifestHead(
      Version version,
      String handle,
      Bytes fingerprint,
      Bytes signature,
      long fileLength,
      int chunkCount,
      List<Bytes> pageDigests) {
    this.version = requireNonNull(version);
    this.handle = requireNonNull(handle);
    this.fingerprint = requireNonNull(fingerprint);
    this.signature = requireNonNull(signature);
    this.fileLength = fileLength;
    this.chunkCount = chunkCount;
    this.pageDigests = List.copyOf(pageDigests);
    String fault = fault(handle, fingerprint, signature, fileLength, chunkCount, this.pageDigests);
    if (!fault.isEmpty()) {
      throw new IllegalArgumentException(fault);
    }
    this.encoded = encoding();
    this.id = Bytes.sha256(encoded.toArray());
  }

  public Version version() {
    return version;
  }

  public String handle() {
    return handle;
  }

  public Bytes fingerprint() {
    return fingerprint;
  }

  public Bytes signature() {
    return signature;
  }

  public long fileLength() {
    return fileLength;
  }

  public int chunkCount() {
    return chunkCount;
  }

  public List<Bytes> pageDigests() {
    return pageDigests;
  }

  /**
   * The average length of the chunks of a file of {@code fileLength} bytes: the smallest power of
   * two from 4096 on with at most 2048 such chunks (PROTOCOL.md, The cut of chunks). No chunk is
   * longer than four times that.
   */
  public static int averageChunkBytes(long fileLength) {
    int average = 4096;
    while (fileLength > (long) average * (CHUNKS_MAX / 2)) {
      average *= 2;
    }
    return average;
  }

  /** Pages of a manifest with {@code chunkCount} chunks. */
  public static int pageCount(int chunkCount) {
    return (chunkCount + ManifestPage.CHUNKS_MAX - 1) / ManifestPage.CHUNKS_MAX;
  }

  /** Chunks on page {@code index}. */
  public int chunksOnPage(int index) {
    return Math.min(ManifestPage.CHUNKS_MAX, chunkCount - index * ManifestPage.CHUNKS_MAX);
  }

  /** Encoded bytes of page {@code index}. */
  public int pageBytes(int index) {
    return chunksOnPage(index) * ManifestPage.CHUNK_BYTES;
  }

  /** The manifest id: the SHA-256 of the encoded head. */
  public Bytes id() {
    return id;
  }

  /** The canonical bytes. */
  public Bytes encode() {
    return encoded;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ManifestHead head && encoded.equals(head.encoded);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "head of " + version + " by " + handle + ", " + fileLength + " bytes";
  }

  private Bytes encoding() {
    ByteBuffer out = ByteBuffer.allocate(BYTES_MAX);
    out.put((byte) FORMAT);
    out.put((byte) version.name().text().length());
    out.put(version.name().text().getBytes(US_ASCII));
    out.putLong(version.stamp());
    version.innerDigest().putInto(out);
    out.put((byte) handle.length());
    out.put(handle.getBytes(US_ASCII));
    fingerprint.putInto(out);
    out.putShort((short) signature.length());
    signature.putInto(out);
    out.putInt((int) fileLength);
    out.putShort((short) chunkCount);
    for (Bytes digest : pageDigests) {
      digest.putInto(out);
    }
    return Bytes.copyOf(out.array(), 0, out.position());
  }

  /**
   * The head that {@code encoded} spells.
   *
   * @throws MalformedException where it is not exactly the canonical encoding of a head
   */
  public static ManifestHead decode(Bytes encoded) throws MalformedException {
    ByteBuffer in = encoded.toBuffer();
    try {
      int format = in.get() & 0xFF;
      if (format != FORMAT) {
        throw new MalformedException("a manifest head of format " + format);
      }
      String name = ascii(in, in.get() & 0xFF);
      if (!Name.isValid(name)) {
        throw new MalformedException("a manifest head with an invalid name");
      }
      long stamp = in.getLong();
      Bytes innerDigest = take(in, Version.DIGEST_BYTES);
      String handle = ascii(in, in.get() & 0xFF);
      Bytes fingerprint = take(in, FINGERPRINT_BYTES);
      Bytes signature = take(in, in.getShort() & 0xFFFF);
      long fileLength = in.getInt() & 0xFFFFFFFFL;
      int chunkCount = in.getShort() & 0xFFFF;
      List<Bytes> pages = new ArrayList<>();
      for (int i = 0; i < pageCount(Math.min(chunkCount, CHUNKS_MAX)); i++) {
        pages.add(take(in, PAGE_DIGEST_BYTES));
      }
      String fault = fault(handle, fingerprint, signature, fileLength, chunkCount, pages);
      if (!fault.isEmpty() || in.hasRemaining()) {
        throw new MalformedException(fault.isEmpty() ? "bytes after a manifest head" : fault);
      }
      Version version = new Version(new Name(name), stamp, innerDigest);
      return new ManifestHead(
          version, handle, fingerprint, signature, fileLength, chunkCount, pages);
    } catch (BufferUnderflowException e) {
      throw new MalformedException("a manifest head cut off at " + encoded.length() + " bytes");
    }
  }

  private static String fault(
      String handle,
      Bytes fingerprint,
      Bytes signature,
      long fileLength,
      int chunkCount,
      List<Bytes> pages) {
    if (handle.isEmpty() || handle.length() > HANDLE_BYTES_MAX) {
      return "a handle of " + handle.length() + " characters";
    }
    if (handle.chars().anyMatch(c -> c < ' ' || c > '~')) {
      return "a handle with a character that is not printable ASCII";
    }
    if (fingerprint.length() != FINGERPRINT_BYTES) {
      return "a fingerprint of " + fingerprint.length() + " bytes";
    }
    if (signature.length() < SIGNATURE_BYTES_MIN || signature.length() > SIGNATURE_BYTES_MAX) {
      return "a signature of " + signature.length() + " bytes";
    }
    if (fileLength < 1 || fileLength > FILE_BYTES_MAX) {
      return "a file of " + fileLength + " bytes";
    }
    if (chunkCount < 1 || chunkCount > CHUNKS_MAX || chunkCount > fileLength) {
      return chunkCount + " chunks for " + fileLength + " bytes";
    }
    if (pages.size() != pageCount(chunkCount)
        || pages.stream().anyMatch(page -> page.length() != PAGE_DIGEST_BYTES)) {
      return pages.size() + " page digests for " + chunkCount + " chunks";
    }
    return "";
  }

  private static Bytes take(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] taken = new byte[length];
    in.get(taken);
    return Bytes.copyOf(taken);
  }

  private static String ascii(ByteBuffer in, int length) {
    return new String(take(in, length).toArray(), US_ASCII);
  }
}
