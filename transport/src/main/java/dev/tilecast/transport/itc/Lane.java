package dev.tilecast.transport.itc;

import dev.tilecast.transport.Urgency;
import java.util.ArrayDeque;

/** What waits for one direction, and what of it the driver still has. Not thread-safe. */
final class Lane {
  /** As many small packets as on other links: several rounds of all that a tile says at once. */
  static final int URGENT_PACKETS_MAX = 256;

  /** Half a second of a busy link, and a few windows of one neighbor. */
  static final int BULK_PACKETS_MAX = 128;

  /** After the driver had no room: the pace of its own shipping. */
  private static final long LATER_NANOS = 8_000_000;

  private final ArrayDeque<byte[]> urgent = new ArrayDeque<>();
  private final ArrayDeque<byte[]> bulk = new ArrayDeque<>();
  private final DriverQueue inDriver;
  private boolean isUp;
  private long notBefore = Long.MIN_VALUE;

  Lane(DriverQueue inDriver) {
    this.inDriver = inDriver;
  }

  DriverQueue inDriver() {
    return inDriver;
  }

  boolean isUp() {
    return isUp;
  }

  void comeUp() {
    isUp = true;
    notBefore = Long.MIN_VALUE;
  }

  /** Returns how many packets waited and are dropped: nothing goes to the next neighbor. */
  int goDown() {
    isUp = false;
    int dropped = urgent.size() + bulk.size();
    urgent.clear();
    bulk.clear();
    return dropped;
  }

  /** Returns how many packets were dropped for this one, itself where the direction is down. */
  int offer(byte[] packet, Urgency urgency) {
    if (!isUp) {
      return 1;
    }
    ArrayDeque<byte[]> queue = urgency == Urgency.URGENT ? urgent : bulk;
    int most = urgency == Urgency.URGENT ? URGENT_PACKETS_MAX : BULK_PACKETS_MAX;
    int dropped = queue.size() >= most ? 1 : 0;
    if (dropped > 0) {
      queue.removeFirst();
    }
    queue.addLast(packet);
    return dropped;
  }

  boolean hasRoom() {
    return isUp && bulk.size() < BULK_PACKETS_MAX;
  }

  /**
   * When there is something to do: to {@link #take} the next packet where {@link #mayGo}, else to
   * ask the driver; {@link Long#MAX_VALUE} where nothing waits.
   */
  long readyAt(long now) {
    byte[] next = peek();
    return next == null ? Long.MAX_VALUE : Math.max(notBefore, inDriver.readyAt(next.length, now));
  }

  /** Whether the next packet, which must be there, may be written now. */
  boolean mayGo(long now) {
    return notBefore <= now && inDriver.hasRoom(peek().length, now);
  }

  /** The next packet, which counts as the driver's from now on. */
  byte[] take() {
    byte[] packet = urgent.isEmpty() ? bulk.removeFirst() : urgent.removeFirst();
    inDriver.add(packet.length);
    return packet;
  }

  /** The driver had no room for {@code packet}, which goes first when it is tried again. */
  void later(byte[] packet, long now) {
    inDriver.takeBack(packet.length);
    if (isUp) {
      urgent.addFirst(packet);
      notBefore = now + LATER_NANOS;
    }
  }

  private byte[] peek() {
    return urgent.isEmpty() ? bulk.peekFirst() : urgent.peekFirst();
  }
}
