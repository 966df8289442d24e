package dev.tilecast.testbed.picture;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.Watch;
import dev.tilecast.testbed.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes down what a picture of a world shows: which tile had which version when, what tiles and
 * cables were like, what was done to them, and what went over each link. It plans nothing in the
 * world, so one that is recorded goes as one that is not.
 */
public final class Recorder implements Watch {
  private static final long MILLI = 1_000_000L;

  /** So soon the first samples of the links follow each other. */
  private static final long SAMPLE_NANOS = 100 * MILLI;

  /** Where nothing has happened for so long, samples are rare. */
  private static final long CALM_NANOS = 10_000 * MILLI;

  private static final long CALM_SAMPLE_NANOS = 60_000 * MILLI;

  private final World world;
  private final Map<String, Integer> tiles = new LinkedHashMap<>();
  private final List<SimTile> byIndex;
  private final List<Condition> conditions = new ArrayList<>();
  private final List<SimFile> versions = new ArrayList<>();
  private final Map<Bytes, Integer> versionById = new LinkedHashMap<>();
  private final List<Map<Name, Integer>> held = new ArrayList<>();
  private final Set<Integer> frozen = new LinkedHashSet<>();
  private final LinkBook links;

  final List<Change> changes = new ArrayList<>();
  final List<StateChange> states = new ArrayList<>();
  final List<Event> events = new ArrayList<>();

  private long sampleNanos = SAMPLE_NANOS;
  private long sampleAt;
  private long lastNewsAt;
  private boolean disturbed = true;

  /** What a tile is at the moment. */
  enum Condition {
    OFF,
    RUNNING,
    FROZEN,
    HOSTILE
  }

  /** From {@code at} on a tile's name has this version, or none where that is -1. */
  record Change(long at, int tile, Name name, int version) {}

  /** From {@code at} on a tile is like this. */
  record StateChange(long at, int tile, Condition condition) {}

  /** Something to be told at one instant. */
  record Event(long at, Kind kind, String words) {
    enum Kind {
      PUBLICATION,
      VERDICT,
      FAULT,
      STOP
    }
  }

  /** Records {@code world} from now on; nothing should have happened in it yet. */
  public Recorder(World world) {
    this.world = requireNonNull(world);
    this.byIndex = List.copyOf(world.tiles());
    for (SimTile tile : byIndex) {
      tiles.put(tile.toString(), tiles.size());
      conditions.add(Condition.OFF);
      held.add(new TreeMap<>());
    }
    this.links = new LinkBook(world, tiles);
    look();
    world.watch(this);
  }

  World world() {
    return world;
  }

  List<SimTile> tiles() {
    return byIndex;
  }

  /** Every version that was live anywhere, in the order in which they first were. */
  List<SimFile> versions() {
    return versions;
  }

  LinkBook links() {
    return links;
  }

  /** When something last happened that a picture shows, but for bytes on links. */
  long lastNewsAt() {
    return lastNewsAt;
  }

  /** Reads what has not been read yet, at the end of the run. */
  void end() {
    byIndex.forEach(this::see);
    sample();
  }

  @Override
  public void started(SimTile tile) {
    look();
    see(tile);
    int index = index(tile);
    Map<Name, SimFile> found = tile.live();
    for (Name name : List.copyOf(held.get(index).keySet())) {
      if (!found.containsKey(name)) {
        changed(index, name, -1);
      }
    }
    found.values().forEach(file -> changed(index, file.name(), version(file)));
  }

  @Override
  public void stopped(SimTile tile, String why) {
    look();
    see(tile);
    event(Event.Kind.STOP, "stopped " + tile + ": " + why);
  }

  @Override
  public void wentLive(SimTile tile, SimFile file, Bytes content) {
    look();
    changed(index(tile), file.name(), version(file));
  }

  @Override
  public void answered(SimTile tile, SimFile file, Verdict verdict) {
    look();
    event(Event.Kind.VERDICT, "verdict " + tile + " " + file.version() + ": " + words(verdict));
  }

  @Override
  public void turned(SimTile tile) {
    look();
  }

  @Override
  public void fault(String words) {
    look();
    boolean publication = words.startsWith("drop ");
    event(publication ? Event.Kind.PUBLICATION : Event.Kind.FAULT, words);
    // It is told before it happens; what it has changed is seen at the next call.
    disturbed = true;
  }

  private static String words(Verdict verdict) {
    if (verdict instanceof Verdict.Live) {
      return "live";
    } else if (verdict instanceof Verdict.AlreadyLive) {
      return "already live";
    } else if (verdict instanceof Verdict.Mended) {
      return "live again";
    } else if (verdict instanceof Verdict.Refused refused) {
      return "refused, " + refused.refusal().text();
    }
    throw new AssertionError(verdict);
  }

  private void event(Event.Kind kind, String words) {
    events.add(new Event(world.now(), kind, words));
    lastNewsAt = world.now();
  }

  private void changed(int tile, Name name, int version) {
    Integer before = version < 0 ? held.get(tile).remove(name) : held.get(tile).put(name, version);
    if (before == null ? version >= 0 : before != version) {
      changes.add(new Change(world.now(), tile, name, version));
      lastNewsAt = world.now();
    }
  }

  private int version(SimFile file) {
    return versionById.computeIfAbsent(
        file.id(),
        id -> {
          versions.add(file);
          return versions.size() - 1;
        });
  }

  private int index(SimTile tile) {
    return tiles.get(tile.toString());
  }

  private void look() {
    if (disturbed) {
      disturbed = false;
      byIndex.forEach(this::see);
      links.look();
    } else if (!frozen.isEmpty()) {
      List.copyOf(frozen).forEach(index -> see(byIndex.get(index)));
    }
    if (world.now() >= sampleAt) {
      sample();
    }
  }

  private void see(SimTile tile) {
    int index = index(tile);
    Condition now = condition(tile);
    if (now == conditions.set(index, now)) {
      return;
    }
    states.add(new StateChange(world.now(), index, now));
    lastNewsAt = world.now();
    if (now == Condition.FROZEN) {
      frozen.add(index);
    } else {
      frozen.remove(index);
    }
  }

  private static Condition condition(SimTile tile) {
    if (!tile.isRunning()) {
      return Condition.OFF;
    }
    if (tile.isFrozen()) {
      return Condition.FROZEN;
    }
    return tile.isHonest() ? Condition.RUNNING : Condition.HOSTILE;
  }

  private void sample() {
    links.look();
    if (links.sample()) {
      sampleNanos *= 2;
    }
    boolean calm = world.now() - lastNewsAt > CALM_NANOS;
    sampleAt = world.now() + (calm ? Math.max(sampleNanos, CALM_SAMPLE_NANOS) : sampleNanos);
  }
}
