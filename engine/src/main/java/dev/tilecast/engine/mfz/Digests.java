package dev.tilecast.engine.mfz;

import dev.tilecast.engine.message.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The two hash functions of the format. */
final class Digests {
  private Digests() {}

  static MessageDigest newSha512() {
    return named("SHA-512");
  }

  static MessageDigest newSha256() {
    return named("SHA-256");
  }

  static Bytes sha512(byte[] data) {
    return Bytes.copyOf(newSha512().digest(data));
  }

  private static MessageDigest named(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + name, e);
    }
  }
}
