package dev.tilecast.transport;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Joins the links of a tile to its services: sorts received packets by service number, counts those
 * that are for nobody, and sends packets out by the link of their direction. It looks at the header
 * only.
 */
public final class Switch implements LinkEvents, Closeable {
  private final Map<Direction, Link> links = new EnumMap<>(Direction.class);
  private final Map<Direction, AtomicLongArray> faults = new EnumMap<>(Direction.class);
  private final AtomicReferenceArray<LinkEvents> receivers =
      new AtomicReferenceArray<>(ServiceForm.SERVICE_MAX + 1);
  private final AtomicReference<LinkEvents> mfm = new AtomicReference<>();
  private final List<LinkEvents> watching = new CopyOnWriteArrayList<>();

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
   * Hands the packets of {@code service} to {@code receiver} from now on, and tells it when links
   * come and go: one that registers after {@link #start()} is not told of those that are up
   * already. Calls come from the threads of the links, one after the other for one direction, at
   * the same time for different ones.
   *
   * @throws IllegalStateException where the number is taken
   */
  public void register(int service, LinkEvents receiver) {
    ServiceForm.requireService(service);
    if (!receivers.compareAndSet(service, null, requireNonNull(receiver))) {
      throw new IllegalStateException("service " + service + " is taken");
    }
  }

  /** Whether nobody has {@code service}. */
  public boolean isFree(int service) {
    ServiceForm.requireService(service);
    return receivers.get(service) == null;
  }

  /**
   * Ends what {@link #register} began, where {@code receiver} has that number. A call that is under
   * way may still come.
   */
  public void release(int service, LinkEvents receiver) {
    ServiceForm.requireService(service);
    receivers.compareAndSet(service, receiver, null);
  }

  /**
   * Hands the packets of the simulation to {@code receiver} from now on, as {@link #register} does
   * those of a service.
   *
   * @throws IllegalStateException where somebody has them already
   */
  public void registerMfm(LinkEvents receiver) {
    if (!mfm.compareAndSet(null, requireNonNull(receiver))) {
      throw new IllegalStateException("the packets of the simulation are taken");
    }
    links.values().forEach(link -> link.expectMfm(true));
  }

  /** Ends what {@link #registerMfm} began. A call that is under way may still come. */
  public void releaseMfm(LinkEvents receiver) {
    if (mfm.compareAndSet(receiver, null)) {
      links.values().forEach(link -> link.expectMfm(false));
    }
  }

  /** Tells {@code watcher} when links come and go; to be called before {@link #start()}. */
  public void watch(LinkEvents watcher) {
    watching.add(requireNonNull(watcher));
  }

  /** Starts all links. */
  public void start() {
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
    tell(receiver -> receiver.up(direction));
  }

  @Override
  public void down(Direction direction, String why) {
    tell(receiver -> receiver.down(direction, why));
  }

  private void tell(Consumer<LinkEvents> news) {
    for (int service = 1; service <= ServiceForm.SERVICE_MAX; service++) {
      LinkEvents receiver = receivers.get(service);
      if (receiver != null) {
        news.accept(receiver);
      }
    }
    watching.forEach(news);
  }

  @Override
  public void received(Direction direction, byte[] packet) {
    Link link = links.get(direction);
    Optional<PacketFault> fault = PacketHeader.faultOf(packet, link.mtu(), link.serviceForm());
    if (fault.isPresent()) {
      LinkEvents simulation = fault.get() == PacketFault.MFM_PACKET ? mfm.get() : null;
      if (simulation == null) {
        count(direction, fault.get());
      } else {
        simulation.received(direction, packet);
      }
      return;
    }
    int service = link.serviceForm().serviceOf(packet[1]);
    LinkEvents receiver = service <= ServiceForm.SERVICE_MAX ? receivers.get(service) : null;
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
