package dev.tilecast.engine.mfz;

/** A key cannot be made, read, added or used; the message says what, why and what to do. */
public final class KeyException extends Exception {
  public KeyException(String message) {
    super(message);
  }
}
