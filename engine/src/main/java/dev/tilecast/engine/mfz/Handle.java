package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a signer, as {@code mfzmake} allows it: an optional colon, one ASCII letter, then up
 * to 62 letters, digits, hyphens, dots, commas and spaces. Case and trailing spaces count.
 *
 * @param text 1 to 64 characters
 */
public record Handle(String text) implements Comparable<Handle> {
  private static final Pattern GRAMMAR = Pattern.compile(":?[A-Za-z][-A-Za-z0-9., ]{0,62}");

  public Handle {
    if (!isValid(text)) {
      throw new IllegalArgumentException("not a handle: '" + text + "'. " + grammar());
    }
  }

  /** Whether {@code text} follows the grammar of handles. */
  public static boolean isValid(String text) {
    return GRAMMAR.matcher(text).matches();
  }

  /** The handle {@code text}, or empty where it breaks the grammar. */
  public static Optional<Handle> parse(String text) {
    return isValid(text) ? Optional.of(new Handle(text)) : Optional.empty();
  }

  /** The grammar as a sentence for a person. */
  public static String grammar() {
    return "A handle is a letter, then up to 62 letters, digits, hyphens, dots, commas and spaces.";
  }

  /**
   * The handle as {@code mfzmake} spells it in file names: every byte but letters and digits
   * becomes {@code %} and two lower-case hexadecimal digits.
   */
  public String escaped() {
    StringBuilder escaped = new StringBuilder();
    for (byte b : text.getBytes(US_ASCII)) {
      char c = (char) b;
      if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
        escaped.append(c);
      } else {
        escaped.append(String.format("%%%02x", (int) c));
      }
    }
    return escaped.toString();
  }

  @Override
  public int compareTo(Handle other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
