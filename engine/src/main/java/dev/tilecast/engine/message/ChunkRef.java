package dev.tilecast.engine.message;

/**
 * What a page says of one chunk.
 *
 * @param length bytes of the chunk, at least 1
 * @param digest its SHA-256, 32 bytes
 */
public record ChunkRef(int length, Bytes digest) {
  /** Bytes of a chunk's digest. */
  public static final int DIGEST_BYTES = 32;

  public ChunkRef {
    if (length < 1 || digest.length() != DIGEST_BYTES) {
      throw new IllegalArgumentException(
          "chunk of " + length + " bytes with a digest of " + digest.length() + " bytes");
    }
  }
}
