package dev.tilecast.engine.mfz;

/** A file cannot be made or sealed; the message says what, why and what to do. */
public final class MakeException extends Exception {
  public MakeException(String message) {
    super(message);
  }
}
