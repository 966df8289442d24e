package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tilecast.engine.message.Bytes;
import java.math.BigInteger;

/**
 * A signer's public key, from a file in the form of {@code mfzmake}: a handle line, then a PKCS#1
 * RSA key as PEM.
 *
 * @param handle whose key it is
 * @param pem the PEM text, ending in exactly one line feed
 * @param modulus of 1024 to 4096 bits
 * @param exponent odd and at least 65537
 */
public record PublicKey(Handle handle, String pem, BigInteger modulus, BigInteger exponent) {
  /** Keys of fewer bits can be broken with effort that states and companies can afford. */
  public static final int STRONG_BITS = 2048;

  static final int BITS_MIN = 1024;
  static final int BITS_MAX = 4096;

  /** The whole text of the key file, and of MFZPUBKEY.DAT: handle line and PEM. */
  public String fileText() {
    return KeyText.handleLine(handle) + pem;
  }

  /** The SHA-512 of {@link #fileText()}, 64 bytes. */
  public Bytes fingerprint() {
    return Digests.sha512(fileText().getBytes(ISO_8859_1));
  }

  /** What {@code mfzrun} prints as HANDLE_FINGERPRINT: 44 bits, to look at and not to trust. */
  public String shortFingerprint() {
    String hex = fingerprint().toHex();
    return hex.substring(0, 4) + "-" + hex.substring(4, 7) + "-" + hex.substring(7, 11);
  }

  public int bits() {
    return modulus.bitLength();
  }

  /** Bytes of a signature by this key. */
  public int signatureBytes() {
    return (bits() + 7) / 8;
  }

  /** Whether {@code signature} is this key's RSASSA-PKCS1-v1_5 signature of a SHA-512 digest. */
  public boolean verifies(Bytes sha512, Bytes signature) {
    return RsaSignature.verifies(this, sha512, signature);
  }
}
