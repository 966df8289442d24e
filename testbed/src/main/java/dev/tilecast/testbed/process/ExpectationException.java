package dev.tilecast.testbed.process;

/** Something that had to happen has not; the message says what, with values. */
public final class ExpectationException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With what was expected, and what was there instead. */
  public ExpectationException(String message) {
    super(message);
  }
}
