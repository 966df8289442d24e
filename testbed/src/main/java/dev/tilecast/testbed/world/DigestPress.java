package dev.tilecast.testbed.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Cut;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * Signs with a digest that only this class makes, so that a seed costs no RSA. The file is its
 * content; chunks are cut by the very rule of the format.
 */
final class DigestPress implements Press {
  @Override
  public SimFile press(Name name, long stamp, byte[] content, String handle) {
    Version version = new Version(name, stamp, sha512(content));
    Cut cut = new Cut(Cut.Parameters.forLength(content.length));
    cut.update(content, 0, content.length);
    List<ChunkRef> chunks = cut.finish();
    Manifest manifest =
        Manifest.of(version, handle, fingerprintOf(handle), signature(version, handle), chunks);
    return new SimFile(manifest, Bytes.copyOf(content));
  }

  @Override
  public byte[] contentOf(SimFile file) {
    return file.content().toArray();
  }

  @Override
  public Bytes seal(SimFile file) {
    return sealOf(file.manifest().head());
  }

  /** Whether {@code seal} is what the signer of {@code head} would seal it with. */
  static boolean isSealed(ManifestHead head, Bytes seal) {
    return isSigned(head) && seal.equals(sealOf(head));
  }

  private static Bytes sealOf(ManifestHead head) {
    return signed(head.handle() + " seals " + head.id().toHex());
  }

  @Override
  public Bytes fingerprint(String handle) {
    return fingerprintOf(handle);
  }

  static Bytes fingerprintOf(String handle) {
    return sha512(("the key of " + handle).getBytes(UTF_8));
  }

  /** Whether the handle in {@code head} has signed it. */
  static boolean isSigned(ManifestHead head) {
    return head.signature().equals(signature(head.version(), head.handle()))
        && head.fingerprint().equals(fingerprintOf(head.handle()));
  }

  private static Bytes signature(Version version, String handle) {
    return signed(handle + " signs " + version.innerDigest().toHex());
  }

  private static Bytes signed(String what) {
    byte[] signed = new byte[ManifestHead.SIGNATURE_BYTES_MIN];
    Bytes digest = sha512(what.getBytes(UTF_8));
    System.arraycopy(digest.toArray(), 0, signed, 0, digest.length());
    return Bytes.copyOf(signed);
  }

  private static Bytes sha512(byte[] content) {
    try {
      return Bytes.copyOf(MessageDigest.getInstance("SHA-512").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-512", e);
    }
  }
}
