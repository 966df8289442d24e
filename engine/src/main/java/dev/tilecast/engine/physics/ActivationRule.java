package dev.tilecast.engine.physics;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.message.Name;
import java.util.List;

/**
 * What to run for a version whose name matches; the first rule that matches a name counts.
 *
 * @param glob of the names that the rule is about; it can match one
 * @param command program and arguments, run as they are, without a shell
 * @param timeoutSeconds after which the command and all that it started are killed
 */
public record ActivationRule(Glob glob, List<String> command, int timeoutSeconds) {
  /** The time limit unless settings say otherwise. */
  public static final int TIMEOUT_SECONDS_DEFAULT = 60;

  /** The longest time limit: a day. */
  public static final int TIMEOUT_SECONDS_MAX = 86_400;

  private static final String SUFFIX = ".mfz";

  public ActivationRule {
    command = List.copyOf(command);
    if (!canMatch(glob.pattern()) || command.isEmpty() || command.get(0).isEmpty()) {
      throw new IllegalArgumentException("rule '" + glob + "' with command " + command);
    }
    if (timeoutSeconds < 1 || timeoutSeconds > TIMEOUT_SECONDS_MAX) {
      throw new IllegalArgumentException("time limit of " + timeoutSeconds + " s");
    }
  }

  /** Whether {@code text} is a glob that can match any name at all, each of which ends in .mfz. */
  public static boolean canMatch(String text) {
    return Glob.isValid(text)
        && (text.endsWith("*") || text.endsWith("?") || text.endsWith(SUFFIX));
  }

  /** Whether this rule is about {@code name}. */
  public boolean matches(Name name) {
    return glob.matches(name.text());
  }
}
