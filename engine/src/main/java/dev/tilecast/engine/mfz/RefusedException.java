package dev.tilecast.engine.mfz;

import static java.util.Objects.requireNonNull;

/** A file broke a rule. Never leaves this package: the inspector makes it a value. */
final class RefusedException extends Exception {
  /** Messages quote names out of hostile files. */
  private static final int MESSAGE_CHARACTERS_MAX = 1000;

  private final Rule rule;

  RefusedException(Rule rule, String message) {
    super(message.substring(0, Math.min(message.length(), MESSAGE_CHARACTERS_MAX)));
    this.rule = requireNonNull(rule);
  }

  Inspection.Refused refused() {
    return new Inspection.Refused(rule, getMessage());
  }
}
