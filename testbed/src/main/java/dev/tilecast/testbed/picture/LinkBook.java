package dev.tilecast.testbed.picture;

import dev.tilecast.testbed.world.SimLink;
import dev.tilecast.testbed.world.SimPort;
import dev.tilecast.testbed.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What went over each cable, read at a bounded number of instants: when there is room for no more,
 * every second one goes. A cable that is plugged in elsewhere begins a new lane.
 */
final class LinkBook {
  private static final int SAMPLES_MAX = 240;
  private static final int SAMPLES_MIN = 16;
  private static final int NUMBERS_MAX = 400_000;

  private final World world;
  private final Map<String, Integer> tiles;
  private final int samplesMax;
  private final Map<SimLink, Lane> open = new LinkedHashMap<>();
  private final Map<SimPort, Long> readBytes = new HashMap<>();
  private final List<Lane> lanes = new ArrayList<>();
  private final long[] instants;
  private int count;

  /** What a cable is at the moment. */
  enum State {
    UP,
    /** What one end or both send is lost. */
    CUT,
    PULLED
  }

  /** A cable changed at this instant. */
  record Change(long at, State state) {}

  /** Two tiles that a cable joined, and the bytes that either sent until each sample. */
  static final class Lane {
    final int a;
    final int b;
    final String toward;
    final long from;
    final long[] sentByA;
    final long[] sentByB;
    final List<Change> changes = new ArrayList<>();
    private final SimPort end;
    private long byA;
    private long byB;

    private Lane(int a, int b, String toward, long from, SimPort end, int samplesMax) {
      this.a = a;
      this.b = b;
      this.toward = toward;
      this.from = from;
      this.end = end;
      this.sentByA = new long[samplesMax];
      this.sentByB = new long[samplesMax];
    }
  }

  LinkBook(World world, Map<String, Integer> tiles) {
    this.world = world;
    this.tiles = tiles;
    int numbers = Math.max(1, 2 * world.links().size());
    // Even, so that half of them can go.
    samplesMax = Math.max(SAMPLES_MIN, Math.min(SAMPLES_MAX, NUMBERS_MAX / numbers)) & ~1;
    instants = new long[samplesMax];
  }

  /** Accounts for all that was sent so far, and for what was done to cables. */
  void look() {
    for (SimLink link : world.links().values()) {
      Lane lane = open.get(link);
      if (lane != null) {
        lane.byA += news(link.a());
        lane.byB += news(lane.end);
      }
      if (lane == null || !lane.end.equals(link.b())) {
        lane = begin(link);
      }
      State state = state(link);
      int last = lane.changes.size() - 1;
      if (last < 0 || lane.changes.get(last).state() != state) {
        lane.changes.add(new Change(world.now(), state));
      }
    }
  }

  private Lane begin(SimLink link) {
    news(link.a());
    news(link.b());
    Lane lane =
        new Lane(
            tiles.get(link.a().device().name()),
            tiles.get(link.b().device().name()),
            link.a().direction().name(),
            world.now(),
            link.b(),
            samplesMax);
    open.put(link, lane);
    lanes.add(lane);
    return lane;
  }

  /** Bytes that {@code port} has sent since they were last asked for. */
  private long news(SimPort port) {
    long sent = port.counters().bytesSent();
    Long before = readBytes.put(port, sent);
    return before == null ? sent : sent - before;
  }

  private static State state(SimLink link) {
    if (!link.isPlugged()) {
      return State.PULLED;
    }
    boolean on = link.a().device().isPowered() && link.b().device().isPowered();
    return on && !link.carriesBothWays() ? State.CUT : State.UP;
  }

  /**
   * Takes a sample of all that {@link #look} has found; true where every second one had to go, so
   * that the next should come after twice the time.
   */
  boolean sample() {
    if (count > 0 && instants[count - 1] == world.now()) {
      count--;
    }
    boolean full = count == samplesMax;
    if (full) {
      count /= 2;
      thin(instants);
      lanes.forEach(
          lane -> {
            thin(lane.sentByA);
            thin(lane.sentByB);
          });
    }
    instants[count] = world.now();
    for (Lane lane : lanes) {
      lane.sentByA[count] = lane.byA;
      lane.sentByB[count] = lane.byB;
    }
    count++;
    return full;
  }

  private void thin(long[] values) {
    for (int i = 0; i < count; i++) {
      values[i] = values[2 * i + 1];
    }
  }

  /** How many samples there are. */
  int count() {
    return count;
  }

  long instant(int sample) {
    return instants[sample];
  }

  /** Every lane, in the order in which they began. */
  List<Lane> lanes() {
    return lanes;
  }
}
