package dev.tilecast.transport.tcp;

import dev.tilecast.transport.Urgency;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Packets of one connection that wait to be written: urgent ones first, each queue bounded, the
 * oldest packet of a full one dropped (PACKETS.md, Queues).
 */
final class SendQueue {
  /** The most urgent packets that wait: eight rounds of everything that a tile says at once. */
  static final int URGENT_PACKETS_MAX = 256;

  /** The most bulk packets that wait: a few windows of one neighbor. */
  static final int BULK_PACKETS_MAX = 128;

  /** The most bytes of bulk packets that wait, so that eight links cannot fill a small heap. */
  static final int BULK_BYTES_MAX = 4 << 20;

  private final ArrayDeque<byte[]> urgent = new ArrayDeque<>();
  private final ArrayDeque<byte[]> bulk = new ArrayDeque<>();
  private int bulkBytes;
  private boolean closed;

  /**
   * Takes {@code packet} in; returns how many packets were dropped, itself among them if closed.
   */
  synchronized int offer(byte[] packet, Urgency urgency) {
    if (closed) {
      return 1;
    }
    int dropped =
        switch (urgency) {
          case URGENT -> offerUrgent(packet);
          case BULK -> offerBulk(packet);
        };
    notifyAll();
    return dropped;
  }

  /** Whether a bulk packet of {@code bytes} would push none out. */
  synchronized boolean hasRoom(int bytes) {
    return !closed && bulk.size() < BULK_PACKETS_MAX && bulkBytes + bytes <= BULK_BYTES_MAX;
  }

  /**
   * Waits for packets and moves as many into {@code batch} as fit into {@code bytesMax} together
   * with {@code overheadBytes} each, at least one; none where none came within {@code waitNanos} or
   * a little less. Returns false once closed.
   */
  synchronized boolean take(List<byte[]> batch, int bytesMax, int overheadBytes, long waitNanos)
      throws InterruptedException {
    if (!closed && urgent.isEmpty() && bulk.isEmpty()) {
      TimeUnit.NANOSECONDS.timedWait(this, waitNanos);
    }
    int room = bytesMax;
    while (!closed) {
      ArrayDeque<byte[]> first = urgent.isEmpty() ? bulk : urgent;
      byte[] next = first.peekFirst();
      if (next == null || (!batch.isEmpty() && next.length + overheadBytes > room)) {
        break;
      }
      first.removeFirst();
      bulkBytes -= first == bulk ? next.length : 0;
      room -= next.length + overheadBytes;
      batch.add(next);
    }
    return !closed;
  }

  /** Takes nothing more; returns how many packets still waited and are dropped by this. */
  synchronized int close() {
    int dropped = urgent.size() + bulk.size();
    closed = true;
    urgent.clear();
    bulk.clear();
    bulkBytes = 0;
    notifyAll();
    return dropped;
  }

  private int offerUrgent(byte[] packet) {
    int dropped = 0;
    if (urgent.size() == URGENT_PACKETS_MAX) {
      urgent.removeFirst();
      dropped++;
    }
    urgent.addLast(packet);
    return dropped;
  }

  private int offerBulk(byte[] packet) {
    int dropped = 0;
    while (bulk.size() == BULK_PACKETS_MAX || bulkBytes + packet.length > BULK_BYTES_MAX) {
      bulkBytes -= bulk.removeFirst().length;
      dropped++;
    }
    bulk.addLast(packet);
    bulkBytes += packet.length;
    return dropped;
  }
}
