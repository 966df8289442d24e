package dev.tilecast.engine.disk;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash function of chunks, for bytes that come piece by piece. */
public final class Sha256 {
  private Sha256() {}

  /** A digest of nothing yet. */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
