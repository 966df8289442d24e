package dev.tilecast.engine.mfz;

import static java.util.Objects.requireNonNull;

/** A file broke a rule. Never leaves this package: the inspector makes it a value. */
final class RefusedException extends Exception {
  private static final int MESSAGE_CHARACTERS_MAX = 1000;

  private final Rule rule;

  RefusedException(Rule rule, String message) {
    super(printable(message));
    this.rule = requireNonNull(rule);
  }

  /** Messages quote names out of hostile files, and end on terminals and in logs. */
  private static String printable(String message) {
    StringBuilder shown = new StringBuilder();
    message
        .chars()
        .limit(MESSAGE_CHARACTERS_MAX)
        .forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
    return shown.toString();
  }

  Inspection.Refused refused() {
    return new Inspection.Refused(rule, getMessage());
  }
}
