package dev.tilecast.engine.sending;

import java.util.Optional;

/** Why one side ends a transfer, or does not begin it. */
public enum Objection {
  /** The receiver's disk has no room for it. */
  NO_ROOM(1, true, "there is no room for it"),
  /** Longer than the receiver takes. */
  TOO_LARGE(2, true, "it is longer than is taken"),
  /** The receiver has another content under this name, and overwrites nothing. */
  NAME_TAKEN(3, true, "another file has its name"),
  /** The receiver takes nothing from this direction. */
  NOT_ALLOWED(4, true, "nothing is taken from there"),
  /** What came, twice, does not have the SHA-256 of the offer. */
  WRONG_CHECKSUM(5, true, "its SHA-256 was wrong twice"),
  /** Who says so was told to stop; what has come is kept. */
  STOPPED(6, true, "it was stopped"),
  /** Another file comes from this direction just now; ask again. */
  BUSY(7, false, "another file comes from there just now"),
  /** The file is not any more what was offered; said by the sender. */
  CHANGED(8, true, "it is not any more what was offered"),
  /** The disk of who says so failed. */
  DISK_FAILED(9, true, "the disk failed");

  private final int code;
  private final boolean ends;
  private final String words;

  Objection(int code, boolean ends, String words) {
    this.code = code;
    this.ends = ends;
    this.words = words;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /** Whether it is no use to offer the same file again. */
  public boolean ends() {
    return ends;
  }

  /** The reason as people read it, a clause about the file. */
  public String words() {
    return words;
  }

  /** The objection with this code; empty for a code that only later versions know. */
  public static Optional<Objection> ofCode(int code) {
    for (Objection objection : values()) {
      if (objection.code == code) {
        return Optional.of(objection);
      }
    }
    return Optional.empty();
  }
}
