package dev.tilecast.testbed.world;

import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;

/**
 * The queue that three directions of a real device share, and the way on from it. The driver hands
 * over one packet when it is woken by a write, and one in each pace while any is left, through a
 * few buffers; the processor behind them takes a packet into the ring of its direction as soon as
 * every ring has room. So one ring that does not empty stalls all three directions.
 */
final class SharedQueue implements Runnable {
  private static final long NEVER = Long.MAX_VALUE;

  private final Timeline timeline;
  private final int outBytes;
  private final DeviceSettings.Shared settings;
  private final List<SimPort> ports = new ArrayList<>();

  /** The number is the neighbor's, and in the lowest three bits the direction. */
  private final PacketRing queue = new PacketRing();

  /** What was handed over and is in no ring yet, numbered likewise. */
  private final PacketRing handedOver = new PacketRing();

  /** When the driver hands over next, unless a write wakes it. */
  private long driverAt;

  private long eventAt = NEVER;

  SharedQueue(Timeline timeline, int outBytes, DeviceSettings.Shared settings) {
    this.timeline = timeline;
    this.outBytes = outBytes;
    this.settings = settings;
  }

  /**
   * Which of the two queues serves {@code direction}; NT and ST, which T2 lacks, go with others.
   */
  static int indexOf(Direction direction) {
    return switch (direction) {
      case ET, SE, ST, SW -> 0;
      case WT, NW, NT, NE -> 1;
    };
  }

  void add(SimPort port) {
    ports.add(port);
  }

  boolean hasRoomFor(int length) {
    return queue.cost() + length + 1 <= outBytes;
  }

  /** Bytes that are in no ring yet. */
  int bytes() {
    return queue.cost() + handedOver.cost();
  }

  /** Whether nothing goes on before a neighbor comes back whose ring is too full. */
  boolean isStalled() {
    return stalledUntil() == NEVER;
  }

  /** Takes a packet, or refuses it: the device has no way to give up an older one. */
  boolean write(SimPort port, byte[] packet) {
    if (!hasRoomFor(packet.length)) {
      return false;
    }
    queue.add(packet, port.neighborNumber() << 3 | port.direction().code());
    driverAt = timeline.now();
    goOn();
    return true;
  }

  /** Passes on what can be passed on now, and plans the next look. */
  void goOn() {
    fillRings();
    while (driverMayHandOver() && driverAt <= timeline.now()) {
      long tag = queue.firstTag();
      handedOver.add(queue.remove(), tag);
      driverAt = timeline.now() + settings.paceNanos();
      fillRings();
    }
    plan();
  }

  /** The power is gone: so is what waits. */
  void clear() {
    forget(queue);
    forget(handedOver);
  }

  @Override
  public void run() {
    // Another instant was planned since: each write begins the wait anew.
    if (timeline.now() == eventAt) {
      eventAt = NEVER;
      goOn();
    }
  }

  private boolean driverMayHandOver() {
    return !queue.isEmpty() && handedOver.count() < settings.handedOverMax();
  }

  private void fillRings() {
    while (!handedOver.isEmpty() && stalledUntil() <= timeline.now()) {
      long tag = handedOver.firstTag();
      port(tag).wire().ring(handedOver.remove(), tag >> 3);
    }
  }

  private void plan() {
    long next = handedOver.isEmpty() ? NEVER : stalledUntil();
    if (driverMayHandOver()) {
      next = Math.min(next, driverAt);
    }
    if (next != eventAt) {
      eventAt = next;
      if (next != NEVER) {
        timeline.at(next, this);
      }
    }
  }

  /**
   * When a look whether all rings have room is worth while: now where they have, never where one
   * waits for a neighbor to come back.
   */
  private long stalledUntil() {
    long until = timeline.now();
    for (SimPort port : ports) {
      if (settings.ringBytes() - port.wire().ringBytes() <= settings.ringFreeBytesMin()) {
        until = Math.max(until, port.wire().roomAt());
      }
    }
    return until;
  }

  private void forget(PacketRing packets) {
    while (!packets.isEmpty()) {
      port(packets.firstTag()).tally().refused++;
      packets.remove();
    }
  }

  private SimPort port(long tag) {
    Direction direction = Direction.ofCode((int) (tag & 7));
    for (SimPort port : ports) {
      if (port.direction() == direction) {
        return port;
      }
    }
    throw new IllegalStateException("no port " + direction);
  }
}
