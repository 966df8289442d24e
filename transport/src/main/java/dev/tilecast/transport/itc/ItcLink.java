package dev.tilecast.transport.itc;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.LinkCounters;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** One direction of the packet device. */
final class ItcLink implements Link {
  /** The longest packet that the device takes. */
  static final int MTU = 255;

  private static final int STANDARD = 0x80;
  private static final int CDM = 3;
  private static final int SOURCE_ROUTED_MIN = 48;
  private static final int SOURCE_ROUTED_MAX = 56;

  final LongAdder packetsSent = new LongAdder();
  final LongAdder bytesSent = new LongAdder();
  final LongAdder packetsReceived = new LongAdder();
  final LongAdder bytesReceived = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder connects = new LongAdder();
  final LongAdder drained = new LongAdder();
  final LongAdder unreachable = new LongAdder();
  final LongAdder later = new LongAdder();
  final LongAdder stuck = new LongAdder();
  final LongAdder bounces = new LongAdder();

  private final Direction direction;
  private final ItcDevice device;

  /** Held while an event is told; guards the fields below it. */
  private final Object telling = new Object();

  private Optional<LinkEvents> events = Optional.empty();
  private String toldDown = "";
  private boolean isUp;
  private boolean closed;

  ItcLink(Direction direction, ItcDevice device) {
    this.direction = direction;
    this.device = device;
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
    return ServiceForm.BULK;
  }

  /** The stock programs of a T2 tile have services of their own. */
  @Override
  public boolean carries(int service) {
    return Link.super.carries(service)
        && service != CDM
        && (service < SOURCE_ROUTED_MIN || service > SOURCE_ROUTED_MAX);
  }

  /** The device is opened once all its links have been started. */
  @Override
  public void start(LinkEvents receiver) {
    synchronized (telling) {
      if (closed || events.isPresent()) {
        throw new IllegalStateException("link " + direction + " started twice, or after its close");
      }
      events = Optional.of(receiver);
    }
    device.started();
  }

  /**
   * @throws IllegalArgumentException where the driver would hand the packet to anybody but this
   *     service at that neighbor: no other program's channel is ever written to
   */
  @Override
  public void send(byte[] packet, Urgency urgency) {
    if (packet.length < PacketHeader.BYTES || packet.length > MTU) {
      throw new IllegalArgumentException(
          "packet of %d bytes on link %s, expected %d to %d"
              .formatted(packet.length, direction, PacketHeader.BYTES, MTU));
    }
    if ((packet[0] & 0xFF) != (STANDARD | direction.code())
        || !ServiceForm.BULK.isOf(packet[1])
        || !carries(ServiceForm.BULK.serviceOf(packet[1]))) {
      throw new IllegalArgumentException(
          "packet that begins with %02x %02x on link %s"
              .formatted(packet[0], packet[1], direction));
    }
    dropped.add(device.offer(this, packet, urgency));
  }

  @Override
  public boolean hasRoom(int service) {
    return device.hasRoom(this, service);
  }

  /** The simulation has device nodes of its own, and sends before us there. */
  @Override
  public boolean carriesMfm() {
    return false;
  }

  @Override
  public boolean hasMfmRoom() {
    return false;
  }

  @Override
  public LinkCounters counters() {
    return new LinkCounters(
        packetsSent.sum(),
        bytesSent.sum(),
        packetsReceived.sum(),
        bytesReceived.sum(),
        dropped.sum(),
        connects.sum());
  }

  @Override
  public Map<String, Long> furtherCounters() {
    Map<String, Long> counters = new TreeMap<>(device.counters());
    counters.put("itc_drained", drained.sum());
    counters.put("itc_unreachable", unreachable.sum());
    counters.put("itc_later", later.sum());
    counters.put("itc_stuck", stuck.sum());
    counters.put("itc_bounces", bounces.sum());
    device.times(this).addTo(counters);
    return counters;
  }

  /** The device is closed, and its threads end, with the last of its links. */
  @Override
  public void close() {
    synchronized (telling) {
      if (closed) {
        return;
      }
      closed = true;
    }
    device.closed();
  }

  void tellUp() {
    synchronized (telling) {
      if (!closed && !isUp) {
        isUp = true;
        toldDown = "";
        connects.increment();
        events.orElseThrow().up(direction);
      }
    }
  }

  /** Tells why the link is down, once for each reason. */
  void tellDown(String why) {
    synchronized (telling) {
      if (!closed && (isUp || !why.equals(toldDown))) {
        isUp = false;
        toldDown = why;
        events.orElseThrow().down(direction, why);
      }
    }
  }

  /** Returns whether it was told; while the link is down, nothing is. */
  boolean tellReceived(byte[] packet) {
    synchronized (telling) {
      if (closed || !isUp) {
        return false;
      }
      packetsReceived.increment();
      bytesReceived.add(packet.length);
      PacketHeader.markReceived(packet, direction);
      events.orElseThrow().received(direction, packet);
      return true;
    }
  }
}
