package dev.tilecast.engine.disk;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash function of chunks, for bytes that come piece by piece. */
public final class Sha256 {
  /** Never fed, only cloned: asking for the algorithm costs as much as a short digest. */
  private static final MessageDigest NOTHING = nothing();

  private Sha256() {}

  /** A digest of nothing yet. */
  public static MessageDigest begin() {
    try {
      return (MessageDigest) NOTHING.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the SHA-256 of this Java platform cannot be cloned", e);
    }
  }

  private static MessageDigest nothing() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
