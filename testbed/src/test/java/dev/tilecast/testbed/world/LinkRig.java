package dev.tilecast.testbed.world;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Two tiles side by side, the cable between them, and what both hear. */
final class LinkRig {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000_000_000L;

  /** What a link has told. */
  static final class Heard implements LinkEvents {
    final List<String> changes = new ArrayList<>();
    final List<byte[]> packets = new ArrayList<>();
    final List<Long> instants = new ArrayList<>();
    private final Timeline timeline;
    Runnable atDown = () -> {};

    Heard(Timeline timeline) {
      this.timeline = timeline;
    }

    @Override
    public void up(Direction direction) {
      changes.add(direction + " up");
    }

    @Override
    public void down(Direction direction, String why) {
      changes.add(direction + " down: " + why);
      atDown.run();
    }

    @Override
    public void received(Direction direction, byte[] packet) {
      packets.add(packet);
      instants.add(timeline.now());
    }

    /** The numbers that {@link LinkRig#packet} wrote, in the order of arrival. */
    List<Integer> numbers() {
      return packets.stream().map(packet -> ByteBuffer.wrap(packet).getInt(2)).toList();
    }
  }

  final Timeline timeline;
  final SimPorts west;
  final SimPorts east;
  final SimPort out;
  final SimPort in;
  final Heard atWest;
  final Heard atEast;
  final SimLink link;

  LinkRig(LinkSettings settings) {
    this(1, DeviceSettings.INDEPENDENT, settings);
  }

  /** Both ends are up when this returns, where the settings let them. */
  LinkRig(long seed, DeviceSettings device, LinkSettings settings) {
    timeline = new Timeline(seed);
    west = new SimPorts(timeline, "0,0", device);
    east = new SimPorts(timeline, "1,0", device);
    out = west.port(Direction.ET);
    in = east.port(Direction.WT);
    atWest = new Heard(timeline);
    atEast = new Heard(timeline);
    out.start(atWest);
    in.start(atEast);
    link = SimLink.connect(timeline, out, in, settings);
    timeline.runUntil(settings.signal().upNanosMax());
  }

  /** A port of another tile, opened, to plug the cable into. */
  SimPort other(String name, Heard heard) {
    SimPort port = new SimPorts(timeline, name, west.settings()).port(Direction.WT);
    port.start(heard);
    return port;
  }

  static byte[] packet(int length, int number) {
    byte[] packet = new byte[length];
    PacketHeader.toService(Direction.ET, 8, ServiceForm.BULK).writeInto(packet);
    ByteBuffer.wrap(packet).putInt(2, number);
    return packet;
  }

  /** Sends packets {@code from} to {@code end}, the latter excluded, to the east. */
  void send(int from, int end, int length) {
    for (int number = from; number < end; number++) {
      out.send(packet(length, number), Urgency.BULK);
    }
  }

  void run(long span) {
    timeline.runUntil(timeline.now() + span);
  }
}
