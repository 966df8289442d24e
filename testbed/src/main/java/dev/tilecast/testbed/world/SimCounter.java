package dev.tilecast.testbed.world;

import dev.tilecast.engine.counter.Counting;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.Urgency;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The program of service 1 on a simulated tile, as {@code tilecast counter} is on a real one. It
 * runs on while the daemon is away, as its programs do, and hears and says nothing meanwhile.
 */
final class SimCounter {
  private static final int SERVICE = 1;
  private static final int EVERY_SECONDS = 60;
  private static final long FROZEN_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final SimTile tile;
  private final Timeline timeline;
  private final Counting counting = new Counting(EVERY_SECONDS);
  private long wakeAt = Long.MAX_VALUE;

  SimCounter(SimTile tile, Timeline timeline) {
    this.tile = tile;
    this.timeline = timeline;
  }

  void set(long value) {
    counting.set(value, timeline.now());
    plan();
  }

  void up(Direction direction) {
    counting.connected(direction, timeline.now());
    plan();
  }

  void down(Direction direction) {
    counting.disconnected(direction);
  }

  /** The daemon is gone, and with it all links. */
  void alone() {
    for (Direction direction : Direction.values()) {
      counting.disconnected(direction);
    }
  }

  /** Takes a packet if it is of this service. */
  void received(Direction from, byte[] packet) {
    SimPort port = tile.port(from);
    if (PacketHeader.faultOf(packet, port.mtu(), port.serviceForm()).isEmpty()
        && port.serviceForm().serviceOf(packet[1]) == SERVICE) {
      counting.received(from, packet, timeline.now());
      plan();
    }
  }

  /** The counter of the neighbor there, as far as it has told. */
  OptionalLong told(Direction direction) {
    return counting.rows(timeline.now()).stream()
        .filter(row -> row.direction() == direction)
        .findFirst()
        .map(Counting.Row::value)
        .orElse(OptionalLong.empty());
  }

  private void plan() {
    long at = counting.wakeAt();
    if (at < wakeAt) {
      wakeAt = at;
      timeline.at(at, () -> wake(at));
    }
  }

  private void wake(long planned) {
    if (wakeAt != planned) {
      return;
    }
    wakeAt = Long.MAX_VALUE;
    if (tile.isFrozen()) {
      wakeAt = timeline.now() + FROZEN_LOOK_NANOS;
      long again = wakeAt;
      timeline.at(again, () -> wake(again));
      return;
    }
    for (Counting.Sending sending : counting.due(timeline.now())) {
      SimPort port = tile.port(sending.to());
      byte[] content = sending.packet().content();
      byte[] packet = new byte[PacketHeader.BYTES + content.length];
      System.arraycopy(content, 0, packet, PacketHeader.BYTES, content.length);
      PacketHeader.toService(sending.to(), SERVICE, port.serviceForm()).writeInto(packet);
      port.send(packet, Urgency.BULK);
    }
    plan();
  }
}
