package dev.tilecast.transport.itc;

import dev.tilecast.transport.Urgency;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * What waits for one direction, and how much of it the driver still has: a bucket that the driver
 * empties at a known rate. Not thread-safe.
 */
final class Lane {
  /** As many small packets as on other links: several rounds of all that a tile says at once. */
  static final int URGENT_PACKETS_MAX = 256;

  /** Half a second of a busy link, and a few windows of one neighbor. */
  static final int BULK_PACKETS_MAX = 128;

  /** After the driver had no room: the pace of its own shipping. */
  private static final long LATER_NANOS = 8_000_000;

  private final ArrayDeque<byte[]> urgent = new ArrayDeque<>();
  private final ArrayDeque<byte[]> bulk = new ArrayDeque<>();
  private final int queuedBytesMax;
  private final double nanosPerByte;
  private boolean isUp;
  private double queuedBytes;
  private long countedAt;
  private long notBefore = Long.MIN_VALUE;

  Lane(int queuedBytesMax, int bytesPerSecond, long now) {
    this.queuedBytesMax = queuedBytesMax;
    this.nanosPerByte = 1e9 / bytesPerSecond;
    this.countedAt = now;
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

  /** The instant at which {@link #take} gives the next packet, or {@link Long#MAX_VALUE}. */
  long readyAt(long now) {
    byte[] next = peek();
    if (!isUp || next == null) {
      return Long.MAX_VALUE;
    }
    drain(now);
    double over = queuedBytes + next.length - queuedBytesMax;
    // Rounded up: at that instant there is room.
    long wait = over <= 0 ? 0 : (long) Math.ceil(over * nanosPerByte) + 1;
    return Math.max(notBefore, now + wait);
  }

  /** The next packet if it may go now, which then counts as the driver's. */
  Optional<byte[]> take(long now) {
    if (readyAt(now) > now) {
      return Optional.empty();
    }
    byte[] packet = urgent.isEmpty() ? bulk.removeFirst() : urgent.removeFirst();
    queuedBytes += packet.length;
    return Optional.of(packet);
  }

  /** The driver had no room for {@code packet}, which goes first when it is tried again. */
  void later(byte[] packet, long now) {
    queuedBytes = Math.max(0, queuedBytes - packet.length);
    if (isUp) {
      urgent.addFirst(packet);
      notBefore = now + LATER_NANOS;
    }
  }

  private byte[] peek() {
    return urgent.isEmpty() ? bulk.peekFirst() : urgent.peekFirst();
  }

  private void drain(long now) {
    queuedBytes = Math.max(0, queuedBytes - (now - countedAt) / nanosPerByte);
    countedAt = now;
  }
}
