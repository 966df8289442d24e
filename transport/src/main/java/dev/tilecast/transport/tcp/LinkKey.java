package dev.tilecast.transport.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a tile shows of itself on links with TLS: a key on the curve P-256, and the certificate
 * without which TLS carries no key. That certificate says the same for every tile, and nobody reads
 * it but for the key; so its frame is spelled out here, and needs no library.
 */
public final class LinkKey {
  /** The longest text of a key, in bytes. */
  public static final int TEXT_BYTES_MAX = 8192;

  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int BIT_STRING = 0x03;
  private static final int UTF8_STRING = 0x0C;
  private static final int GENERALIZED_TIME = 0x18;

  /** Version 3, serial number 1. */
  private static final byte[] VERSION_AND_SERIAL = hex("a003020102" + "020101");

  private static final byte[] ECDSA_WITH_SHA256 = hex("300a06082a8648ce3d040302");
  private static final byte[] COMMON_NAME = hex("0603550403");

  private static final Pattern TEXT =
      Pattern.compile(
          "\\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----"
              + "\\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----\\s*");

  private final PrivateKey privateKey;
  private final Certificate certificate;
  private final Fingerprint fingerprint;

  private LinkKey(PrivateKey privateKey, Certificate certificate) {
    this.privateKey = privateKey;
    this.certificate = certificate;
    this.fingerprint = Fingerprint.of(certificate.getPublicKey());
  }

  /** A fresh key. */
  public static LinkKey generate(SecureRandom random) {
    return generate(random, "19700101000000Z", "99991231235959Z");
  }

  /** The same, with a certificate that says when it holds; in the form {@code 20260131235959Z}. */
  static LinkKey generate(SecureRandom random, String from, String until) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      byte[] name =
          der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, text(UTF8_STRING, "tilecast"))));
      byte[] toSign =
          der(
              SEQUENCE,
              VERSION_AND_SERIAL,
              ECDSA_WITH_SHA256,
              name,
              der(SEQUENCE, text(GENERALIZED_TIME, from), text(GENERALIZED_TIME, until)),
              name,
              pair.getPublic().getEncoded());
      Signature signer = Signature.getInstance(SIGNATURE);
      signer.initSign(pair.getPrivate(), random);
      signer.update(toSign);
      byte[] signature = der(BIT_STRING, new byte[] {0}, signer.sign());
      byte[] certificate = der(SEQUENCE, toSign, ECDSA_WITH_SHA256, signature);
      return new LinkKey(pair.getPrivate(), certificate(certificate));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("making a key for links", e);
    }
  }

  /**
   * The key that a text spells.
   *
   * @throws GeneralSecurityException where it spells none, in words for a person
   */
  public static LinkKey parse(String text) throws GeneralSecurityException {
    Matcher matcher = TEXT.matcher(text);
    if (text.length() > TEXT_BYTES_MAX || !matcher.matches()) {
      throw new GeneralSecurityException("it is no private key with a certificate behind it");
    }
    byte[] key;
    byte[] certificate;
    try {
      key = Base64.getMimeDecoder().decode(matcher.group(1));
      certificate = Base64.getMimeDecoder().decode(matcher.group(2));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("it is damaged: " + e.getMessage(), e);
    }
    PrivateKey privateKey =
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
    LinkKey parsed = new LinkKey(privateKey, certificate(certificate));
    parsed.requirePair();
    return parsed;
  }

  /** The text of the key, private half included. */
  public String text() {
    try {
      return pem("PRIVATE KEY", privateKey.getEncoded())
          + pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("encoding our own certificate", e);
    }
  }

  /** What neighbors pin. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  PrivateKey privateKey() {
    return privateKey;
  }

  Certificate certificate() {
    return certificate;
  }

  /** Two halves of different keys would fail in every handshake, in words that mean nothing. */
  private void requirePair() throws GeneralSecurityException {
    byte[] probe = fingerprint.hex().getBytes(US_ASCII);
    Signature signature = Signature.getInstance(SIGNATURE);
    signature.initSign(privateKey);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(probe);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("its certificate is of another key");
    }
  }

  private static Certificate certificate(byte[] der) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(der));
  }

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private static byte[] text(int tag, String text) {
    return der(tag, text.getBytes(US_ASCII));
  }

  /** One DER value of up to 65535 bytes. */
  private static byte[] der(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
