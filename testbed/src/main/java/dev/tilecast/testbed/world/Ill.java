package dev.tilecast.testbed.world;

import java.util.Locale;
import java.util.Optional;

/** What a hostile tile does. It speaks the protocol well, and holds no key. */
public enum Ill {
  /** Advertises versions that nobody made, above those that are. */
  LIES,
  /** Advertises what there is, and serves other bytes. */
  WRONG_BYTES,
  /** Advertises what there is, and never answers. */
  SILENT,
  /** Answers at first, then less and less. */
  DESERTS,
  /** Advertises and requests without end. */
  FLOODS,
  /** Advertises every version that ever was, the old ones too. */
  REPLAYS,
  /** Claims files as large as the format allows. */
  CLAIMS_HUGE,
  /** Puts true signatures over false pages, or false ones over new versions, and serves bytes. */
  POISONS,
  /** Sends bytes that are no message, or almost one. */
  BABBLES,
  /** Compares catalogs without end, by digests that are false. */
  DIGESTS,
  /** Offers what comes in, with false seals and chunks that it does not hold. */
  STREAMS;

  /** As scenarios spell it. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What scenarios spell so. */
  public static Optional<Ill> ofWords(String words) {
    for (Ill ill : values()) {
      if (ill.words().equals(words)) {
        return Optional.of(ill);
      }
    }
    return Optional.empty();
  }
}
