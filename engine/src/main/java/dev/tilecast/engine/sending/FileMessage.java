package dev.tilecast.engine.sending;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import java.nio.ByteBuffer;
import java.util.List;

/** What two neighbors say to each other about a file that one sends to the other. */
public sealed interface FileMessage {
  /** The number on the wire. */
  int kind();

  /** First four bytes of the id of the {@link Offer} that it is about. */
  int key();

  /**
   * "I have this file for you." Names everything that decides whether a transfer is the same one,
   * so what has come of it is found again after a restart of either side.
   *
   * @param length bytes of the file, 0 to {@link #LENGTH_MAX}
   * @param sha256 of the whole file
   */
  record Offer(FileName name, int length, Bytes sha256) implements FileMessage {
    public static final int KIND = 1;

    /** The longest file: what the ranges of a request can name. */
    public static final int LENGTH_MAX = 1 << 30;

    /** Bytes of a SHA-256. */
    public static final int DIGEST_BYTES = 32;

    public Offer {
      requireNonNull(name);
      if (length < 0 || length > LENGTH_MAX || sha256.length() != DIGEST_BYTES) {
        throw new IllegalArgumentException(
            name + ": " + length + " bytes, a digest of " + sha256.length());
      }
    }

    /** SHA-256 of name, length and digest, as they stand in the message. */
    public Bytes id() {
      ByteBuffer body = ByteBuffer.allocate(bodyBytes());
      put(body);
      return Bytes.sha256(body.array());
    }

    int bodyBytes() {
      return Integer.BYTES + DIGEST_BYTES + 1 + name.text().length();
    }

    void put(ByteBuffer out) {
      out.putInt(length);
      sha256.putInto(out);
      out.put((byte) name.text().length()).put(name.text().getBytes(US_ASCII));
    }

    @Override
    public int kind() {
      return KIND;
    }

    @Override
    public int key() {
      return id().firstInt();
    }
  }

  /**
   * Asks for bytes.
   *
   * @param heldBytes how many bytes the receiver has already, for the sender's progress
   * @param window how many {@link Data} may answer this message
   */
  record Want(int key, int heldBytes, int window, List<Message.Range> ranges)
      implements FileMessage {
    public static final int KIND = 2;

    /** The most ranges of one message, so that it fits into 255 bytes. */
    public static final int RANGES_MAX = 29;

    public Want {
      ranges = List.copyOf(ranges);
    }

    @Override
    public int kind() {
      return KIND;
    }
  }

  /** Bytes of the file from {@code offset} on, in answer to {@link Want} only. */
  record Data(int key, int offset, Bytes bytes) implements FileMessage {
    public static final int KIND = 3;

    public Data {
      requireNonNull(bytes);
    }

    @Override
    public int kind() {
      return KIND;
    }
  }

  /** The whole file is in its place, synced, with the SHA-256 of the offer. */
  record Done(int key) implements FileMessage {
    public static final int KIND = 4;

    @Override
    public int kind() {
      return KIND;
    }
  }

  /** The receiver looks at what it has, all of the file perhaps: it is heard of again. */
  record Checking(int key) implements FileMessage {
    public static final int KIND = 6;

    @Override
    public int kind() {
      return KIND;
    }
  }

  /** Ends the transfer, or does not begin it; said by either side. */
  record Refuse(int key, Objection objection) implements FileMessage {
    public static final int KIND = 5;

    public Refuse {
      requireNonNull(objection);
    }

    @Override
    public int kind() {
      return KIND;
    }
  }
}
