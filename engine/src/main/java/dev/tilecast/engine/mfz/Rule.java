package dev.tilecast.engine.mfz;

import dev.tilecast.engine.message.Reason;
import java.util.Locale;

/**
 * What a file must keep to be accepted, in the order in which it is checked (engine/PROTOCOL.md,
 * Inspection). The {@code zip-} rules hold for the outer zip at step 4 and for MFZ.ZIP at step 6;
 * the message of the refusal says which.
 */
public enum Rule {
  /** The file is no longer than the limit. */
  FILE_SIZE(1, Reason.TOO_LARGE, Next.LESS),
  /** MFZ.ZIP, and all members together, decompress to no more than the limit. */
  UNPACKED_SIZE(1, Reason.TOO_LARGE, Next.LESS),
  /** Nothing decompresses to many times its bytes. */
  RATIO(1, Reason.BAD_FORMAT, Next.ANEW),
  /** MFZ.ZIP has no more entries than the limit. */
  ENTRY_COUNT(1, Reason.BAD_FORMAT, Next.LESS),
  /** Names of entries are no longer than the limit. */
  PATH_LENGTH(1, Reason.BAD_FORMAT, Next.ANEW),
  /** The key, name, signature or announcement entry has a size that such an entry can have. */
  ENTRY_SIZE(1, Reason.BAD_FORMAT, Next.ANEW),
  /** The file is hardly longer than its signed part: nobody carries unsigned bytes. */
  WRAPPER_EXCESS(1, Reason.BAD_FORMAT, Next.ANEW),

  /** A map begins with exactly {@code CDM10} and a line feed, and is 1024 bytes long. */
  MAP_MAGIC(2, Reason.BAD_FORMAT, Next.COPY),
  /** A map says the length of what follows it. */
  MAP_LENGTH(2, Reason.BAD_FORMAT, Next.COPY),
  /** A map's block size is the smallest that covers the file with 100 blocks. */
  MAP_BLOCK_SIZE(2, Reason.BAD_FORMAT, Next.ANEW),
  /** A map's key number is 0, the key of that number is known, and the MFZ is signed by it too. */
  MAP_SIGNER(2, Reason.UNKNOWN_SIGNER, Next.ANEW),
  /** A map's signature verifies. */
  MAP_SIGNATURE(2, Reason.BAD_SIGNATURE, Next.COPY),
  /** A map's slot is not 0. */
  MAP_SLOT(2, Reason.BAD_FORMAT, Next.ANEW),
  /** A map's slot and stamp are those of the name. */
  MAP_NAME(2, Reason.BAD_NAME, Next.ANEW),
  /** A map's label is 1 to 16 printable ASCII characters, then NULs. */
  MAP_LABEL(2, Reason.BAD_FORMAT, Next.ANEW),
  /** A map's 100 sums are those of the blocks. */
  MAP_SUMS(2, Reason.BAD_FORMAT, Next.COPY),
  /** A map's SHA-512 is that of what follows it. */
  MAP_DIGEST(2, Reason.BAD_FORMAT, Next.COPY),

  /** The header line is exactly {@code MFZ(1.0)} and a line feed. */
  HEADER_LINE(3, Reason.BAD_FORMAT, Next.COPY),

  /** The zip is complete. */
  ZIP_TRUNCATED(4, Reason.BAD_FORMAT, Next.COPY),
  /** The zip is local entries, their central directory, its end, and nothing between or after. */
  ZIP_LAYOUT(4, Reason.BAD_FORMAT, Next.COPY),
  /** Entries need no later version, no encryption and no other flags than tools write. */
  ZIP_FLAGS(4, Reason.BAD_FORMAT, Next.ANEW),
  /** Entries are stored or deflated. */
  ZIP_METHOD(4, Reason.BAD_FORMAT, Next.ANEW),
  /** Extra fields are only the times and owners that zip tools add. */
  ZIP_EXTRA(4, Reason.BAD_FORMAT, Next.ANEW),
  /** Deflated data is well-formed. */
  ZIP_DATA(4, Reason.BAD_FORMAT, Next.COPY),
  /** Sizes are the true ones, wherever they stand. */
  ZIP_SIZES(4, Reason.BAD_FORMAT, Next.COPY),
  /** CRCs are the true ones, wherever they stand. */
  ZIP_CRC(4, Reason.BAD_FORMAT, Next.COPY),
  /** A streamed entry is followed by a data descriptor with its signature. */
  ZIP_DESCRIPTOR(4, Reason.BAD_FORMAT, Next.ANEW),
  /** The central directory says of every entry what its local header says. */
  ZIP_DIRECTORY(4, Reason.BAD_FORMAT, Next.COPY),
  /** There are no comments. */
  ZIP_COMMENT(4, Reason.BAD_FORMAT, Next.ANEW),
  /** The outer zip holds MFZSIG.DAT and MFZ.ZIP once each, at top level. */
  OUTER_ENTRIES(4, Reason.BAD_FORMAT, Next.ANEW),

  /** MFZSIG.DAT is one line of padded standard base64 without a line feed. */
  SIGNATURE_TEXT(5, Reason.BAD_SIGNATURE, Next.COPY),
  /** The signature has the length of the key's modulus. */
  SIGNATURE_LENGTH(5, Reason.BAD_SIGNATURE, Next.COPY),
  /** The signature of MFZ.ZIP verifies with the trusted key. */
  SIGNATURE(5, Reason.BAD_SIGNATURE, Next.COPY),

  /** MFZPUBKEY.DAT is the first entry of MFZ.ZIP, and there only. */
  KEY_ENTRY(6, Reason.BAD_FORMAT, Next.ANEW),
  /** MFZNAME.DAT, where there is one, is the second entry of MFZ.ZIP, and there only. */
  NAME_ENTRY(6, Reason.BAD_FORMAT, Next.ANEW),

  /** MFZPUBKEY.DAT begins with a line that names a handle. */
  HANDLE_LINE(7, Reason.BAD_FORMAT, Next.ANEW),
  /** The signer's handle is known here. */
  UNKNOWN_SIGNER(7, Reason.UNKNOWN_SIGNER, Next.SAID),
  /** The signer's key is, byte for byte, the one that is known under the handle. */
  KEY_DIFFERS(7, Reason.UNKNOWN_SIGNER, Next.KEY),
  /** The key is an RSA key in the form that {@code mfzmake} writes. */
  KEY_FORM(7, Reason.UNKNOWN_SIGNER, Next.NEW_KEY),
  /** The key has 1024 to 4096 bits. */
  KEY_BITS(7, Reason.UNKNOWN_SIGNER, Next.NEW_KEY),
  /** The key's public exponent is odd and at least 65537. */
  KEY_EXPONENT(7, Reason.UNKNOWN_SIGNER, Next.NEW_KEY),

  /** keys/rules lets the signer publish this name. */
  NOT_ALLOWED(8, Reason.NOT_ALLOWED, Next.SAID),

  /** The signed name follows the grammar of names. */
  NAME_GRAMMAR(9, Reason.BAD_NAME, Next.SAID),
  /** A dropped file has a signed name; files from before 2019 have none. */
  NAME_MISSING(9, Reason.BAD_NAME, Next.SAID),
  /** A dropped file is dropped under its signed name. */
  NAME_MISMATCH(9, Reason.BAD_NAME, Next.SAID),

  /** The fields of the inner time are in range. */
  TIME_VALID(10, Reason.BAD_FORMAT, Next.ANEW),
  /** The stamp in a name {@code cdmss-SS-TTTTTT.mfz} agrees with the inner time. */
  TIME_AND_NAME(10, Reason.BAD_NAME, Next.ANEW),

  /** Paths of members are relative, without dots, backslashes or control characters. */
  PATH(11, Reason.BAD_FORMAT, Next.ANEW),
  /** Members are files. */
  PATH_KIND(11, Reason.BAD_FORMAT, Next.ANEW),
  /** Members of the same path have the same content. */
  PATH_DUPLICATE(11, Reason.BAD_FORMAT, Next.ANEW),
  /** No member's path is the folder of another member. */
  PATH_CLASH(11, Reason.BAD_FORMAT, Next.ANEW);

  /** What to do about a file that is refused; all words for that are here. */
  private static final class Next {
    static final String COPY =
        "if it came over a network or a stick, copy it again; if that is refused, too, ask its"
            + " signer for the original";
    static final String ANEW = "ask its signer to make it anew with: tilecast make";
    static final String LESS = "pack less into it, or several files";
    static final String KEY =
        "compare the fingerprints with its signer; if the key is a new one, take it with: tilecast"
            + " keys remove HANDLE, tilecast keys add FILE.pub";
    static final String NEW_KEY =
        "its signer needs another key, such as tilecast keys generate makes";

    /** The message says it, with the names that are needed for it. */
    static final String SAID = "";
  }

  private final int step;
  private final Reason reason;
  private final String next;

  Rule(int step, Reason reason, String next) {
    this.step = step;
    this.reason = reason;
    this.next = next;
  }

  /** The stable name, in lower case with hyphens. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The number of the step at which it is checked first, 1 to 11. */
  public int step() {
    return step;
  }

  /** {@code message} of a refusal by this rule, and what to do about it. */
  String withNextStep(String message) {
    return next.isEmpty() ? message : message + "; " + next;
  }

  /** What a neighbor is told when this rule was broken. */
  public Reason reason() {
    return reason;
  }
}
