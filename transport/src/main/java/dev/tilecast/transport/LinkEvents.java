package dev.tilecast.transport;

/** What a link tells. Calls come one after the other, and must return quickly. */
public interface LinkEvents {
  /** Packets can be sent and may come. */
  void up(Direction direction);

  /**
   * No packets can be sent now, {@code why} in words for a person. May come before the first {@link
   * #up}, and again with another reason while the link stays down.
   */
  void down(Direction direction, String why);

  /**
   * A packet has come, its direction bits already those of {@code direction}; the array is the
   * receiver's own.
   */
  void received(Direction direction, byte[] packet);
}
