package dev.tilecast.transport.tcp;

import dev.tilecast.transport.BulkLimits;
import dev.tilecast.transport.QueueTimes;
import dev.tilecast.transport.SendOrder;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Packets of one connection that wait to be written, in their order (PACKETS.md, Queues). */
final class SendQueue {
  /** So long after its last packet the simulation is taken to be still at it. */
  static final long MFM_NANOS = TimeUnit.SECONDS.toNanos(1);

  private SendOrder order;
  private final LongSupplier nanoTime;
  private boolean mfmExpected;
  private boolean mfmSeen;
  private long mfmAt;
  private boolean closed;

  SendQueue(LongSupplier nanoTime) {
    order = new SendOrder(ServiceForm.PLAIN, new QueueTimes());
    this.nanoTime = nanoTime;
  }

  /**
   * From now on, before the first packet, {@code times} hears how long each waits, and bulk takes
   * no more than so many bytes a second, or 0 for all that is left.
   */
  synchronized void begin(QueueTimes times, BulkLimits bulk) {
    order = new SendOrder(ServiceForm.PLAIN, times, bulk);
  }

  /**
   * Takes {@code packet} in; returns how many packets were dropped, itself among them if closed.
   */
  synchronized int offer(byte[] packet, Urgency urgency) {
    if (closed) {
      return 1;
    }
    long now = nanoTime.getAsLong();
    if (urgency == Urgency.MFM) {
      mfmSeen = true;
      mfmAt = now;
    }
    notifyAll();
    return order.offer(packet, urgency, now);
  }

  /** Whether a bulk packet of {@code service} and so many bytes would push none out. */
  synchronized boolean hasRoom(int service, int bytes) {
    return !closed && order.hasRoom(service, bytes);
  }

  /** Whether a packet of the simulation would push none out. */
  synchronized boolean hasMfmRoom() {
    return !closed && order.hasMfmRoom();
  }

  /** Whether packets of the simulation may come at any time from now on. */
  synchronized void expectMfm(boolean expected) {
    mfmExpected = expected;
  }

  /** Whether the simulation is expected, or has sent within the last second. */
  synchronized boolean isMfmInUse() {
    return mfmExpected || (mfmSeen && nanoTime.getAsLong() - mfmAt < MFM_NANOS);
  }

  /**
   * Waits for packets and moves as many into {@code batch} as fit into {@code bytesMax} together
   * with {@code overheadBytes} each, at least one; none where none came within {@code waitNanos} or
   * a little less. While the simulation is at it, no more than one packet of ours is among them, as
   * the last: what comes next from there waits for no other. Returns false once closed.
   */
  synchronized boolean take(List<byte[]> batch, int bytesMax, int overheadBytes, long waitNanos)
      throws InterruptedException {
    if (!closed && order.isEmpty()) {
      TimeUnit.NANOSECONDS.timedWait(this, waitNanos);
    } else if (!closed) {
      long early = order.readyAt(nanoTime.getAsLong()) - nanoTime.getAsLong();
      if (early > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(early, waitNanos));
      }
    }
    int room = bytesMax;
    boolean isSingle = isMfmInUse();
    long now = nanoTime.getAsLong();
    while (!closed && !order.isEmpty() && order.readyAt(now) <= now) {
      int length = order.nextLength() + overheadBytes;
      if (!batch.isEmpty() && length > room) {
        break;
      }
      boolean isOurs = order.nextUrgency() != Urgency.MFM;
      batch.add(order.take(now));
      room -= length;
      if (isOurs && isSingle) {
        break;
      }
    }
    return !closed;
  }

  /** Takes nothing more; returns how many packets still waited and are dropped by this. */
  synchronized int close() {
    closed = true;
    notifyAll();
    return order.clear();
  }
}
