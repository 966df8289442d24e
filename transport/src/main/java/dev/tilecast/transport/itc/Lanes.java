package dev.tilecast.transport.itc;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.QueueTimes;
import dev.tilecast.transport.Urgency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What waits for all directions of the device, and whose turn it is: they take turns, a packet
 * each. One monitor, under which nothing is read, written or told.
 */
final class Lanes {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** What the one thread that writes is to do next. */
  sealed interface Turn {
    /** Hand this packet to the driver. */
    final class Write implements Turn {
      private final PacketNode.Opened device;
      private final Direction to;
      private final byte[] packet;

      Write(PacketNode.Opened device, Direction to, byte[] packet) {
        this.device = device;
        this.to = to;
        this.packet = packet;
      }

      PacketNode.Opened device() {
        return device;
      }

      Direction to() {
        return to;
      }

      byte[] packet() {
        return packet;
      }
    }

    /** Ask the driver how far it is. */
    record Look() implements Turn {}

    /** Nothing more. */
    record End() implements Turn {}
  }

  /** A write that has not come back. */
  record Stuck(Direction to, long nanos) {}

  private final ItcTime time;
  private final List<Direction> order;
  private final Map<Direction, Lane> lanes = new EnumMap<>(Direction.class);
  private Optional<PacketNode.Opened> device = Optional.empty();
  private int next;
  private Optional<Direction> writing = Optional.empty();
  private long writingSince;
  private boolean ended;

  /** Who pauses is not woken by each packet that is offered. May be held around the monitor. */
  private final Object pauses = new Object();

  Lanes(ItcSettings settings, ItcTime time) {
    this.time = time;
    order = settings.directions().stream().sorted().toList();
    for (Direction direction : order) {
      lanes.put(
          direction,
          new Lane(
              new DriverQueue(
                  settings.queuedBytesMax(), settings.drainBytesPerSecond(), time.nanoTime()),
              settings.bulk()));
    }
  }

  synchronized int offer(Direction to, byte[] packet, Urgency urgency) {
    notifyAll();
    return lanes.get(to).offer(packet, urgency, time.nanoTime());
  }

  synchronized boolean hasRoom(Direction to, int service) {
    return lanes.get(to).hasRoom(service);
  }

  /** How long packets have waited for {@code to}. */
  QueueTimes times(Direction to) {
    return lanes.get(to).times();
  }

  synchronized boolean isUp(Direction to) {
    return lanes.get(to).isUp();
  }

  synchronized void comeUp(Direction to) {
    lanes.get(to).comeUp();
  }

  /** Returns how many packets waited for it and are dropped. */
  synchronized int goDown(Direction to) {
    return lanes.get(to).goDown();
  }

  /** The device is open from now on; false, and it is not taken, where all has ended. */
  synchronized boolean begin(PacketNode.Opened opened) {
    if (ended) {
      return false;
    }
    // It may be another driver, that counts from another number.
    told(Map.of());
    device = Optional.of(opened);
    notifyAll();
    return true;
  }

  /** Nothing more is to be written to {@code opened}; returns whether it was until now. */
  synchronized boolean cease(PacketNode.Opened opened) {
    boolean was = device.equals(Optional.of(opened));
    if (was) {
      device = Optional.empty();
    }
    return was;
  }

  synchronized Optional<PacketNode.Opened> device() {
    return device;
  }

  /** All ends; returns the device if it was open. */
  Optional<PacketNode.Opened> end() {
    Optional<PacketNode.Opened> was;
    synchronized (this) {
      ended = true;
      was = device;
      device = Optional.empty();
      notifyAll();
    }
    synchronized (pauses) {
      pauses.notifyAll();
    }
    return was;
  }

  synchronized boolean hasEnded() {
    return ended;
  }

  /** Waits so long, or until all ends. */
  void pause(long nanos) throws InterruptedException {
    long until = time.nanoTime() + nanos;
    synchronized (pauses) {
      while (!hasEnded() && until - time.nanoTime() > 0) {
        time.await(pauses, until - time.nanoTime());
      }
    }
  }

  /** Waits until there is something to do. */
  synchronized Turn await() throws InterruptedException {
    while (!ended) {
      long now = time.nanoTime();
      long first = now + IDLE_NANOS;
      for (int i = 0; device.isPresent() && i < order.size(); i++) {
        int turn = (next + i) % order.size();
        Direction to = order.get(turn);
        Lane lane = lanes.get(to);
        long readyAt = lane.readyAt(now);
        if (readyAt <= now) {
          if (!lane.mayGo(now)) {
            return new Turn.Look();
          }
          next = turn + 1;
          writing = Optional.of(to);
          writingSince = now;
          return new Turn.Write(device.get(), to, lane.take(now));
        }
        first = Math.min(first, readyAt);
      }
      time.await(this, first - now);
    }
    return new Turn.End();
  }

  /** The driver took the packet. */
  synchronized void written() {
    writing = Optional.empty();
  }

  /** The driver has no room for it now. */
  synchronized void later(Turn.Write turn) {
    writing = Optional.empty();
    lanes.get(turn.to()).later(turn.packet(), time.nanoTime());
  }

  /** The driver refused it for good. */
  synchronized void refused(Turn.Write turn) {
    writing = Optional.empty();
    lanes.get(turn.to()).inDriver().takeBack(turn.packet().length);
  }

  /** The write that is under way. */
  synchronized Optional<Stuck> stuck() {
    return writing.map(to -> new Stuck(to, time.nanoTime() - writingSince));
  }

  /** A direction toward which the driver has passed on nothing of ours for so long. */
  synchronized Optional<Direction> stalled(long nanos) {
    long now = time.nanoTime();
    return order.stream()
        .filter(to -> lanes.get(to).isUp() && lanes.get(to).inDriver().hasStalled(nanos, now))
        .findFirst();
  }

  /** How many bytes the driver has passed on; what it does not tell of lacks. */
  synchronized void told(Map<Direction, Long> bytesSent) {
    long now = time.nanoTime();
    lanes.forEach(
        (direction, lane) -> {
          Long count = bytesSent.get(direction);
          if (count == null) {
            lane.inDriver().untold(now);
          } else {
            lane.inDriver().told(count, now);
          }
        });
  }
}
