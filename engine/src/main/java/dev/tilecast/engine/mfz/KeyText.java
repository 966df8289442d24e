package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;

/**
 * The text of a key file: {@code [MFM-Handle:HANDLE]}, a line feed, and a PEM of PKCS#1.
 *
 * @param handle whose key it is
 * @param pem everything after the handle line
 */
record KeyText(Handle handle, String pem) {
  static final String PUBLIC_LABEL = "RSA PUBLIC KEY";
  static final String PRIVATE_LABEL = "RSA PRIVATE KEY";

  private static final Pattern FIRST_LINE =
      Pattern.compile("\\[MFM-Handle:([^\\]\r\n]{1,64})\\]\r?\n");
  private static final int PEM_COLUMNS = 64;

  static String handleLine(Handle handle) {
    return "[MFM-Handle:" + handle.text() + "]\n";
  }

  /** Splits the text of a key file; what follows the handle line is not looked at. */
  static KeyText split(byte[] file) throws RefusedException {
    String text = new String(file, ISO_8859_1);
    Matcher line = FIRST_LINE.matcher(text);
    if (!line.lookingAt()) {
      throw new RefusedException(
          Rule.HANDLE_LINE, "the key does not begin with a line [MFM-Handle:HANDLE]");
    }
    if (!Handle.isValid(line.group(1))) {
      throw new RefusedException(
          Rule.HANDLE_LINE, "'" + line.group(1) + "' is not a handle. " + Handle.grammar());
    }
    return new KeyText(new Handle(line.group(1)), text.substring(line.end()));
  }

  /** The public key that this text holds. One missing line feed at the end is put there. */
  PublicKey publicKey() throws RefusedException {
    String normal = pem.endsWith("\n") ? pem : pem + "\n";
    byte[] der = der(normal, PUBLIC_LABEL);
    RSAPublicKey rsa;
    try {
      rsa = RSAPublicKey.getInstance(ASN1Primitive.fromByteArray(der));
      requireCanonical(rsa, der);
    } catch (IOException | IllegalArgumentException e) {
      throw new RefusedException(
          Rule.KEY_FORM, "the key of '" + handle + "' is no RSA key in PKCS#1: " + e.getMessage());
    }
    requireStrength(rsa.getModulus(), rsa.getPublicExponent());
    return new PublicKey(handle, normal, rsa.getModulus(), rsa.getPublicExponent());
  }

  static void requireCanonical(ASN1Object key, byte[] der) throws IOException {
    if (!Arrays.equals(key.getEncoded(ASN1Encoding.DER), der)) {
      throw new IOException("its encoding is not the canonical one");
    }
  }

  private void requireStrength(BigInteger modulus, BigInteger exponent) throws RefusedException {
    int bits = modulus.bitLength();
    if (bits < PublicKey.BITS_MIN || bits > PublicKey.BITS_MAX) {
      throw new RefusedException(
          Rule.KEY_BITS,
          "the key of '"
              + handle
              + "' has "
              + bits
              + " bits; keys of 1024 to 4096 bits are used, and 3072 are advised");
    }
    if (!exponent.testBit(0) || exponent.compareTo(RsaSignature.EXPONENT) < 0) {
      throw new RefusedException(
          Rule.KEY_EXPONENT,
          "the key of '"
              + handle
              + "' has the public exponent "
              + exponent
              + "; it must be odd and at least 65537");
    }
    if (!modulus.testBit(0) || exponent.bitLength() > 64) {
      throw new RefusedException(
          Rule.KEY_FORM, "the key of '" + handle + "' is not a key that RSA can use");
    }
  }

  /** The bytes inside a PEM that has this label and nothing around it. */
  byte[] der(String pemText, String label) throws RefusedException {
    String begin = "-----BEGIN " + label + "-----\n";
    String end = "-----END " + label + "-----\n";
    String text = pemText.replace("\r\n", "\n");
    if (!text.startsWith(begin) || !text.endsWith("\n" + end)) {
      throw new RefusedException(
          Rule.KEY_FORM,
          "the key of '"
              + handle
              + "' is not a PEM from -----BEGIN "
              + label
              + "----- to its END line");
    }
    String body = text.substring(begin.length(), text.length() - end.length()).replace("\n", "");
    try {
      return Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          Rule.KEY_FORM, "the key of '" + handle + "' is not base64: " + e.getMessage());
    }
  }

  /** {@code der} as PEM in the form of {@code mfzmake}, with its final line feed. */
  static String pem(String label, byte[] der) {
    byte[] lineFeed = {'\n'};
    String body = Base64.getMimeEncoder(PEM_COLUMNS, lineFeed).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }
}
