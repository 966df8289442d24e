package dev.tilecast.testbed.crash;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.LinkCounters;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One end of a wire between two tiles of one thread. It loses nothing and takes no time; packets
 * wait until they are {@linkplain #deliver delivered}.
 */
final class WireEnd implements Link {
  /** Packets that {@link #hasRoom} lets wait. */
  private static final int WAITING_MAX = 256;

  private static final int MTU = 16_384;

  private final Direction direction;
  private final Consumer<byte[]> tap;
  private final Deque<byte[]> arrived = new ArrayDeque<>();
  private Optional<LinkEvents> events = Optional.empty();
  private Optional<WireEnd> other = Optional.empty();

  /**
   * @param tap sees each packet at the instant at which it is sent
   */
  WireEnd(Direction direction, Consumer<byte[]> tap) {
    this.direction = direction;
    this.tap = tap;
  }

  /** Joins two ends, both of which have been started. */
  static void plug(WireEnd one, WireEnd two) {
    one.other = Optional.of(two);
    two.other = Optional.of(one);
    one.events.orElseThrow().up(one.direction);
    two.events.orElseThrow().up(two.direction);
  }

  /** Parts this end from the other; what was under way is lost. */
  void unplug() {
    other.ifPresent(
        far -> {
          far.parted();
          parted();
        });
  }

  private void parted() {
    other = Optional.empty();
    arrived.clear();
    events.orElseThrow().down(direction, "the wire was pulled out");
  }

  /** Hands what has arrived to the tile; whether there was something. */
  boolean deliver() {
    boolean any = !arrived.isEmpty();
    while (!arrived.isEmpty()) {
      events.orElseThrow().received(direction, arrived.remove());
    }
    return any;
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public int mtu() {
    return MTU;
  }

  @Override
  public ServiceForm serviceForm() {
    return ServiceForm.PLAIN;
  }

  @Override
  public void start(LinkEvents listener) {
    events = Optional.of(listener);
  }

  @Override
  public void send(byte[] packet, Urgency urgency) {
    if (other.isPresent()) {
      tap.accept(packet);
      byte[] copy = packet.clone();
      PacketHeader.markReceived(copy, other.get().direction);
      other.get().arrived.add(copy);
    }
  }

  @Override
  public boolean hasMfmRoom() {
    return true;
  }

  @Override
  public boolean hasRoom(int service) {
    return other.map(far -> far.arrived.size() < WAITING_MAX).orElse(false);
  }

  @Override
  public LinkCounters counters() {
    return new LinkCounters(0, 0, 0, 0, 0, 0);
  }

  @Override
  public void close() {
    unplug();
  }
}
