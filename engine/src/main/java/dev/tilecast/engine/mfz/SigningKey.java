package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.message.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;

/** A signer's private key. It stays in memory only as long as somebody signs. */
public final class SigningKey {
  /** Bits of keys that we make unless told otherwise. */
  public static final int BITS_DEFAULT = 3072;

  /** The error probability of the two primes is at most 2 to the minus this. */
  private static final int PRIME_CERTAINTY = 128;

  private final PublicKey publicKey;
  private final RSAPrivateCrtKeyParameters parameters;

  private SigningKey(PublicKey publicKey, RSAPrivateCrtKeyParameters parameters) {
    this.publicKey = requireNonNull(publicKey);
    this.parameters = parameters;
  }

  /** A fresh key; takes seconds for 3072 bits. */
  static SigningKey generate(Handle handle, int bits, SecureRandom random) {
    RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
    generator.init(
        new RSAKeyGenerationParameters(RsaSignature.EXPONENT, random, bits, PRIME_CERTAINTY));
    AsymmetricCipherKeyPair pair = generator.generateKeyPair();
    RSAPrivateCrtKeyParameters parameters = (RSAPrivateCrtKeyParameters) pair.getPrivate();
    return new SigningKey(publicKeyOf(handle, parameters), parameters);
  }

  /** The key in the text of a private key file. */
  static SigningKey parse(byte[] file) throws RefusedException {
    KeyText text = KeyText.split(file);
    String pem = text.pem().endsWith("\n") ? text.pem() : text.pem() + "\n";
    byte[] der = text.der(pem, KeyText.PRIVATE_LABEL);
    try {
      RSAPrivateKey rsa = RSAPrivateKey.getInstance(ASN1Primitive.fromByteArray(der));
      KeyText.requireCanonical(rsa, der);
      RSAPrivateCrtKeyParameters parameters =
          new RSAPrivateCrtKeyParameters(
              rsa.getModulus(),
              rsa.getPublicExponent(),
              rsa.getPrivateExponent(),
              rsa.getPrime1(),
              rsa.getPrime2(),
              rsa.getExponent1(),
              rsa.getExponent2(),
              rsa.getCoefficient());
      return new SigningKey(publicKeyOf(text.handle(), parameters), parameters);
    } catch (IOException | IllegalArgumentException e) {
      throw new RefusedException(
          Rule.KEY_FORM,
          "the private key of '" + text.handle() + "' is no RSA key in PKCS#1: " + e.getMessage());
    }
  }

  private static PublicKey publicKeyOf(Handle handle, RSAPrivateCrtKeyParameters parameters) {
    BigInteger modulus = parameters.getModulus();
    BigInteger exponent = parameters.getPublicExponent();
    byte[] der = encoded(new RSAPublicKey(modulus, exponent));
    return new PublicKey(handle, KeyText.pem(KeyText.PUBLIC_LABEL, der), modulus, exponent);
  }

  /** The public half, in the form in which we write it. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** The text of a private key file, not encrypted, as {@code mfzmake} writes it. */
  byte[] fileText() {
    RSAPrivateKey rsa =
        new RSAPrivateKey(
            parameters.getModulus(),
            parameters.getPublicExponent(),
            parameters.getExponent(),
            parameters.getP(),
            parameters.getQ(),
            parameters.getDP(),
            parameters.getDQ(),
            parameters.getQInv());
    String pem = KeyText.pem(KeyText.PRIVATE_LABEL, encoded(rsa));
    return (KeyText.handleLine(publicKey.handle()) + pem).getBytes(ISO_8859_1);
  }

  /** The RSASSA-PKCS1-v1_5 signature of a SHA-512 digest; the same each time. */
  public Bytes sign(Bytes sha512) {
    RSABlindedEngine engine = new RSABlindedEngine();
    engine.init(true, parameters);
    byte[] block = RsaSignature.block(sha512, publicKey.signatureBytes());
    Bytes signature = Bytes.copyOf(engine.processBlock(block, 0, block.length));
    if (!publicKey.verifies(sha512, signature)) {
      throw new IllegalStateException(
          "the private key of '" + publicKey.handle() + "' makes signatures that do not verify");
    }
    return signature;
  }

  private static byte[] encoded(org.bouncycastle.asn1.ASN1Object key) {
    try {
      return key.getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("encoding a key into memory", e);
    }
  }
}
