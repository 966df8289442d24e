package dev.tilecast.engine.mfz;

import dev.tilecast.engine.disk.Sha256;
import dev.tilecast.engine.message.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The two hash functions of the format. */
final class Digests {
  private Digests() {}

  static MessageDigest newSha512() {
    try {
      return MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-512", e);
    }
  }

  static MessageDigest newSha256() {
    return Sha256.begin();
  }

  static Bytes sha512(byte[] data) {
    return Bytes.copyOf(newSha512().digest(data));
  }
}
