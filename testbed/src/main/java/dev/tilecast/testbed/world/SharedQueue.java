package dev.tilecast.testbed.world;

import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;

/**
 * The queue that three directions of a real device share, and what passes packets on from it to the
 * rings of these directions: one at each write, and one in each pace while any is left. As long as
 * one ring is nearly full, nothing is passed on to any.
 */
final class SharedQueue implements Runnable {
  private static final long NEVER = Long.MAX_VALUE;

  private final Timeline timeline;
  private final DeviceSettings settings;
  private final List<SimPort> ports = new ArrayList<>();

  /** The number is the neighbor's, and in the lowest three bits the direction. */
  private final PacketRing queue = new PacketRing();

  private long wakeAt = NEVER;

  SharedQueue(Timeline timeline, DeviceSettings settings) {
    this.timeline = timeline;
    this.settings = settings;
  }

  /**
   * Which of the two queues serves {@code direction}; NT and ST, which T2 lacks, go with others.
   */
  static int indexOf(Direction direction) {
    return direction.code() >> 1 == 1 || direction.code() >> 1 == 2 ? 0 : 1;
  }

  void add(SimPort port) {
    ports.add(port);
  }

  boolean hasRoomFor(int length) {
    return queue.cost() + length + 1 <= settings.outBytes();
  }

  int bytes() {
    return queue.cost();
  }

  /** Takes a packet, or refuses it: the device has no way to give up an older one. */
  boolean write(SimPort port, byte[] packet) {
    if (!hasRoomFor(packet.length)) {
      return false;
    }
    queue.add(packet, port.neighborNumber() << 3 | port.direction().code());
    pass();
    return true;
  }

  /** Passes one packet on if it can, and sees to it that the next one will be. */
  void pass() {
    if (!queue.isEmpty() && stalledUntil() <= timeline.now()) {
      long tag = queue.firstTag();
      port(Direction.ofCode((int) (tag & 7))).wire().ring(queue.remove(), tag >> 3);
    }
    plan();
  }

  int clear() {
    return queue.clear();
  }

  @Override
  public void run() {
    // Another instant was planned since: each write begins the wait anew.
    if (timeline.now() == wakeAt) {
      wakeAt = NEVER;
      pass();
    }
  }

  private void plan() {
    long next = NEVER;
    if (!queue.isEmpty()) {
      long stalled = stalledUntil();
      next = stalled <= timeline.now() ? timeline.now() + settings.paceNanos() : stalled;
    }
    if (next != wakeAt) {
      wakeAt = next;
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

  private SimPort port(Direction direction) {
    for (SimPort port : ports) {
      if (port.direction() == direction) {
        return port;
      }
    }
    throw new IllegalStateException("no port " + direction);
  }
}
