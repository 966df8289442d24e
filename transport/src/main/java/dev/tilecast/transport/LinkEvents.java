package dev.tilecast.transport;

/** What a link tells. Calls come one after the other, and must return quickly. */
public interface LinkEvents {
  /** Packets can be sent and may come. */
  void up(Direction direction);

  /** No packets can be sent any more, {@code why} in words for a person. */
  void down(Direction direction, String why);

  /** A packet of at least two bytes has come; the array is the receiver's own. */
  void received(Direction direction, byte[] packet);
}
