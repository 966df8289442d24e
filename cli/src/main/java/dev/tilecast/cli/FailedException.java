package dev.tilecast.cli;

/** A command cannot do what it was asked; the message says what, why and what to do. */
final class FailedException extends Exception {
  FailedException(String message) {
    super(message);
  }
}
