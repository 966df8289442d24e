package dev.tilecast.testbed.crash;

/** Something that must hold after a power cut does not; the message says what. */
final class ViolationException extends Exception {
  private static final long serialVersionUID = 1L;

  ViolationException(String message) {
    super(message);
  }

  ViolationException(String message, Throwable cause) {
    super(message, cause);
  }
}
