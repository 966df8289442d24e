package dev.tilecast.testbed.world;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.LinkCounters;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One end of a simulated link: a direction of a tile's device, with a cable in it or not. As on the
 * real device, what it believes of the link is its own affair and may be old: a pulled cable is
 * noticed late, and what is queued waits for whoever is plugged in next.
 *
 * <p>A packet that was given to {@link #send} is the same array that the far end receives. Where
 * queues are shared, there is one order for all packets, and a full queue refuses the newest: the
 * real device knows no urgency, and gives nothing up that it has taken.
 */
public final class SimPort implements Link {
  /** How often a tile looks at the status of its links at the least. */
  private static final long STATUS_LOOK_NANOS = 1_000_000_000L;

  private final Timeline timeline;
  private final SimPorts device;
  private final Direction direction;
  private final String who;
  private final SplittableRandom chance;
  private final PortTally tally = new PortTally();
  private final Wire wire;
  private final Optional<SharedQueue> shared;

  private Optional<LinkEvents> events = Optional.empty();
  private Optional<SimLink> cable = Optional.empty();
  private Optional<SimPort> lastNeighbor = Optional.empty();

  /** Changes with every other tile that is plugged in. */
  private long neighborNumber;

  /** Changes when a signal of a neighbor comes or goes. */
  private long joins;

  /** Changes with everything that makes a planned change of this end obsolete. */
  private long turn;

  private boolean joined;
  private boolean up;
  private boolean toldUp;
  private String why = "";

  SimPort(Timeline timeline, SimPorts device, Direction direction, Optional<SharedQueue> shared) {
    this.timeline = timeline;
    this.device = device;
    this.direction = direction;
    this.shared = shared;
    who = device.name() + " " + direction;
    chance = timeline.fork("signal " + who);
    wire = new Wire(timeline, this, timeline.fork("link " + who), tally);
    shared.ifPresent(queue -> queue.add(this));
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public int mtu() {
    return device.settings().mtu();
  }

  @Override
  public ServiceForm serviceForm() {
    return device.settings().form();
  }

  /**
   * Opens the device for a reader. It may be opened again after {@link #close}: what came meanwhile
   * and found room is told then.
   */
  @Override
  public void start(LinkEvents receiver) {
    if (events.isPresent()) {
      throw new IllegalStateException(who + " started twice without a close between");
    }
    events = Optional.of(receiver);
    device.opened();
    // Not from within this call: all ports of the tile are to be open first.
    timeline.at(timeline.now(), device::read);
  }

  @Override
  public void send(byte[] packet, Urgency urgency) {
    if (packet.length < PacketHeader.BYTES || packet.length > mtu()) {
      throw new IllegalArgumentException(
          "packet of %d bytes on %s, expected %d to %d"
              .formatted(packet.length, who, PacketHeader.BYTES, mtu()));
    }
    if (!up) {
      tally.refused++;
    } else if (shared.isEmpty()) {
      wire.queue(packet, urgency, neighborNumber, device.settings().outBytes());
    } else if (!shared.get().write(this, packet)) {
      tally.refused++;
    }
  }

  @Override
  public boolean hasMfmRoom() {
    return true;
  }

  @Override
  public boolean hasRoom(int service) {
    if (!up) {
      return false;
    }
    return shared.isPresent()
        ? shared.get().hasRoomFor(mtu())
        : wire.bulkBytes() + mtu() + 1 <= device.settings().outBytes();
  }

  @Override
  public LinkCounters counters() {
    PortCounters all = allCounters();
    return new LinkCounters(
        all.sent(), all.sentBytes(), all.received(), all.receivedBytes(), all.refused(), all.ups());
  }

  /** Everything that this end counts. */
  public PortCounters allCounters() {
    wire.settle();
    return tally.counters();
  }

  /** Ends the reader, and nothing else: the device goes on. */
  @Override
  public void close() {
    if (events.isPresent()) {
      device.closed();
    }
    events = Optional.empty();
    toldUp = false;
  }

  /** Whether this end takes the link for up. */
  public boolean isUp() {
    return up;
  }

  /** Whether a cable is in it, wherever that leads. */
  public boolean hasCable() {
    return cable.isPresent();
  }

  /** Whether a cable joins this end to a tile that has power. */
  public boolean isJoined() {
    return joined;
  }

  /** Bytes that wait here for departure, with those of the ring where the device has rings. */
  public int waitingBytes() {
    return wire.waitingBytes();
  }

  /** The settings of the cable, or of the last one. */
  public LinkSettings settings() {
    return wire.settings();
  }

  /** The tile and the direction, as in {@code 0,0 ET}. */
  @Override
  public String toString() {
    return who;
  }

  /** The device of its tile. */
  public SimPorts device() {
    return device;
  }

  Wire wire() {
    return wire;
  }

  Optional<SimLink> cable() {
    return cable;
  }

  void cable(Optional<SimLink> next) {
    cable = next;
  }

  long neighborNumber() {
    return neighborNumber;
  }

  long joins() {
    return joins;
  }

  SimPort farEnd() {
    return cable.orElseThrow().farEndOf(this);
  }

  /**
   * Whether packets depart. A device with shared queues needs the clock of its neighbor for each
   * bit; the others send into the void until they notice.
   */
  boolean drivesWire() {
    return up && (joined || shared.isEmpty());
  }

  /**
   * Whether nothing departs here, since the device waits for the neighbor of another direction of
   * the group to take what lies in its ring.
   */
  public boolean isStalled() {
    return shared.isPresent() && shared.get().isStalled();
  }

  /** Whether what departs now can arrive. */
  boolean isHeard() {
    return joined && !cable.orElseThrow().isCut(this);
  }

  PortTally tally() {
    return tally;
  }

  void settings(LinkSettings next) {
    wire.settings(next);
    goOn();
  }

  /** The signal of a neighbor begins. */
  void join(LinkSettings settings, SimPort neighbor) {
    // First down: packets that waited must not depart at an instant that has passed.
    if (up) {
      fall("another signal came");
    }
    if (!device.isPowered()) {
      // Its power has gone as its reader heard that.
      return;
    }
    wire.settings(settings);
    if (!lastNeighbor.equals(Optional.of(neighbor))) {
      lastNeighbor = Optional.of(neighbor);
      neighborNumber++;
    }
    joined = true;
    joins++;
    riseAfter(upTo(settings.signal().upNanosMax()));
  }

  /** The signal of the neighbor ends. */
  void part() {
    wire.settle();
    joined = false;
    joins++;
    turn++;
    wire.drop();
    wire.resume();
    if (up) {
      long ofTurn = turn;
      timeline.after(
          upTo(wire.settings().signal().unnoticedNanosMax()),
          () -> {
            if (ofTurn == turn) {
              fall("no signal");
            }
          });
    }
  }

  /** The own power is gone. */
  void die() {
    wire.settle();
    wire.clear();
    close();
    up = false;
    turn++;
  }

  void frameError() {
    if (up) {
      tally.frameErrors++;
      bounce("frame error", upTo(wire.settings().signal().resyncNanosMax()));
    }
  }

  /** Goes down, and up again after {@code nanos}. */
  void bounce(String reason, long nanos) {
    if (up) {
      fall(reason);
      riseAfter(nanos);
    }
  }

  /** Takes what has arrived; false where this end is down. */
  boolean receive(byte[] packet) {
    if (!up) {
      return false;
    }
    PacketHeader.markReceived(packet, direction);
    timeline.trace("packet", who, device.checksum(packet));
    device.take(this, packet);
    return true;
  }

  void deliver(byte[] packet) {
    if (events.isPresent()) {
      events.get().received(direction, packet);
    } else {
      tally.unread++;
    }
  }

  /** Tells the reader whether the link is up, where that is news. */
  void tell() {
    if (events.isPresent() && toldUp != up) {
      toldUp = up;
      if (up) {
        events.get().up(direction);
      } else {
        events.get().down(direction, why);
      }
    }
  }

  /** For the reader the link was down, and is up again; its neighbor has noticed nothing. */
  void reopen() {
    if (events.isPresent() && toldUp) {
      events.get().down(direction, "the device was opened anew");
      // Its power may have gone when it heard that.
      events.ifPresent(reader -> reader.up(direction));
    }
  }

  private void riseAfter(long nanos) {
    turn++;
    long ofTurn = turn;
    timeline.after(
        nanos,
        () -> {
          if (ofTurn == turn) {
            rise();
          }
        });
  }

  private void rise() {
    wire.settle();
    up = true;
    tally.ups++;
    timeline.trace("up", who, tally.ups);
    goOn();
    tellUnlessHeld();
  }

  private void fall(String reason) {
    wire.settle();
    up = false;
    turn++;
    why = reason;
    timeline.trace("down", who, tally.ups);
    if (chance.nextDouble() < wire.settings().signal().unseenChance()) {
      timeline.after(STATUS_LOOK_NANOS, this::tellUnlessHeld);
    } else {
      tellUnlessHeld();
    }
  }

  private void tellUnlessHeld() {
    if (!device.isHeld()) {
      tell();
    }
  }

  private long upTo(long nanosMax) {
    return chance.nextLong(nanosMax + 1);
  }

  private void goOn() {
    wire.resume();
    shared.ifPresent(SharedQueue::goOn);
  }
}
