package dev.tilecast.engine.message;

/** What a packet turned out to be. */
public sealed interface Decoded {
  /** A message. */
  record Good(Message message) implements Decoded {}

  /** No message, and why. */
  record Bad(Fault fault) implements Decoded {}
}
