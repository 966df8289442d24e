package dev.tilecast.engine.mfz;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.util.List;
import java.util.Optional;

/** What the inspector found a file to be. */
public sealed interface Inspection {
  /**
   * The file broke a rule.
   *
   * @param rule the first one that it broke
   * @param message what was expected and found, in words for a person
   */
  record Refused(Rule rule, String message) implements Inspection {
    public Refused {
      requireNonNull(rule);
      requireNonNull(message);
    }

    /** What was expected and found, and what to do about it. */
    public String advice() {
      return rule.withNextStep(message);
    }

    /** The same with the rule's id. */
    public String text() {
      return advice() + " (rule " + rule.id() + ")";
    }

    /** The same for the core. */
    public Refusal refusal() {
      return new Refusal(rule.reason(), text());
    }
  }

  /**
   * The file kept every rule.
   *
   * @param key the trusted key that signed it
   * @param signedName the text of MFZNAME.DAT, absent in files from before 2019
   * @param innerTime the time of MFZPUBKEY.DAT
   * @param innerDigest the SHA-512 of MFZ.ZIP, 64 bytes
   * @param innerBytes the length of MFZ.ZIP
   * @param signature the raw signature over MFZ.ZIP
   * @param entries every entry of MFZ.ZIP, in order
   * @param fileLength bytes of the whole file
   * @param signedFrom where MFZ.ZIP lies in the file
   * @param signedBytes how many bytes from there the signature covers as they are; 0 where MFZ.ZIP
   *     is compressed
   * @param map the map before it, where there is one
   * @param warnings what a person should know although the file is accepted, as sentences
   */
  record Accepted(
      PublicKey key,
      Optional<String> signedName,
      InnerTime innerTime,
      Bytes innerDigest,
      long innerBytes,
      Bytes signature,
      List<Entry> entries,
      long fileLength,
      long signedFrom,
      long signedBytes,
      Optional<CdmMap> map,
      List<String> warnings)
      implements Inspection {
    public Accepted {
      entries = List.copyOf(entries);
      warnings = List.copyOf(warnings);
    }

    /** The name under which its versions replace each other; absent without a signed name. */
    public Optional<Name> identity() {
      return signedName.flatMap(Name::ofSigned);
    }

    /** The version that it is; absent without a signed name: then it cannot be published. */
    public Optional<Version> version() {
      return identity().map(name -> new Version(name, stamp(), innerDigest));
    }

    /** The stamp, with the 2098 decoding. */
    public long stamp() {
      return innerTime.stamp();
    }

    /** What {@code mfzrun} prints as INNER_TIMESTAMP under UTC. */
    public long rawStamp() {
      return innerTime.raw();
    }

    /** The signer's handle. */
    public String handle() {
      return key.handle().text();
    }

    /** What {@code mfzrun} prints as INNER_CHECKSUM: 64 bits of the inner digest, to look at. */
    public String innerChecksum() {
      String hex = innerDigest.toHex();
      int end = hex.length();
      return hex.substring(0, 6)
          + "-"
          + hex.substring(6, 8)
          + hex.substring(end - 8, end - 6)
          + "-"
          + hex.substring(end - 6);
    }

    /** What {@code mfzrun FILE VERIFY} prints under UTC, to the byte: scripts parse it. */
    public String bracketedLines() {
      return "SIGNATURE_CHECK [OK]\n"
          + ("INNER_CHECKSUM [" + innerChecksum() + "]\n")
          + ("INNER_TIMESTAMP [" + rawStamp() + "]\n")
          + ("SIGNING_HANDLE [" + handle() + "]\n")
          + ("HANDLE_FINGERPRINT [" + key.shortFingerprint() + "]\n")
          + ("HANDLE_PUBKEY [" + key.pem() + "]\n");
    }
  }

  /**
   * One entry of MFZ.ZIP.
   *
   * @param path its path, as UTF-8 where it is that, else as ISO 8859-1
   * @param size its bytes
   * @param storedSize its bytes inside MFZ.ZIP
   * @param crc its CRC-32, unsigned
   * @param dosDateTime its own date and time, which mean nothing but in the first entry
   */
  record Entry(String path, long size, long storedSize, long crc, int dosDateTime) {}
}
