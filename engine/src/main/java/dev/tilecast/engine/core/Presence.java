package dev.tilecast.engine.core;

/** What is known of who is at the far end of a direction. */
public enum Presence {
  /** The link carries no packets. */
  LINK_DOWN("link down"),

  /** The link is up, and nobody is heard, or has said who he is. */
  SILENT("silent"),

  /** Somebody is heard with whom nothing but HELLO is exchanged; the note says why. */
  STRANGER("stranger"),

  /** A tile of our group was heard, and nothing is overdue. */
  ALIVE("alive");

  private final String words;

  Presence(String words) {
    this.words = words;
  }

  /** Whether the link carries packets. */
  public boolean isLinkUp() {
    return this != LINK_DOWN;
  }

  /** Words for a person. */
  public String words() {
    return words;
  }
}
