package dev.tilecast.engine.message;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Up to {@value #CHUNKS_MAX} consecutive chunks of a manifest, as (length u32, SHA-256) each
 * (PROTOCOL.md, Manifests). Every page but the last of a manifest is full.
 */
public record ManifestPage(List<ChunkRef> chunks) {
  /** Chunks of a full page. */
  public static final int CHUNKS_MAX = 32;

  /** Encoded bytes of one chunk. */
  public static final int CHUNK_BYTES = 4 + ChunkRef.DIGEST_BYTES;

  /** Encoded bytes of a full page. */
  public static final int BYTES_MAX = CHUNKS_MAX * CHUNK_BYTES;

  public ManifestPage {
    chunks = List.copyOf(chunks);
    if (chunks.isEmpty() || chunks.size() > CHUNKS_MAX) {
      throw new IllegalArgumentException("a page of " + chunks.size() + " chunks");
    }
  }

  /** The canonical bytes. */
  public Bytes encode() {
    ByteBuffer out = ByteBuffer.allocate(chunks.size() * CHUNK_BYTES);
    for (ChunkRef chunk : chunks) {
      out.putInt(chunk.length());
      chunk.digest().putInto(out);
    }
    return Bytes.copyOf(out.array());
  }

  /**
   * The page that {@code encoded} spells.
   *
   * @throws MalformedException where it is not exactly the encoding of a page
   */
  public static ManifestPage decode(Bytes encoded) throws MalformedException {
    if (encoded.length() == 0
        || encoded.length() > BYTES_MAX
        || encoded.length() % CHUNK_BYTES != 0) {
      throw new MalformedException("a page of " + encoded.length() + " bytes");
    }
    ByteBuffer in = encoded.toBuffer();
    List<ChunkRef> chunks = new ArrayList<>();
    while (in.hasRemaining()) {
      int length = in.getInt();
      if (length < 1) {
        throw new MalformedException("a chunk of " + Integer.toUnsignedString(length) + " bytes");
      }
      byte[] digest = new byte[ChunkRef.DIGEST_BYTES];
      in.get(digest);
      chunks.add(new ChunkRef(length, Bytes.copyOf(digest)));
    }
    return new ManifestPage(chunks);
  }
}
