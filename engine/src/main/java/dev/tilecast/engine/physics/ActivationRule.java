package dev.tilecast.engine.physics;

import dev.tilecast.engine.message.Name;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What to run for a version whose name matches; the first rule that matches a name counts.
 *
 * @param pattern a name, in which {@code *} stands for any characters and {@code ?} for one
 * @param command program and arguments, run as they are, without a shell
 * @param timeoutSeconds after which the command and all that it started are killed
 */
public record ActivationRule(String pattern, List<String> command, int timeoutSeconds) {
  /** The time limit unless settings say otherwise. */
  public static final int TIMEOUT_SECONDS_DEFAULT = 60;

  /** The longest time limit: a day. */
  public static final int TIMEOUT_SECONDS_MAX = 86_400;

  private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9._*?-]{1,100}");
  private static final String SUFFIX = ".mfz";

  public ActivationRule {
    command = List.copyOf(command);
    if (!isPattern(pattern) || command.isEmpty() || command.get(0).isEmpty()) {
      throw new IllegalArgumentException("rule '" + pattern + "' with command " + command);
    }
    if (timeoutSeconds < 1 || timeoutSeconds > TIMEOUT_SECONDS_MAX) {
      throw new IllegalArgumentException("time limit of " + timeoutSeconds + " s");
    }
  }

  /** Whether {@code text} can match any name at all. */
  public static boolean isPattern(String text) {
    return PATTERN.matcher(text).matches()
        && (text.endsWith("*") || text.endsWith("?") || text.endsWith(SUFFIX));
  }

  /** Whether this rule is about {@code name}. */
  public boolean matches(Name name) {
    return matches(pattern, name.text());
  }

  /** Two fingers, one per text, that fall back to the last star: time length times length. */
  private static boolean matches(String pattern, String text) {
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
}
