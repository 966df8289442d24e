package dev.tilecast.engine.message;

import java.util.List;

/**
 * A decoded packet of our service. Widths and layouts are in PROTOCOL.md; {@link Codec} is the only
 * way from bytes and to bytes.
 */
public sealed interface Message {
  /** The low four bits of the first byte of our part of a packet. */
  int kind();

  /**
   * Who speaks here. Sent when the link comes up, then more and more rarely.
   *
   * @param versionMin the lowest protocol version that the sender speaks
   * @param versionMax the highest one
   * @param bootId drawn at random at each start
   * @param tileId drawn at random once, 16 bytes; may have been copied with a disk image
   * @param groupId the first 16 bytes of the SHA-256 of the grid's name
   * @param mtu the longest packet that the sender takes on this link, in bytes
   * @param nextSeconds within how many seconds the next HELLO comes
   * @param catalogRoot digest over all live versions, 12 bytes (PROTOCOL.md, Catalog root)
   */
  record Hello(
      int versionMin,
      int versionMax,
      long bootId,
      Bytes tileId,
      Bytes groupId,
      int mtu,
      int nextSeconds,
      Bytes catalogRoot)
      implements Message {
    public static final int KIND = 1;

    @Override
    public int kind() {
      return KIND;
    }
  }

  /**
   * "I have this version."
   *
   * @param name whose version it is
   * @param stamp its stamp
   * @param digestPrefix the first 16 bytes of its inner digest
   * @param manifestId the id of its manifest, 32 bytes
   * @param fileLength bytes of the file
   * @param signer the first 8 bytes of the signer's fingerprint
   * @param sealed whether a seal comes with the manifest
   * @param heldPermille how much of it the sender holds, 0 to 1000
   */
  record Advertisement(
      Name name,
      long stamp,
      Bytes digestPrefix,
      Bytes manifestId,
      long fileLength,
      Bytes signer,
      boolean sealed,
      int heldPermille)
      implements Message {
    public static final int KIND = 2;
    public static final int DIGEST_PREFIX_BYTES = 16;
    public static final int SIGNER_BYTES = 8;

    /** What {@code heldPermille} is where nothing is missing. */
    public static final int HELD_WHOLE = 1000;

    @Override
    public int kind() {
      return KIND;
    }

    /** Whether the sender holds all of it. */
    public boolean isWhole() {
      return heldPermille >= HELD_WHOLE;
    }

    /** The first four bytes of the manifest id, by which requests name it. */
    public int key() {
      return manifestId.firstInt();
    }
  }

  /**
   * What the sender's catalog holds under one prefix of keys: the digests of the children, or of
   * the entries where these are few.
   *
   * @param prefix under which
   * @param form children or entries
   * @param root the first four bytes of the sender's catalog root
   * @param answered the same of the message that this one answers; 0 if it answers none
   * @param siblings of the children of the prefix's parent those that differed in that message, a
   *     bit each, the lowest for child 0
   * @param children the children that have entries, in the same way; 0 for entries
   * @param digests 12 bytes each, in ascending order of children or of the keys of entries
   */
  record Digest(
      KeyPrefix prefix,
      Form form,
      int root,
      int answered,
      int siblings,
      int children,
      List<Bytes> digests)
      implements Message {
    public static final int KIND = 3;

    /** Digests of one message, 12 bytes each. */
    public static final int DIGESTS_MAX = 16;

    /** What the digests are of. */
    public enum Form {
      /** The children of the prefix. */
      CHILDREN,
      /** All entries under the prefix; to be answered with those of the other side. */
      ENTRIES,
      /** All entries under the prefix, in answer to those of the other side. */
      ENTRIES_TOO
    }

    public Digest {
      digests = List.copyOf(digests);
    }

    @Override
    public int kind() {
      return KIND;
    }
  }

  /**
   * Asks for a part of a manifest.
   *
   * @param key first four bytes of the manifest id
   * @param unit {@link #HEAD}, {@link #SEAL}, or the number of a page
   * @param offset first byte wanted of the encoded unit
   * @param length how many bytes are wanted; fewer come where the unit ends
   */
  record ManifestWant(int key, int unit, int offset, int length) implements Message {
    public static final int KIND = 4;

    /** The unit number of the head. */
    public static final int HEAD = 0xFFFF;

    /** The unit number of the seal's signature. */
    public static final int SEAL = 0xFFFE;

    /** Asks which chunks are held, now and from now on; answered by {@link Have}. */
    public static final int HELD = 0xFFFD;

    @Override
    public int kind() {
      return KIND;
    }
  }

  /**
   * A part of a manifest.
   *
   * @param key first four bytes of the manifest id
   * @param unit as in {@link ManifestWant}
   * @param offset where in the encoded unit {@code bytes} begin
   * @param total bytes of the whole encoded unit
   * @param bytes the part
   */
  record ManifestPart(int key, int unit, int offset, int total, Bytes bytes) implements Message {
    public static final int KIND = 5;

    @Override
    public int kind() {
      return KIND;
    }
  }

  /**
   * Asks for bytes of a file.
   *
   * @param key first four bytes of the manifest id
   * @param window the most DATA packets that may come in answer to this message
   * @param ranges which bytes, in the order in which they are wanted
   */
  record Want(int key, int window, List<Range> ranges) implements Message {
    public static final int KIND = 6;

    /** The most ranges of one message, so that it fits into 255 bytes. */
    public static final int RANGES_MAX = 30;

    public Want {
      ranges = List.copyOf(ranges);
    }

    @Override
    public int kind() {
      return KIND;
    }
  }

  /**
   * A run of bytes of a file.
   *
   * @param offset the first byte, from 0
   * @param length how many, at least 1
   */
  record Range(long offset, int length) {
    public long end() {
      return offset + length;
    }
  }

  /**
   * Bytes of a file, in answer to {@link Want}.
   *
   * @param key first four bytes of the manifest id
   * @param offset where in the file {@code bytes} begin
   * @param bytes at least one
   */
  record Data(int key, long offset, Bytes bytes) implements Message {
    public static final int KIND = 7;

    @Override
    public int kind() {
      return KIND;
    }
  }

  /**
   * Chunks of a sealed file that the sender holds and serves, while it still pulls the others.
   *
   * @param key first four bytes of the manifest id
   * @param held how many it holds by now, of which these are some
   * @param runs of chunks, in ascending order or not; they may repeat what was said before
   */
  record Have(int key, int held, List<Run> runs) implements Message {
    public static final int KIND = 8;

    /** The most runs of one message, so that it fits into 255 bytes. */
    public static final int RUNS_MAX = 60;

    public Have {
      runs = List.copyOf(runs);
    }

    @Override
    public int kind() {
      return KIND;
    }
  }

  /**
   * Consecutive chunks of a file.
   *
   * @param first the first of them, from 0
   * @param count how many, at least 1
   */
  record Run(int first, int count) {
    public int end() {
      return first + count;
    }
  }

  /**
   * "Not from me", and why.
   *
   * @param key first four bytes of the manifest id
   * @param reason why
   */
  record None(int key, Reason reason) implements Message {
    public static final int KIND = 9;

    @Override
    public int kind() {
      return KIND;
    }
  }
}
