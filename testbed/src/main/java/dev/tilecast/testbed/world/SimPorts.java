package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import dev.tilecast.transport.Direction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The link device of one tile: its ports, the queue in which packets from all of them wait for the
 * tile, and its power. A process that dies closes its ports, and the device goes on without it; a
 * tile that freezes is held; a power cut takes everything.
 */
public final class SimPorts {
  private final Timeline timeline;
  private final String name;
  private final DeviceSettings settings;
  private final Map<Direction, SimPort> ports = new EnumMap<>(Direction.class);
  private final List<SharedQueue> shared;

  /** Packets that wait for the tile; the number is the direction. */
  private final PacketRing in = new PacketRing();

  private final CRC32 crc = new CRC32();

  /** Ports that are open; the tile reads for all of them, open or not. */
  private int readers;

  private boolean held;
  private boolean powered = true;

  /** A device with power and no cables, of a tile called {@code name}. */
  public SimPorts(Timeline timeline, String name, DeviceSettings settings) {
    this.timeline = requireNonNull(timeline);
    this.name = requireNonNull(name);
    this.settings = requireNonNull(settings);
    shared = settings.shared().map(group -> List.of(queue(group), queue(group))).orElse(List.of());
  }

  /** What the tile is called. */
  public String name() {
    return name;
  }

  /** How the device behaves. */
  public DeviceSettings settings() {
    return settings;
  }

  /** The port of {@code direction}, which is made where it was not there. */
  public SimPort port(Direction direction) {
    return ports.computeIfAbsent(
        direction,
        made ->
            new SimPort(
                timeline,
                this,
                made,
                shared.isEmpty()
                    ? Optional.empty()
                    : Optional.of(shared.get(SharedQueue.indexOf(made)))));
  }

  /** The ports that were made, by direction. */
  public List<SimPort> ports() {
    return List.copyOf(ports.values());
  }

  /** From now on the tile reads nothing; packets wait as long as there is room. */
  public void hold() {
    held = true;
  }

  /** The tile reads again, at once all that has waited. */
  public void release() {
    held = false;
    read();
  }

  /**
   * One read of a tile that is held: tells what has changed of the links, and hands over the oldest
   * packet.
   *
   * @return false where none was waiting
   */
  public boolean readOne() {
    tellAll();
    if (in.isEmpty()) {
      return false;
    }
    deliverFirst();
    return true;
  }

  /** Packets that wait for the tile. */
  public int waiting() {
    return in.count();
  }

  /** Bytes that they take. */
  public int waitingBytes() {
    return in.cost();
  }

  /** Bytes that wait in both shared queues, 0 where there are none. */
  public int sharedBytes() {
    return shared.stream().mapToInt(SharedQueue::bytes).sum();
  }

  /** The power goes: queues are empty, ports closed and down; neighbors notice in their time. */
  public void powerOff() {
    if (!powered) {
      return;
    }
    powered = false;
    shared.forEach(SharedQueue::clear);
    for (SimPort port : ports.values()) {
      port.die();
      port.cable().ifPresent(SimLink::refresh);
    }
    in.clear();
    held = false;
  }

  /** The power is back; links come up in their time. */
  public void powerOn() {
    powered = true;
    ports.values().forEach(port -> port.cable().ifPresent(SimLink::refresh));
  }

  /** Whether there is power. */
  public boolean isPowered() {
    return powered;
  }

  boolean isHeld() {
    return held;
  }

  long checksum(byte[] packet) {
    crc.reset();
    crc.update(packet);
    return crc.getValue();
  }

  void opened() {
    readers++;
  }

  void closed() {
    readers--;
  }

  /** A packet has arrived by {@code port}. */
  void take(SimPort port, byte[] packet) {
    PortTally tally = port.tally();
    boolean direct = in.isEmpty() && !held && readers > 0;
    if (!direct && in.cost() + PacketRing.costOf(packet) > settings.inBytes()) {
      tally.overrun++;
      return;
    }
    tally.received++;
    tally.receivedBytes += packet.length;
    if (direct) {
      port.deliver(packet);
    } else {
      in.add(packet, port.direction().code());
    }
  }

  /** Hands over all that waits, unless the tile is held or its process is dead. */
  void read() {
    if (!held) {
      tellAll();
    }
    while (!held && !in.isEmpty() && readers > 0) {
      deliverFirst();
    }
  }

  private SharedQueue queue(DeviceSettings.Shared group) {
    return new SharedQueue(timeline, settings.outBytes(), group);
  }

  private void tellAll() {
    ports.values().forEach(SimPort::tell);
  }

  private void deliverFirst() {
    Direction direction = Direction.ofCode((int) in.firstTag());
    port(direction).deliver(in.remove());
  }
}
