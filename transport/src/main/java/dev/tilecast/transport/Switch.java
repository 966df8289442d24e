package dev.tilecast.transport;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Joins the links of a tile to its services: sorts received packets by service number, counts those
 * that are for nobody, and sends packets out by the link of their direction. It looks at the header
 * only. Services are registered before {@link #start()}.
 */
public final class Switch implements LinkEvents, Closeable {
  private final Map<Direction, Link> links = new EnumMap<>(Direction.class);
  private final Map<Direction, AtomicLongArray> faults = new EnumMap<>(Direction.class);
  private final LinkEvents[] receivers = new LinkEvents[PacketHeader.SERVICE_MAX + 1];
  private boolean started;

  /**
   * A switch over {@code links}, which it owns from now on.
   *
   * @throws IllegalArgumentException where two links have one direction
   */
  public Switch(List<? extends Link> links) {
    for (Link link : links) {
      if (this.links.put(link.direction(), link) != null) {
        throw new IllegalArgumentException("two links for direction " + link.direction());
      }
      faults.put(link.direction(), new AtomicLongArray(PacketFault.values().length));
    }
  }

  /**
   * Hands the packets of {@code service} to {@code receiver} from now on, and tells it of links.
   * Calls come from the threads of the links, one after the other for one direction, at the same
   * time for different ones.
   *
   * @throws IllegalStateException after {@link #start()}, or where the number is taken
   */
  public void register(int service, LinkEvents receiver) {
    PacketHeader.requireService(service);
    if (started || receivers[service] != null) {
      throw new IllegalStateException(
          "service " + service + (started ? ": links have started" : " is taken"));
    }
    receivers[service] = requireNonNull(receiver);
  }

  /** Starts all links. */
  public void start() {
    started = true;
    links.values().forEach(link -> link.start(this));
  }

  /** The directions that have a link. */
  public Set<Direction> directions() {
    return Collections.unmodifiableSet(links.keySet());
  }

  /** The link that leads to {@code direction}, or empty. */
  public Optional<Link> link(Direction direction) {
    return Optional.ofNullable(links.get(direction));
  }

  /**
   * Queues a packet at the link of {@code to}, as {@link Link#send} does.
   *
   * @throws IllegalArgumentException where that direction has no link
   */
  public void send(Direction to, byte[] packet, Urgency urgency) {
    Link link = links.get(to);
    if (link == null) {
      throw new IllegalArgumentException("no link for direction " + to);
    }
    link.send(packet, urgency);
  }

  /** How many packets from {@code direction} went to no service, by reason; zeros are left out. */
  public Map<PacketFault, Long> faults(Direction direction) {
    Map<PacketFault, Long> counts = new EnumMap<>(PacketFault.class);
    AtomicLongArray counted = faults.get(direction);
    if (counted != null) {
      for (PacketFault fault : PacketFault.values()) {
        long count = counted.get(fault.ordinal());
        if (count > 0) {
          counts.put(fault, count);
        }
      }
    }
    return counts;
  }

  @Override
  public void up(Direction direction) {
    for (LinkEvents receiver : receivers) {
      if (receiver != null) {
        receiver.up(direction);
      }
    }
  }

  @Override
  public void down(Direction direction, String why) {
    for (LinkEvents receiver : receivers) {
      if (receiver != null) {
        receiver.down(direction, why);
      }
    }
  }

  @Override
  public void received(Direction direction, byte[] packet) {
    Link link = links.get(direction);
    Optional<PacketFault> fault = PacketHeader.faultOf(packet, link.mtu(), link.serviceForm());
    if (fault.isPresent()) {
      count(direction, fault.get());
      return;
    }
    LinkEvents receiver = receivers[PacketHeader.serviceOf(packet)];
    if (receiver == null) {
      count(direction, PacketFault.UNKNOWN_SERVICE);
      return;
    }
    receiver.received(direction, packet);
  }

  /** Closes all links; nothing is told afterwards. */
  @Override
  public void close() {
    links.values().forEach(Link::close);
  }

  private void count(Direction direction, PacketFault fault) {
    faults.get(direction).incrementAndGet(fault.ordinal());
  }
}
