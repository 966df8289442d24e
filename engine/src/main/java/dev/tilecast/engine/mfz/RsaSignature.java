package dev.tilecast.engine.mfz;

import dev.tilecast.engine.message.Bytes;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * RSASSA-PKCS1-v1_5 with SHA-512, decided by comparing the whole block: the libraries' verifiers
 * also accept a DigestInfo without NULL parameters, which OpenSSL and so {@code mfzrun} refuse.
 */
final class RsaSignature {
  /** The public exponent of all keys that we make, and the least that we accept. */
  static final BigInteger EXPONENT = BigInteger.valueOf(65_537);

  /** DigestInfo of SHA-512 with NULL parameters, up to the digest. */
  private static final byte[] DIGEST_INFO =
      HexFormat.of().parseHex("3051300d060960864801650304020305000440");

  private RsaSignature() {}

  /** The one block that a signature of {@code sha512} by a key of so many bytes must open to. */
  static byte[] block(Bytes sha512, int bytes) {
    byte[] block = new byte[bytes];
    Arrays.fill(block, (byte) 0xFF);
    byte[] digest = sha512.toArray();
    int digestAt = bytes - digest.length;
    int infoAt = digestAt - DIGEST_INFO.length;
    block[0] = 0;
    block[1] = 1;
    block[infoAt - 1] = 0;
    System.arraycopy(DIGEST_INFO, 0, block, infoAt, DIGEST_INFO.length);
    System.arraycopy(digest, 0, block, digestAt, digest.length);
    return block;
  }

  static boolean verifies(PublicKey key, Bytes sha512, Bytes signature) {
    BigInteger number = new BigInteger(1, signature.toArray());
    if (signature.length() != key.signatureBytes() || number.compareTo(key.modulus()) >= 0) {
      return false;
    }
    byte[] opened = fixedLength(number.modPow(key.exponent(), key.modulus()), key.signatureBytes());
    return MessageDigest.isEqual(opened, block(sha512, key.signatureBytes()));
  }

  private static byte[] fixedLength(BigInteger number, int bytes) {
    byte[] shortest = number.toByteArray();
    int from = shortest.length > bytes ? shortest.length - bytes : 0;
    int length = shortest.length - from;
    byte[] fixed = new byte[bytes];
    System.arraycopy(shortest, from, fixed, bytes - length, length);
    return fixed;
  }
}
