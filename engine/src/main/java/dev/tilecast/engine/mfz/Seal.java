package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The signer's word for a manifest, so that tiles may pass on each chunk as soon as they hold it. A
 * seal file lies beside its MFZ and holds the manifest too (PROTOCOL.md, Seals).
 *
 * @param manifest whose id is signed
 * @param signature RSASSA-PKCS1-v1_5 with SHA-512, by the key that signed the MFZ
 */
public record Seal(Manifest manifest, Bytes signature) {
  /** What the name of a seal file has after the name of its MFZ. */
  public static final String SUFFIX = ".seal";

  private static final byte[] SIGNED_PREFIX = "tilecast seal 1\n".getBytes(US_ASCII);
  private static final byte[] MAGIC = "tilecast seal file 1\n".getBytes(US_ASCII);

  /** The most bytes of a seal file. */
  public static final int BYTES_MAX =
      MAGIC.length
          + 2
          + ManifestHead.BYTES_MAX
          + ManifestHead.CHUNKS_MAX * ManifestPage.CHUNK_BYTES
          + 2
          + ManifestHead.SIGNATURE_BYTES_MAX;

  public Seal {
    requireNonNull(manifest);
    if (signature.length() < ManifestHead.SIGNATURE_BYTES_MIN
        || signature.length() > ManifestHead.SIGNATURE_BYTES_MAX) {
      throw new IllegalArgumentException("a seal of " + Counted.bytes(signature.length()));
    }
  }

  /** The SHA-512 that the signature of a seal is over. */
  public static Bytes signedDigest(Bytes manifestId) {
    ByteBuffer signed = ByteBuffer.allocate(SIGNED_PREFIX.length + manifestId.length());
    signed.put(SIGNED_PREFIX);
    manifestId.putInto(signed);
    return Digests.sha512(signed.array());
  }

  /** Seals {@code manifest} with the key that signed its MFZ. */
  public static Seal of(Manifest manifest, SigningKey key) {
    ManifestHead head = manifest.head();
    if (!head.fingerprint().equals(key.publicKey().fingerprint())) {
      throw new IllegalArgumentException(
          "'" + key.publicKey().handle() + "' did not sign what it should seal");
    }
    return new Seal(manifest, key.sign(signedDigest(head.id())));
  }

  /** The path of the seal file of {@code mfz}. */
  public static Path pathFor(Path mfz) {
    return mfz.resolveSibling(mfz.getFileName() + SUFFIX);
  }

  /**
   * Why a seal of this manifest head is not believed, or empty where it stands. The head's own
   * signature and the rules are judged too.
   */
  public static Optional<Refusal> objectionTo(ManifestHead head, Bytes signature, Keyring keyring) {
    Optional<Refusal> objection = keyring.verifyHead(head);
    if (objection.isPresent()) {
      return objection;
    }
    PublicKey key = keyring.byFingerprint(head.handle(), head.fingerprint()).orElseThrow();
    if (key.verifies(signedDigest(head.id()), signature)) {
      return Optional.empty();
    }
    return Optional.of(
        new Refusal(
            Reason.BAD_SIGNATURE,
            "the seal of "
                + head.version()
                + " does not verify with the key of '"
                + key.handle()
                + "'"));
  }

  /** Why this seal is not believed, or empty where it stands. */
  public Optional<Refusal> objection(Keyring keyring) {
    return objectionTo(manifest.head(), signature, keyring);
  }

  /** Whether this is a seal of exactly the file that {@code actual} was cut from. */
  public boolean isOf(Manifest actual) {
    return manifest.equals(actual);
  }

  /** The bytes of a seal file. */
  public Bytes encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES_MAX);
    Bytes head = manifest.head().encode();
    out.put(MAGIC);
    out.putShort((short) head.length());
    head.putInto(out);
    manifest.pages().forEach(page -> page.encode().putInto(out));
    out.putShort((short) signature.length());
    signature.putInto(out);
    return Bytes.copyOf(out.array(), 0, out.position());
  }

  /**
   * The seal that {@code encoded} spells.
   *
   * @throws MalformedException where it is not exactly the encoding of a seal
   */
  public static Seal decode(Bytes encoded) throws MalformedException {
    ByteBuffer in = encoded.toBuffer();
    try {
      if (!take(in, MAGIC.length).equals(Bytes.copyOf(MAGIC))) {
        throw new MalformedException("no seal file: its first line is not that of one");
      }
      ManifestHead head = ManifestHead.decode(take(in, in.getShort() & 0xFFFF));
      List<ManifestPage> pages = new ArrayList<>();
      for (int i = 0; i < head.pageDigests().size(); i++) {
        pages.add(ManifestPage.decode(take(in, head.pageBytes(i))));
      }
      Bytes signature = take(in, in.getShort() & 0xFFFF);
      if (in.hasRemaining()) {
        throw new MalformedException(Counted.bytes(in.remaining()) + " after a seal");
      }
      return new Seal(new Manifest(head, pages), signature);
    } catch (BufferUnderflowException e) {
      throw new MalformedException("a seal file cut off at " + Counted.bytes(encoded.length()));
    } catch (IllegalArgumentException e) {
      throw new MalformedException("a seal file that contradicts itself: " + e.getMessage());
    }
  }

  private static Bytes take(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] taken = new byte[length];
    in.get(taken);
    return Bytes.copyOf(taken);
  }

  /**
   * Reads a seal file.
   *
   * @throws MalformedException where it is not one
   */
  public static Seal read(Path file) throws IOException, MalformedException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] content = in.readNBytes(BYTES_MAX + 1);
      if (content.length > BYTES_MAX) {
        throw new MalformedException("a seal file of more than " + Counted.bytes(BYTES_MAX));
      }
      return decode(Bytes.copyOf(content));
    }
  }

  /** Writes the seal file of {@code mfz} beside it, whole and synced. */
  public void writeBeside(Path mfz) throws IOException {
    DurableFile.write(pathFor(mfz), encode().toArray(), "rw-r--r--");
  }
}
