package dev.tilecast.testbed.world;

import dev.tilecast.transport.Urgency;
import java.util.SplittableRandom;

/**
 * What leaves one end of a link: what waits, when each packet departs, what becomes of it and when
 * it arrives. Departures are worked out when somebody looks, so the wire has one event a packet in
 * the timeline, and one at a time.
 */
final class Wire implements Runnable {
  private static final long SECOND = 1_000_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  /** Holds the place of a packet that will not arrive. */
  private static final byte[] NOTHING = {};

  /** Holds the place of a packet that the far end finds broken; no packet is so short. */
  private static final byte[] FRAME_ERROR = {0};

  private final Timeline timeline;
  private final SimPort port;
  private final SplittableRandom chance;
  private final PortTally tally;
  private final PacketRing urgent = new PacketRing();
  private final PacketRing bulk = new PacketRing();

  /** Departed and not yet arrived; the number is the instant of arrival. */
  private final PacketRing flying = new PacketRing();

  private LinkSettings settings = LinkSettings.PERFECT;

  /** When the last byte of the packet that departed last is gone. */
  private long freeAt;

  /** Bytes in the ring that this packet takes until then. */
  private int departing;

  private long lastArrival;
  private long eventAt = NEVER;
  private long settledAt;

  /** A packet that comes late, or twice. */
  private final class Straggler implements Runnable {
    private final byte[] packet;
    private final long joins = port.joins();

    Straggler(byte[] packet) {
      this.packet = packet;
    }

    @Override
    public void run() {
      if (joins == port.joins()) {
        arrive(packet);
      } else {
        tally.lost++;
      }
    }
  }

  Wire(Timeline timeline, SimPort port, SplittableRandom chance, PortTally tally) {
    this.timeline = timeline;
    this.port = port;
    this.chance = chance;
    this.tally = tally;
  }

  /** Queues a packet; where its urgency has no room, the oldest ones are pushed out. */
  void queue(byte[] packet, Urgency urgency, long neighbor, int bytesMax) {
    depart();
    PacketRing lane = urgency == Urgency.URGENT ? urgent : bulk;
    while (lane.cost() + PacketRing.costOf(packet) > bytesMax) {
      lane.remove();
      tally.refused++;
    }
    lane.add(packet, neighbor);
    resume();
  }

  /** Queues a packet in the ring of a device with shared queues, which has seen to the room. */
  void ring(byte[] packet, long neighbor) {
    depart();
    bulk.add(packet, neighbor);
    resume();
  }

  /** Bytes that wait for departure. */
  int waitingBytes() {
    depart();
    return urgent.cost() + bulk.cost();
  }

  int bulkBytes() {
    depart();
    return bulk.cost();
  }

  /** Bytes taken in the ring: what waits, and the packet that is departing. */
  int ringBytes() {
    depart();
    return bulk.cost() + (freeAt > timeline.now() ? departing : 0);
  }

  /** When the ring will have more room than now, or never as things stand. */
  long roomAt() {
    return carries() ? freeAt : NEVER;
  }

  LinkSettings settings() {
    return settings;
  }

  /** From now on the cable behaves like this; whatever has departed keeps its instant. */
  void settings(LinkSettings next) {
    settle();
    settings = next;
  }

  /** Accounts for all that has happened up to now, before something changes. */
  void settle() {
    depart();
    if (port.isUp() && port.isJoined()) {
      tally.mfm(settings.speed().mfms(), timeline.now() - settledAt);
    }
    settledAt = timeline.now();
  }

  /** Goes on, after something may have changed. */
  void resume() {
    freeAt = Math.max(freeAt, timeline.now());
    depart();
    plan();
  }

  /** The cable is gone: so is what is on it. What waits stays. */
  void drop() {
    while (!flying.isEmpty()) {
      if (flying.remove().length > FRAME_ERROR.length) {
        tally.lost++;
      }
    }
    lastArrival = 0;
  }

  /** The power is gone: so is what waits. */
  void clear() {
    tally.refused += urgent.clear() + bulk.clear();
  }

  /** The instant of the next arrival has come. */
  @Override
  public void run() {
    long now = timeline.now();
    if (now != eventAt) {
      // Planned for a cable that has been pulled since.
      return;
    }
    eventAt = NEVER;
    while (!flying.isEmpty() && flying.firstTag() <= now) {
      arrive(flying.remove());
    }
    depart();
    plan();
  }

  private boolean carries() {
    return port.drivesWire() && settings.speed().ours() > 0;
  }

  private boolean isEmpty() {
    return urgent.isEmpty() && bulk.isEmpty();
  }

  /** Lets everything depart whose instant has come. */
  private void depart() {
    while (freeAt <= timeline.now() && !isEmpty() && carries()) {
      departOne();
    }
  }

  private void departOne() {
    PacketRing lane = urgent.isEmpty() ? bulk : urgent;
    if (lane.firstTag() != port.neighborNumber()) {
      tally.stale++;
    }
    byte[] packet = lane.remove();
    LinkSettings.Speed speed = settings.speed();
    if (happens(speed.spikeChance())) {
      freeAt += upTo(speed.spikeNanosMax());
    }
    if (speed.ours() != Long.MAX_VALUE) {
      freeAt += packet.length * SECOND / speed.ours();
    }
    departing = PacketRing.costOf(packet);
    tally.sent++;
    tally.sentBytes += packet.length;
    // Settings may have become quicker, but nothing overtakes on a wire.
    lastArrival = Math.max(lastArrival, freeAt + speed.latencyNanos());
    flying.add(fated(packet), lastArrival);
  }

  /** What will arrive in place of {@code packet}. */
  private byte[] fated(byte[] packet) {
    if (!port.isHeard()) {
      tally.lost++;
      return NOTHING;
    }
    LinkSettings.Noise noise = settings.noise();
    if (happens(settings.signal().frameErrorChance())) {
      tally.lost++;
      return FRAME_ERROR;
    }
    return noise.isSilent() ? packet : disturbed(packet, noise);
  }

  private byte[] disturbed(byte[] packet, LinkSettings.Noise noise) {
    if (happens(noise.loss())) {
      tally.lost++;
      return NOTHING;
    }
    byte[] arriving = packet;
    if (happens(noise.corruption())) {
      tally.corrupted++;
      arriving = flipped(packet);
    }
    if (happens(noise.duplication())) {
      tally.duplicated++;
      late(arriving.clone(), noise);
    }
    if (happens(noise.reordering())) {
      tally.reordered++;
      late(arriving, noise);
      return NOTHING;
    }
    return arriving;
  }

  private void late(byte[] packet, LinkSettings.Noise noise) {
    timeline.at(lastArrival + 1 + upTo(noise.lateNanosMax()), new Straggler(packet));
  }

  private byte[] flipped(byte[] packet) {
    byte[] changed = packet.clone();
    int flips = 1 + chance.nextInt(3);
    for (int i = 0; i < flips; i++) {
      int bit = chance.nextInt(8 * changed.length);
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
    }
    return changed;
  }

  private void arrive(byte[] packet) {
    if (packet.length == FRAME_ERROR.length) {
      port.farEnd().frameError();
    } else if (packet.length > FRAME_ERROR.length && !port.farEnd().receive(packet)) {
      tally.lost++;
    }
  }

  private void plan() {
    long next = NEVER;
    if (!flying.isEmpty()) {
      next = flying.firstTag();
    } else if (!isEmpty() && carries()) {
      next = freeAt;
    }
    if (next < eventAt) {
      eventAt = next;
      timeline.at(next, this);
    }
  }

  private boolean happens(double probability) {
    return probability > 0 && chance.nextDouble() < probability;
  }

  private long upTo(long nanosMax) {
    return chance.nextLong(nanosMax + 1);
  }
}
