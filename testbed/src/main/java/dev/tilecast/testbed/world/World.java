package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A simulated grid: tiles, the links between them, and everything that can be done to them, in one
 * thread and virtual time. All chance comes from one seed, so one seed is one world.
 */
public final class World implements AutoCloseable {
  /** The time of day at instant 0, unless a tile's clock is set otherwise. */
  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final Timeline timeline;
  private final Mint mint;
  private final Topology topology;
  private final Map<Place, SimTile> tiles = new LinkedHashMap<>();
  private final Map<Cable, SimLink> links = new LinkedHashMap<>();
  private final Map<Place, SplittableRandom> chances = new LinkedHashMap<>();
  private final List<Watch> watches = new ArrayList<>();

  /**
   * What the parts of a world are like, until something else is said of one of them.
   *
   * @param links every cable
   * @param device the link device of every tile
   * @param tile every tile
   * @param disks what the tiles keep their files on
   */
  public record Setting(LinkSettings links, DeviceSettings device, TileModel tile, Disks disks) {
    /** Perfect links of unbounded speed, and quick tiles on simulated disks. */
    public static final Setting PERFECT =
        new Setting(LinkSettings.PERFECT, DeviceSettings.INDEPENDENT, TileModel.QUICK);

    /** With simulated disks. */
    public Setting(LinkSettings links, DeviceSettings device, TileModel tile) {
      this(links, device, tile, Disks.SIMULATED);
    }

    /** The same on other disks. */
    public Setting on(Disks other) {
      return new Setting(links, device, tile, other);
    }
  }

  /** A world of tiles that do not run yet, joined as {@code topology} says. */
  public World(Timeline timeline, Topology topology, Setting setting) {
    this.timeline = requireNonNull(timeline);
    this.topology = requireNonNull(topology);
    Function<Place, TileDisk> disks;
    if (setting.disks() instanceof Disks.Folders folders) {
      KeyPress press = new KeyPress(folders.root().resolve("press"));
      this.mint = new Mint(timeline.fork("mint"), press);
      disks = place -> new TileFolder(folders.home(place), mint, press);
    } else {
      this.mint = new Mint(timeline.fork("mint"));
      disks = place -> new SimDisk();
    }
    for (Place place : topology.places()) {
      TileDisk disk = disks.apply(place);
      tiles.put(place, new SimTile(this, place, setting.tile(), setting.device(), disk));
      chances.put(place, timeline.fork("tile " + place));
    }
    for (Cable cable : topology.cables()) {
      join(cable, setting.links());
    }
  }

  /** Lays a cable between two places whose directions are free, with ends of its own. */
  public SimLink join(Cable cable, LinkSettings settings) {
    SimPort a = tile(cable.a()).port(cable.toward());
    SimPort b = tile(cable.b()).port(cable.toward().opposite());
    SimLink link = SimLink.connect(timeline, a, b, settings);
    links.put(cable, link);
    return link;
  }

  public void watch(Watch watch) {
    watches.add(requireNonNull(watch));
  }

  List<Watch> watches() {
    return watches;
  }

  public Timeline timeline() {
    return timeline;
  }

  /** Nanoseconds since the world began. */
  public long now() {
    return timeline.now();
  }

  public Mint mint() {
    return mint;
  }

  public Topology topology() {
    return topology;
  }

  SplittableRandom fork(String purpose) {
    return timeline.fork(purpose);
  }

  SplittableRandom chanceOf(SimTile tile) {
    return chances.get(tile.place());
  }

  void trace(String kind, String who, long value) {
    timeline.trace(kind, who, value);
  }

  /** Every tile, row by row. */
  public Collection<SimTile> tiles() {
    return Collections.unmodifiableCollection(tiles.values());
  }

  /**
   * The tile at {@code place}.
   *
   * @throws IllegalArgumentException where there is none
   */
  public SimTile tile(Place place) {
    SimTile tile = tiles.get(place);
    if (tile == null) {
      throw new IllegalArgumentException("there is no tile at " + place);
    }
    return tile;
  }

  /** Every link by its cable. */
  public Map<Cable, SimLink> links() {
    return Collections.unmodifiableMap(links);
  }

  /** The link between two places, in whatever direction. */
  public Optional<SimLink> link(Place one, Place other) {
    for (Map.Entry<Cable, SimLink> entry : links.entrySet()) {
      Cable cable = entry.getKey();
      if ((cable.a().equals(one) && cable.b().equals(other))
          || (cable.a().equals(other) && cable.b().equals(one))) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }

  /** Starts every tile that does not run. */
  public void startAll() {
    tiles.values().forEach(SimTile::start);
  }

  /** Runs until {@code goal} holds; false where it does not within {@code span} nanoseconds. */
  public boolean runUntil(BooleanSupplier goal, long span) {
    long end = now() + span;
    while (!goal.getAsBoolean()) {
      if (timeline.nextAt() > end) {
        run(end - now());
        return goal.getAsBoolean();
      }
      telling(timeline::step);
    }
    return true;
  }

  /** Runs for {@code span} nanoseconds. */
  public void run(long span) {
    telling(() -> timeline.runUntil(now() + span));
  }

  /** Whoever reads why a run has failed is told what its tiles told people. */
  private void telling(Runnable what) {
    try {
      what.run();
    } catch (RuntimeException | Error e) {
      String diaries = diaries();
      if (!diaries.isEmpty()) {
        e.addSuppressed(new DiaryException(diaries));
      }
      throw e;
    }
  }

  /** What tiles on folders have told people so far; empty where there are none. */
  public String diaries() {
    StringBuilder all = new StringBuilder();
    for (SimTile tile : tiles.values()) {
      tile.disk().diary().lines().forEach(l -> all.append(tile).append(' ').append(l).append('\n'));
    }
    return all.toString();
  }

  /** Ends every tile, so that files and databases are closed; nobody is told. */
  @Override
  public void close() {
    tiles.values().forEach(SimTile::end);
  }

  private void fault(String words) {
    trace("fault", words, 0);
    watches.forEach(watch -> watch.fault(words));
  }

  /** Somebody drops {@code file} into the inbox of {@code tile}. */
  public void drop(SimTile tile, SimFile file) {
    fault("drop " + tile + " " + file.version());
    tile.drop(file);
  }

  /** The power of {@code tile} goes; it stays off until it is started. */
  public void cutPower(SimTile tile) {
    fault("cut-power " + tile);
    tile.cutPower("power cut");
  }

  /** The power of {@code tile} goes when its work next is at {@code point}. */
  public void cutPowerAt(SimTile tile, CutPoint point) {
    fault("cut-power " + tile + " " + point.words());
    tile.arm(point);
  }

  /** The process on {@code tile} is killed; its disk is as it is. */
  public void kill(SimTile tile) {
    fault("kill " + tile);
    tile.stop("killed");
  }

  public void start(SimTile tile) {
    fault("start " + tile);
    tile.start();
  }

  /** {@code tile} does nothing at all for a while; packets wait for it, as far as there is room. */
  public void freeze(SimTile tile, long nanos) {
    fault("freeze " + tile);
    tile.freeze();
    timeline.after(nanos, tile::thaw);
  }

  /**
   * The program of service 1 on {@code tile}, which begins now if it has none, has this counter.
   */
  public void counter(SimTile tile, long value) {
    fault("counter " + tile + " " + value);
    tile.counter(value);
  }

  /** {@code tile} loses its links and has them again at once; its neighbors notice nothing. */
  public void reopen(SimTile tile) {
    fault("reopen " + tile);
    tile.reopen();
  }

  /** The database of {@code tile}, which must not run, is gone. */
  public void loseStore(SimTile tile) {
    fault("lose-store " + tile);
    requireStopped(tile);
    tile.disk().loseStore();
  }

  /** {@code tile}, which must not run, gets a new disk. */
  public void newDisk(SimTile tile) {
    fault("new-disk " + tile);
    requireStopped(tile);
    tile.newDisk();
  }

  /** The disk of {@code tile} is full from now on, or no more. */
  public void fillDisk(SimTile tile, boolean full) {
    fault((full ? "fill-disk " : "empty-disk ") + tile);
    tile.disk().full(full);
  }

  /** The disk of {@code tile} has room for so many bytes in all. */
  public void diskCapacity(SimTile tile, long bytes) {
    fault("disk " + tile + " " + bytes);
    tile.disk().capacity(bytes);
  }

  /** A bit of every staging file of {@code tile} turns over. */
  public void rotStaging(SimTile tile) {
    fault("rot-staging " + tile);
    Set<Bytes> rotten = tile.disk().rotStaging(chanceOf(tile));
    watches.forEach(watch -> watch.stagingRotted(tile, rotten));
  }

  /** Somebody deletes every staging file of {@code tile}. */
  public void deleteStaging(SimTile tile) {
    fault("delete-staging " + tile);
    tile.disk().deleteStaging();
  }

  /** A bit of a live file of {@code tile} turns over; false where it has no such file. */
  public boolean rotLive(SimTile tile, Name name) {
    fault("rot-live " + tile + " " + name);
    return tile.disk().rotLive(name, chanceOf(tile));
  }

  /** Somebody deletes a live file of {@code tile}; false where it has no such file. */
  public boolean deleteLive(SimTile tile, Name name) {
    fault("delete-live " + tile + " " + name);
    return tile.disk().deleteLive(name);
  }

  /** The keys and rules of {@code tile} are these from now on. */
  public void trust(SimTile tile, Trust trust) {
    fault("trust " + tile + " " + trust.byHandle());
    tile.trust(trust);
  }

  /** The clock of {@code tile} says {@code time} from now on. */
  public void setClock(SimTile tile, Instant time) {
    fault("clock " + tile + " " + time);
    tile.clock(time);
  }

  /** The disk of {@code copy} was made as an image of {@code tile}'s: they have the same id. */
  public void copyId(SimTile tile, SimTile copy) {
    fault("copy-id " + tile + " " + copy);
    copy.idOf(tile);
  }

  /** Something is done to a cable, in words of a scenario. */
  public void done(String words, Runnable deed) {
    fault(words);
    deed.run();
  }

  /** From its next start on {@code tile} means ill. */
  public void turnHostile(SimTile tile, Set<Ill> ills) {
    fault("hostile " + tile + " " + ills);
    Set<Ill> all = EnumSet.copyOf(ills);
    tile.runs(running -> new Hostile(running, all));
  }

  /** Whatever was done to {@code tile} is over: it is on, awake, and has a disk with room. */
  public void mend(SimTile tile) {
    fault("mend " + tile);
    tile.disk().full(false);
    tile.disarm();
    tile.thaw();
    tile.start();
  }

  private static void requireStopped(SimTile tile) {
    if (tile.isRunning()) {
      throw new IllegalStateException("tile " + tile + " runs");
    }
  }

  /** The other end of a tile's direction, where a cable is. */
  public Optional<SimTile> neighbor(SimTile tile, Direction direction) {
    return Optional.ofNullable(topology.neighbors(tile.place()).get(direction)).map(this::tile);
  }
}
