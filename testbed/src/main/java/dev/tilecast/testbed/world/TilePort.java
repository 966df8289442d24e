package dev.tilecast.testbed.world;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Decoded;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.LinkCounters;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.util.Optional;

/**
 * A port of a tile as the daemon's shell on it sees it: what the port tells comes by way of the
 * tile, which may be frozen or have no power, and what is sent is told to whoever looks on.
 */
final class TilePort implements Link {
  private final SimPort port;
  private final DiskShell shell;
  private Optional<LinkEvents> events = Optional.empty();

  TilePort(SimPort port, DiskShell shell) {
    this.port = port;
    this.shell = shell;
  }

  void up() {
    events.ifPresent(receiver -> receiver.up(direction()));
  }

  void down(String why) {
    events.ifPresent(receiver -> receiver.down(direction(), why));
  }

  void received(byte[] packet) {
    if (Codec.decode(packet) instanceof Decoded.Good good) {
      SimTile tile = shell.tile();
      tile.world().watches().forEach(watch -> watch.heard(tile, direction(), good.message()));
    }
    events.ifPresent(receiver -> receiver.received(direction(), packet));
  }

  @Override
  public Direction direction() {
    return port.direction();
  }

  @Override
  public int mtu() {
    return port.mtu();
  }

  @Override
  public ServiceForm serviceForm() {
    return port.serviceForm();
  }

  /** The tile opens the port itself, after its software has begun. */
  @Override
  public void start(LinkEvents receiver) {
    events = Optional.of(receiver);
  }

  @Override
  public void send(byte[] packet, Urgency urgency) {
    shell.beforeSending();
    if (Codec.decode(packet) instanceof Decoded.Good good) {
      shell.tile().telling(direction(), good.message());
    }
    port.send(packet, urgency);
    shell.afterSending();
  }

  @Override
  public boolean hasMfmRoom() {
    return true;
  }

  @Override
  public boolean hasRoom(int service) {
    return port.hasRoom(service);
  }

  @Override
  public LinkCounters counters() {
    return port.counters();
  }

  @Override
  public void close() {
    events = Optional.empty();
  }
}
