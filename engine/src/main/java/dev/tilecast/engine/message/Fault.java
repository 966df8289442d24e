package dev.tilecast.engine.message;

/** What is wrong with a packet that is no message. Counted per neighbor, and nothing else. */
public enum Fault {
  /** Shorter than header, version, kind and checksum, or longer than any packet. */
  LENGTH,
  /** The CRC-32C does not match: noise on the link, or not one of us. */
  CHECKSUM,
  /** Of a protocol version above ours; answered with HELLO. */
  NEWER_VERSION,
  /** Of protocol version 0, which does not exist. */
  NO_VERSION,
  /** Of a kind that this version does not know. */
  UNKNOWN_KIND,
  /** Of a known kind, but cut off or with a value out of bounds. */
  MALFORMED
}
