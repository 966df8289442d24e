package dev.tilecast.testbed.sabotage;

/** A sabotage does not fit the code any more; the message says how. */
final class StaleException extends Exception {
  private static final long serialVersionUID = 1L;

  StaleException(String message) {
    super(message);
  }
}
