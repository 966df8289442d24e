package dev.tilecast.engine.message;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name under which versions of one file replace each other. It becomes a file name on every
 * tile, so its grammar is strict (PROTOCOL.md, Names): one letter or digit, up to 95 of letters,
 * digits, dot, underscore and hyphen, then {@code .mfz}.
 *
 * @param text the name, 5 to 100 ASCII characters, {@code .mfz} included
 */
public record Name(String text) implements Comparable<Name> {
  /** The longest name, in bytes and in characters. */
  public static final int BYTES_MAX = 100;

  private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}\\.mfz");
  private static final Pattern CDM_SIGNED =
      Pattern.compile("cdmss-([0-9A-Fa-f]{2})-([0-9A-Fa-f]{6})\\.mfz");

  public Name {
    if (!isValid(text)) {
      throw new IllegalArgumentException("not a name of an MFZ: '" + text + "'");
    }
  }

  /** Whether {@code text} follows the grammar of names. */
  public static boolean isValid(String text) {
    return GRAMMAR.matcher(text).matches();
  }

  /** The name {@code text}, or empty where it breaks the grammar. */
  public static Optional<Name> parse(String text) {
    return isValid(text) ? Optional.of(new Name(text)) : Optional.empty();
  }

  /**
   * The identity of a file whose signed MFZNAME.DAT says {@code signed}: {@code
   * cdmss-SS-TTTTTT.mfz} carries its version in its name and has the identity {@code cdmss-SS.mfz},
   * in lower case; any other name is its own identity. Empty where the grammar is broken.
   */
  public static Optional<Name> ofSigned(String signed) {
    Matcher cdm = CDM_SIGNED.matcher(signed);
    if (cdm.matches()) {
      return Optional.of(new Name("cdmss-" + cdm.group(1).toLowerCase(Locale.ROOT) + ".mfz"));
    }
    return parse(signed);
  }

  /** The 24-bit stamp inside a signed name {@code cdmss-SS-TTTTTT.mfz}; empty for other names. */
  public static Optional<Integer> cdmStamp(String signed) {
    Matcher cdm = CDM_SIGNED.matcher(signed);
    return cdm.matches() ? Optional.of(Integer.parseInt(cdm.group(2), 16)) : Optional.empty();
  }

  @Override
  public int compareTo(Name other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
