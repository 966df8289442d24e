package dev.tilecast.transport.itc;

import dev.tilecast.transport.BulkLimits;
import dev.tilecast.transport.QueueTimes;
import dev.tilecast.transport.SendOrder;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.util.Optional;

/** What waits for one direction, and what of it the driver still has. Not thread-safe. */
final class Lane {
  /** After the driver had no room: the pace of its own shipping. */
  private static final long LATER_NANOS = 8_000_000;

  private final QueueTimes times = new QueueTimes();
  private final SendOrder waiting;
  private final DriverQueue inDriver;
  private boolean isUp;
  private Optional<byte[]> refused = Optional.empty();
  private long notBefore = Long.MIN_VALUE;

  Lane(DriverQueue inDriver, BulkLimits bulk) {
    this.inDriver = inDriver;
    waiting = new SendOrder(ServiceForm.BULK, times, bulk);
  }

  DriverQueue inDriver() {
    return inDriver;
  }

  /** How long packets have waited here. */
  QueueTimes times() {
    return times;
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
    int dropped = waiting.clear() + (refused.isPresent() ? 1 : 0);
    refused = Optional.empty();
    return dropped;
  }

  /** Returns how many packets were dropped for this one, itself where the direction is down. */
  int offer(byte[] packet, Urgency urgency, long now) {
    return isUp ? waiting.offer(packet, urgency, now) : 1;
  }

  boolean hasRoom(int service) {
    return isUp && waiting.hasRoom(service, ItcLink.MTU);
  }

  /**
   * When there is something to do: to {@link #take} the next packet where {@link #mayGo}, else to
   * ask the driver; {@link Long#MAX_VALUE} where nothing waits.
   */
  long readyAt(long now) {
    int length = nextLength();
    if (length == 0) {
      return Long.MAX_VALUE;
    }
    return Math.max(orderedAt(now), inDriver.readyAt(length, now));
  }

  /** Whether the next packet, which must be there, may be written now. */
  boolean mayGo(long now) {
    return orderedAt(now) <= now && inDriver.hasRoom(nextLength(), now);
  }

  /** The next packet, which counts as the driver's from now on. */
  byte[] take(long now) {
    byte[] packet = refused.orElseGet(() -> waiting.take(now));
    refused = Optional.empty();
    inDriver.add(packet.length, now);
    return packet;
  }

  /** The driver had no room for {@code packet}, which goes first when it is tried again. */
  void later(byte[] packet, long now) {
    inDriver.takeBack(packet.length);
    if (isUp) {
      refused = Optional.of(packet);
      notBefore = now + LATER_NANOS;
    }
  }

  /** When the next packet may go as far as it lies with us. */
  private long orderedAt(long now) {
    return refused.isPresent() ? notBefore : Math.max(notBefore, waiting.readyAt(now));
  }

  private int nextLength() {
    return refused.map(packet -> packet.length).orElseGet(waiting::nextLength);
  }
}
