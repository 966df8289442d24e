package dev.tilecast.engine.core;

import java.util.regex.Pattern;

/**
 * A pattern of names, as in {@code keys/rules} and in {@code tilecast.toml}: {@code *} stands for
 * any characters or none, {@code ?} for exactly one, anything else for itself. Upper and lower case
 * differ.
 *
 * @param pattern 1 to 100 of letters, digits, {@code . _ -} and the two wildcards
 */
public record Glob(String pattern) {
  private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9._*?-]{1,100}");

  /** Matches every name; below the grammar, by which it is checked. */
  public static final Glob ALL = new Glob("*");

  public Glob {
    if (!isValid(pattern)) {
      throw new IllegalArgumentException("not a pattern of names: '" + pattern + "'");
    }
  }

  /** Whether {@code text} follows the grammar of patterns. */
  public static boolean isValid(String text) {
    return GRAMMAR.matcher(text).matches();
  }

  /**
   * Whether the pattern matches all of {@code text}. Two fingers, one on each text; where they
   * disagree, both go back to the last star, which takes one character more. Earlier stars need no
   * second look, so the time is at most length times length.
   */
  public boolean matches(String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int retry = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        retry = t;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** The pattern, as a person writes it. */
  @Override
  public String toString() {
    return pattern;
  }
}
