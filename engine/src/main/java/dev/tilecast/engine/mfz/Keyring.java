package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The known keys and the publishing rules at one moment, read by {@link KeyFolder#load()}.
 * Immutable, and the only thing here that says whose word counts.
 */
public final class Keyring {
  /** A file in public_keys whose key cannot be used, and why. */
  private record Unusable(Rule rule, String why) {}

  private final Map<String, PublicKey> keys = new TreeMap<>();
  private final Map<String, Unusable> unusable = new TreeMap<>();
  private final PublishingRules rules;
  private final List<String> warnings = new ArrayList<>();

  /**
   * Reads the contents of the files of a key folder.
   *
   * @param files content of each file in public_keys, by file name
   */
  Keyring(Map<String, byte[]> files, PublishingRules rules, List<String> warnings) {
    this.rules = rules;
    this.warnings.addAll(warnings);
    new TreeMap<>(files).forEach(this::read);
    warnOfRules();
  }

  /** That of a folder that cannot be read: nobody is known. */
  public static Keyring nobody() {
    return new Keyring(Map.of(), PublishingRules.absent(), List.of());
  }

  private void read(String fileName, byte[] content) {
    KeyText text;
    try {
      text = KeyText.split(content);
    } catch (RefusedException e) {
      warnings.add("public_keys/" + fileName + " is not used: " + e.getMessage());
      return;
    }
    if (!fileName.equals(KeyFolder.publicFileName(text.handle()))) {
      warnings.add(
          "public_keys/"
              + fileName
              + " is not used: it holds the key of '"
              + text.handle()
              + "', whose file is named "
              + KeyFolder.publicFileName(text.handle()));
      return;
    }
    try {
      PublicKey key = text.publicKey();
      keys.put(text.handle().text(), key);
      if (key.bits() < PublicKey.STRONG_BITS) {
        warnings.add(weakness(key));
      }
    } catch (RefusedException e) {
      unusable.put(text.handle().text(), new Unusable(e.refused().rule(), e.getMessage()));
      warnings.add("public_keys/" + fileName + " is not used: " + e.getMessage());
    }
  }

  /** The weakness of a short key, as a sentence. */
  static String weakness(PublicKey key) {
    return "the key of '"
        + key.handle()
        + "' has "
        + key.bits()
        + " bits: RSA of that size can be broken at a cost that states and companies can pay, and"
        + " whoever does can sign as '"
        + key.handle()
        + "'. Make a new one with: tilecast keys generate";
  }

  private void warnOfRules() {
    warnings.addAll(rules.faults());
    if (!rules.present() && !keys.isEmpty()) {
      warnings.add(
          "there is no keys/rules: every known key ("
              + String.join("; ", keys.keySet())
              + ") may publish every name. Restrict it with: tilecast keys allow HANDLE PATTERN");
    }
    for (String handle : rules.globs().keySet()) {
      if (!keys.containsKey(handle)) {
        warnings.add("keys/rules names '" + handle + "', whose key is not known here");
      }
    }
  }

  /** The usable keys, in the order of their handles. */
  public List<PublicKey> keys() {
    return List.copyOf(keys.values());
  }

  public Optional<PublicKey> byHandle(Handle handle) {
    return Optional.ofNullable(keys.get(handle.text()));
  }

  /** What is wrong or unwise in the folder, as sentences. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Whether there is a rules file; without one every known key may publish every name. */
  public boolean hasRules() {
    return rules.present();
  }

  /** The globs of names that {@code handle} may publish. */
  public List<String> patterns(Handle handle) {
    return rules.of(handle).stream().map(Glob::pattern).toList();
  }

  /** Whether the rules let {@code handle} publish {@code name}. */
  public boolean mayPublish(Handle handle, Name name) {
    return rules.of(handle).stream().anyMatch(glob -> glob.matches(name.text()));
  }

  /** The same for the core. */
  public Trust trust() {
    List<Trust.Signer> signers = new ArrayList<>();
    for (PublicKey key : keys.values()) {
      signers.add(new Trust.Signer(key.handle().text(), key.fingerprint(), rules.of(key.handle())));
    }
    return new Trust(signers);
  }

  /**
   * The trusted key whose file text is {@code keyFile}. The text comes from a package, so it is
   * compared and never parsed further than its handle line.
   */
  PublicKey trusted(byte[] keyFile) throws RefusedException {
    Handle handle = KeyText.split(keyFile).handle();
    Unusable fault = unusable.get(handle.text());
    if (fault != null) {
      throw new RefusedException(fault.rule(), fault.why());
    }
    PublicKey key = keys.get(handle.text());
    if (key == null) {
      throw new RefusedException(
          Rule.UNKNOWN_SIGNER,
          "the signer '" + handle + "' is not known here" + Trust.remedy(!keys.isEmpty()));
    }
    if (!new String(keyFile, ISO_8859_1).equals(key.fileText())) {
      throw new RefusedException(
          Rule.KEY_DIFFERS,
          "the file carries another key text for '"
              + handle
              + "' than public_keys/"
              + KeyFolder.publicFileName(handle)
              + "; somebody else may be using that handle");
    }
    return key;
  }

  /**
   * Judges what a neighbor claims before anything else of it is believed: that a known key, allowed
   * to publish the name, signed this inner digest.
   *
   * @return why the claim has no power, or empty where it stands
   */
  public Optional<Refusal> verifyHead(ManifestHead head) {
    Optional<Refusal> objection = objectionToSigner(head);
    if (objection.isPresent()) {
      return objection;
    }
    PublicKey key = byFingerprint(head.handle(), head.fingerprint()).orElseThrow();
    if (!key.verifies(head.version().innerDigest(), head.signature())) {
      return Optional.of(
          new Refusal(
              Reason.BAD_SIGNATURE,
              "the signature that is claimed for "
                  + head.version()
                  + " does not verify with the key of '"
                  + key.handle()
                  + "'"));
    }
    return Optional.empty();
  }

  /** Why the key of {@code head}, whose signature was verified before, is not good for it now. */
  public Optional<Refusal> objectionToSigner(ManifestHead head) {
    Name name = head.version().name();
    Optional<PublicKey> known = byFingerprint(head.handle(), head.fingerprint());
    if (known.isEmpty()) {
      return Optional.of(
          new Refusal(
              Reason.UNKNOWN_SIGNER,
              name
                  + " is signed by '"
                  + head.handle()
                  + "' with a key (fingerprint "
                  + head.fingerprint().prefix(4).toHex()
                  + "…) that is not known here"
                  + Trust.remedy(!keys.isEmpty())));
    }
    Handle handle = known.get().handle();
    return mayPublish(handle, name)
        ? Optional.empty()
        : Optional.of(new Refusal(Reason.NOT_ALLOWED, notAllowed(handle, name)));
  }

  Optional<PublicKey> byFingerprint(String handle, Bytes fingerprint) {
    return Optional.ofNullable(keys.get(handle))
        .filter(key -> key.fingerprint().equals(fingerprint));
  }

  String notAllowed(Handle handle, Name name) {
    return "keys/rules does not let '"
        + handle
        + "' publish "
        + name
        + "; if that is meant: tilecast keys allow '"
        + handle
        + "' "
        + name;
  }
}
