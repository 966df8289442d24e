package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes the signed files of a world, and knows every one of them: what it has not made is not
 * genuine, whatever it looks like. How they are signed is the affair of its press: by a digest, or
 * in worlds on the daemon's own shell with real keys.
 */
public final class Mint {
  private final RandomGenerator chance;
  private final Press press;
  private final Map<Bytes, SimFile> byId = new LinkedHashMap<>();

  /** A mint whose contents are drawn from {@code chance}, and that signs with digests. */
  public Mint(RandomGenerator chance) {
    this(chance, new DigestPress());
  }

  Mint(RandomGenerator chance, Press press) {
    this.chance = requireNonNull(chance);
    this.press = requireNonNull(press);
  }

  /**
   * A new file with {@code length} random bytes in it, at least one, signed by {@code handle}. With
   * real keys it is a little longer, and stamps are even and of the years 1980 to 2097.
   */
  public SimFile make(Name name, long stamp, int length, String handle) {
    byte[] content = new byte[length];
    chance.nextBytes(content);
    return make(name, stamp, content, handle);
  }

  /**
   * The same, that ends as the newest file of its name does, where there is one: half of what both
   * can have in common.
   */
  public SimFile makeLike(Name name, long stamp, int length, String handle) {
    byte[] content = new byte[length];
    chance.nextBytes(content);
    Optional<SimFile> before = newest(name);
    if (before.isPresent()) {
      byte[] old = press.contentOf(before.get());
      int shared = Math.min(length, old.length) / 2;
      System.arraycopy(old, old.length - shared, content, length - shared, shared);
    }
    return make(name, stamp, content, handle);
  }

  /** A new file around {@code content}, signed by {@code handle}. */
  public SimFile make(Name name, long stamp, byte[] content, String handle) {
    return adopt(press.press(name, stamp, content, handle));
  }

  /** Seals {@code file}, which this mint has made; from now on it is known with its seal. */
  public SimFile seal(SimFile file) {
    return adopt(file.sealed(press.seal(file)));
  }

  /** The next version of {@code before}, in which a share of the bytes at its front is new. */
  public SimFile next(SimFile before, long stamp, double changed) {
    byte[] content = press.contentOf(before);
    byte[] news = new byte[Math.max(1, (int) (content.length * changed))];
    chance.nextBytes(news);
    System.arraycopy(news, 0, content, 0, news.length);
    return adopt(press.press(before.name(), stamp, content, before.manifest().head().handle()));
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

  /** The genuine file with these very bytes. */
  Optional<SimFile> byContent(Bytes content) {
    return byId.values().stream().filter(file -> file.content().equals(content)).findFirst();
  }

  /** The newest file of {@code name}. */
  Optional<SimFile> newest(Name name) {
    return byId.values().stream()
        .filter(file -> file.name().equals(name))
        .reduce((one, other) -> other.version().isNewerThan(one.version()) ? other : one);
  }

  /** The same signers and patterns, with the keys that they have in this world. */
  Trust own(Trust trust) {
    return new Trust(
        trust.signers().stream()
            .map(s -> new Trust.Signer(s.handle(), press.fingerprint(s.handle()), s.globs()))
            .toList());
  }

  /** Who is trusted to publish what: each handle every name. */
  public static Trust trustIn(List<String> handles) {
    return new Trust(handles.stream().map(handle -> signer(handle, List.of(Glob.ALL))).toList());
  }

  /** The known signer {@code handle}, who may publish the names that {@code globs} match. */
  public static Trust.Signer signer(String handle, List<Glob> globs) {
    return new Trust.Signer(handle, DigestPress.fingerprintOf(handle), globs);
  }

  /** Whether {@code seal} is one of {@code head} that a tile that trusts in {@code trust} takes. */
  static boolean isSealed(ManifestHead head, Bytes seal, Trust trust) {
    return judge(head, trust).isEmpty() && DigestPress.isSealed(head, seal);
  }

  /** What a tile that trusts in {@code trust} says of the digest that signs {@code head}. */
  static Optional<Refusal> judge(ManifestHead head, Trust trust) {
    Version version = head.version();
    Optional<Refusal> objection = trust.objectionTo(head.fingerprint(), version.name());
    if (objection.isPresent()) {
      return objection;
    }
    return DigestPress.isSigned(head)
        ? Optional.empty()
        : Optional.of(new Refusal(Reason.BAD_SIGNATURE, version.name() + ": bad signature"));
  }
}
