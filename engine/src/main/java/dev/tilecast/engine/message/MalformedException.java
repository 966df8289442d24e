package dev.tilecast.engine.message;

/** Bytes that are not what they should be: always the sender's fault, counted and never fatal. */
public final class MalformedException extends Exception {
  public MalformedException(String message) {
    super(message);
  }
}
