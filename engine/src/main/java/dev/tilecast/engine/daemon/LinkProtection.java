package dev.tilecast.engine.daemon;

/** What protects the packets of a link (COMMANDS.md, links). */
public enum LinkProtection {
  /** TLS 1.3, with the pinned neighbor alone. */
  TLS("tls"),

  /** Plain text that does not leave this machine. */
  PLAIN_LOCAL("plain-local"),

  /** Plain text also beyond this machine, as the settings say. */
  PLAIN("plain"),

  /** A cable of the tile's own, which leads to its neighbor and nowhere else. */
  CABLE("cable"),

  /** Leaves this machine, and is neither: the daemon does not start. */
  NONE("none");

  private final String word;

  LinkProtection(String word) {
    this.word = word;
  }

  /** The word for it, in tables and in JSON. */
  @Override
  public String toString() {
    return word;
  }
}
