package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whose word counts on this tile: the known signers, and the names that each may publish.
 *
 * @param signers every known key
 */
public record Trust(List<Signer> signers) {
  /**
   * One known signer.
   *
   * @param handle the handle
   * @param fingerprint SHA-512 of the public key file, 64 bytes
   * @param globs of names that the signer may publish
   */
  public record Signer(String handle, Bytes fingerprint, List<Glob> globs) {
    public Signer {
      globs = List.copyOf(globs);
    }

    /** Whether the rules let this signer publish {@code name}. */
    public boolean mayPublish(Name name) {
      for (Glob glob : globs) {
        if (glob.matches(name.text())) {
          return true;
        }
      }
      return false;
    }
  }

  public Trust {
    signers = List.copyOf(signers);
  }

  /** Why an advertisement by this signer is hopeless, or empty where it may be worth a look. */
  public Optional<Refusal> objectionTo(Bytes fingerprintPrefix, Name name) {
    boolean known = false;
    for (Signer signer : signers) {
      if (signer.fingerprint().startsWith(fingerprintPrefix)) {
        known = true;
        if (signer.mayPublish(name)) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(
        known ? notAllowed(name) : unknown(fingerprintPrefix, name, !signers.isEmpty()));
  }

  private static Refusal notAllowed(Name name) {
    return new Refusal(
        Reason.NOT_ALLOWED,
        name
            + " is signed by a known key, but keys/rules does not let that handle publish this"
            + " name; allow it with: tilecast keys allow HANDLE PATTERN");
  }

  private static Refusal unknown(Bytes fingerprintPrefix, Name name, boolean isAnyKnown) {
    return new Refusal(
        Reason.UNKNOWN_SIGNER,
        name
            + " is signed by a key (fingerprint "
            + fingerprintPrefix.prefix(4).toHex()
            + "…) that this tile does not know"
            + remedy(isAnyKnown));
  }

  /**
   * What to do where a key is not known here, as the end of the sentence that says so.
   *
   * @param isAnyKnown whether any other is; of a folder that cannot be read, none is
   */
  public static String remedy(boolean isAnyKnown) {
    return (isAnyKnown
            ? "; if you trust it, "
            : ", nor any other, or keys/ cannot be read: see tilecast keys list; if you trust it, ")
        + "add it with: tilecast keys add FILE.pub";
  }

  /** The handles, each with its patterns, in order of the handles. */
  public Map<String, List<String>> byHandle() {
    Map<String, List<String>> byHandle = new LinkedHashMap<>();
    signers.forEach(
        signer ->
            byHandle.put(signer.handle(), signer.globs().stream().map(Glob::pattern).toList()));
    return byHandle;
  }
}
