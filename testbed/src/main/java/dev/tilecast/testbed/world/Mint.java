package dev.tilecast.testbed.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Cut;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes the signed files of a world, and knows every one of them: what it has not made is not
 * genuine, whatever it looks like. Chunks are cut by the very rule of the format; the signature is
 * a digest that only this class makes, so that a seed costs no RSA. (Worlds on the daemon's own
 * shell have real ones.)
 */
public final class Mint {
  private final RandomGenerator chance;
  private final Map<Bytes, SimFile> byId = new LinkedHashMap<>();

  /** A mint whose contents are drawn from {@code chance}. */
  public Mint(RandomGenerator chance) {
    this.chance = chance;
  }

  /** A new file of {@code length} random bytes, at least one, signed by {@code handle}. */
  public SimFile make(Name name, long stamp, int length, String handle) {
    byte[] content = new byte[length];
    chance.nextBytes(content);
    return make(name, stamp, content, handle);
  }

  /** The next version of {@code before}, in which a share of the bytes at its front is new. */
  public SimFile next(SimFile before, long stamp, double changed) {
    byte[] content = before.content().toArray();
    byte[] news = new byte[Math.max(1, (int) (content.length * changed))];
    chance.nextBytes(news);
    System.arraycopy(news, 0, content, 0, news.length);
    return make(before.name(), stamp, content, before.manifest().head().handle());
  }

  private SimFile make(Name name, long stamp, byte[] content, String handle) {
    Version version = new Version(name, stamp, sha512(content));
    Cut cut = new Cut(Cut.Parameters.forLength(content.length));
    cut.update(content, 0, content.length);
    List<ChunkRef> chunks = cut.finish();
    Manifest manifest =
        Manifest.of(version, handle, fingerprint(handle), signature(version, handle), chunks);
    return adopt(new SimFile(manifest, Bytes.copyOf(content)));
  }

  /** Takes a file that was signed elsewhere, with a real key, as one of this world's. */
  SimFile adopt(SimFile file) {
    byId.put(file.id(), file);
    return file;
  }

  /** Every file made so far, in order. */
  public Collection<SimFile> files() {
    return byId.values();
  }

  /** The file that this manifest describes, if it is genuine. */
  public Optional<SimFile> byManifest(Bytes id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The genuine file with this manifest and these very bytes. */
  public Optional<SimFile> genuine(Bytes id, byte[] content) {
    ByteBuffer asked = ByteBuffer.wrap(content);
    return byManifest(id).filter(file -> file.content().toBuffer().equals(asked));
  }

  /** The same; quick where the content is that very object, as it is on nearly every tile. */
  public Optional<SimFile> genuine(Bytes id, Bytes content) {
    return byManifest(id).filter(file -> file.content().equals(content));
  }

  /** Who is trusted to publish what: each handle every name. */
  public static Trust trustIn(List<String> handles) {
    return new Trust(
        handles.stream()
            .map(handle -> new Trust.Signer(handle, fingerprint(handle), List.of(Glob.ALL)))
            .toList());
  }

  /** What a tile that trusts in {@code trust} says of the signature in {@code head}. */
  static Optional<Refusal> judge(ManifestHead head, Trust trust) {
    Version version = head.version();
    Optional<Refusal> objection = trust.objectionTo(head.fingerprint(), version.name());
    if (objection.isPresent()) {
      return objection;
    }
    return head.signature().equals(signature(version, head.handle()))
            && head.fingerprint().equals(fingerprint(head.handle()))
        ? Optional.empty()
        : Optional.of(new Refusal(Reason.BAD_SIGNATURE, version.name() + ": bad signature"));
  }

  /** The fingerprint of the key of {@code handle}. */
  static Bytes fingerprint(String handle) {
    return sha512(("the key of " + handle).getBytes(UTF_8));
  }

  private static Bytes signature(Version version, String handle) {
    byte[] signed = new byte[ManifestHead.SIGNATURE_BYTES_MIN];
    Bytes digest = sha512((handle + " signs " + version.innerDigest().toHex()).getBytes(UTF_8));
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
