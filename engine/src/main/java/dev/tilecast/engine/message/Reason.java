package dev.tilecast.engine.message;

import java.util.Optional;

/**
 * Why a version or a request is not served or not accepted, with the code that NONE carries for it
 * (PROTOCOL.md, NONE). A {@link #isRefusal() refusal} is about the version and is remembered by
 * both sides; the others are about the request alone.
 */
public enum Reason {
  /** The sender of NONE does not have, or no longer has, what was asked for. */
  NOT_HELD(1, false),
  /** More than one manifest begins with this key. */
  AMBIGUOUS_KEY(2, false),
  /** No trusted key has the signer's fingerprint. */
  UNKNOWN_SIGNER(16, true),
  /** The signer is known, but the rules do not let this handle publish this name. */
  NOT_ALLOWED(17, true),
  /** The signature does not verify with the trusted key. */
  BAD_SIGNATURE(18, true),
  /** The file breaks a rule of the MFZ format. */
  BAD_FORMAT(19, true),
  /** The file is not what its manifest or its advertisement says. */
  NOT_AS_CLAIMED(20, true),
  /** The name in the file is not the name that it came under, or breaks the grammar. */
  BAD_NAME(21, true),
  /** Below the newest version that was ever live here. */
  OLDER(22, true),
  /** At the inbox: another content with the very stamp of the live version. */
  EQUAL_STAMP(23, true),
  /** Over the size limit of this tile. */
  TOO_LARGE(24, true),
  /** No room on this tile's disk. */
  NO_SPACE(25, true),
  /** The catalog of this tile is full. */
  CATALOG_FULL(26, true),
  /** Reading or writing this tile's disk failed. */
  DISK_FAILED(27, true);

  private final int code;
  private final boolean refusal;

  Reason(int code, boolean refusal) {
    this.code = code;
    this.refusal = refusal;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /** Whether this says something of the version, not only of one request. */
  public boolean isRefusal() {
    return refusal;
  }

  /** The reason with this code; empty for a code that only later protocols know. */
  public static Optional<Reason> ofCode(int code) {
    for (Reason reason : values()) {
      if (reason.code == code) {
        return Optional.of(reason);
      }
    }
    return Optional.empty();
  }
}
