package dev.tilecast.testbed.fuzz;

import dev.tilecast.engine.core.Limits;
import dev.tilecast.testbed.check.BrokenPromiseException;
import dev.tilecast.testbed.check.Goals;
import dev.tilecast.testbed.check.Promises;
import dev.tilecast.testbed.world.Cable;
import dev.tilecast.testbed.world.Disks;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimLink;
import dev.tilecast.testbed.world.SimPort;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.Timeline;
import dev.tilecast.testbed.world.Trace;
import dev.tilecast.testbed.world.World;
import dev.tilecast.transport.Direction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One run of one plan, in two phases: while the faults last no promise may break; then they stop,
 * and everybody must get there, and fall quiet.
 */
final class Trial {
  private static final long SECOND = 1_000_000_000L;

  /**
   * From the end of all faults until everybody has everything: the longest wait that the protocol
   * knows is ten minutes (a neighbor that failed again and again), and it may meet one of another
   * kind.
   */
  static final long CONVERGED_WITHIN_NANOS = 1500 * SECOND;

  /** From there on until nothing is left to be told again. */
  private static final long CALM_NANOS = 1200 * SECOND;

  private static final long QUIET_NANOS = 600 * SECOND;
  private static final int STACK_SHOWN = 6;
  private static final long LOOK_NANOS = SECOND / 4;

  private final Plan plan;
  private final World world;
  private final Promises promises;
  private final Goals goals;

  /** Where a cable belongs that is plugged elsewhere. */
  private final Map<SimLink, SimPort> home = new HashMap<>();

  private boolean mended;
  private boolean calm;

  /**
   * What became of it.
   *
   * @param broken what did not hold
   * @param convergedNanos from the end of the faults, or -1
   * @param judged how many times a promise was judged
   * @param trace the digest of all that happened
   */
  record Outcome(
      Optional<String> broken, long convergedNanos, long events, long judged, Trace trace) {}

  private Trial(Plan plan, Trace trace) {
    this.plan = plan;
    this.world = new World(new Timeline(plan.seed(), trace), plan.topology(), plan.setting());
    this.promises = new Promises(world);
    this.goals = new Goals(world, (tile, file) -> hasNoPlace(tile, file) || hadNewer(tile, file));
    world.watch(promises);
  }

  /** Runs {@code plan}, and tells {@code trace} what happens. */
  static Outcome run(Plan plan, Trace trace) {
    return run(plan, trace, world -> {});
  }

  /** The same; {@code onlooker} is given the world before anything happens in it. */
  static Outcome run(Plan plan, Trace trace, Consumer<World> onlooker) {
    if (plan.setting().disks() instanceof Disks.Folders) {
      // Databases that nobody closes would stay in memory.
      Trial trial = new Trial(plan, trace);
      try (World world = trial.world) {
        onlooker.accept(world);
        return trial.run();
      }
    }
    Trial trial = new Trial(plan, trace);
    onlooker.accept(trial.world);
    return trial.run();
  }

  World world() {
    return world;
  }

  Plan plan() {
    return plan;
  }

  SimLink link(Cable cable) {
    return world.links().get(cable);
  }

  /** What a cable is like to which nothing is being done right now. */
  LinkSettings usual() {
    return mended ? plan.setting().links().withoutNoise() : plan.setting().links();
  }

  void plug(SimLink link) {
    if (!link.isPlugged()) {
      world.done("plug " + link, link::plug);
    }
  }

  /** What was stopped runs again; a hostile tile only until the calm. */
  void start(SimTile tile) {
    if (!calm || tile.isHonest()) {
      world.start(tile);
    }
  }

  void newDisk(SimTile tile) {
    promises.newDisk(tile);
  }

  void rotLive(SimTile tile) {
    for (SimFile file : tile.live().values()) {
      promises.rotted(tile, file.name());
      world.rotLive(tile, file.name());
    }
  }

  /** Whether its mark keeps {@code tile} from {@code file}: it lost a newer one to rot. */
  private static boolean hadNewer(SimTile tile, SimFile file) {
    SimFile held = tile.live().get(file.name());
    boolean lacks = held == null || file.version().isNewerThan(held.version());
    return lacks && tile.mark(file.name()).filter(m -> m.isNewerThan(file.version())).isPresent();
  }

  /** Whether its own bounds keep {@code tile} from taking {@code file}. */
  private static boolean hasNoPlace(SimTile tile, SimFile file) {
    Limits limits = tile.model().limits();
    boolean full =
        tile.live().size() >= limits.catalogNamesMax() && !tile.live().containsKey(file.name());
    return full || file.content().length() > limits.fileBytesMax();
  }

  /** Whether the far end of a pulled cable fits into {@code other}. */
  boolean canPlug(SimLink link, Place other) {
    Direction direction = link.b().direction();
    SimTile tile = world.tile(other);
    return !mended
        && link.isPlugged()
        && !link.a().device().name().equals(tile.toString())
        && tile.device().ports().stream().noneMatch(port -> port.direction() == direction);
  }

  void plugInto(SimLink link, Place other) {
    home.put(link, link.b());
    SimPort port = world.tile(other).openPort(link.b().direction());
    world.done("plug " + link + " into " + port, () -> link.plug(port));
  }

  /** The cable is in the port again in which it was. */
  void unplugFromElsewhere(SimLink link) {
    SimPort own = home.remove(link);
    if (own != null) {
      world.done("pull " + link, link::pull);
      world.done("plug " + link.a() + " into " + own, () -> link.plug(own));
    }
  }

  private Outcome run() {
    long converged = -1;
    Optional<String> broken;
    try {
      begin();
      world.run(plan.faultNanos());
      mend();
      long mended = world.now();
      broken = converge();
      if (broken.isEmpty()) {
        converged = world.now() - mended;
        broken = calm();
      }
    } catch (BrokenPromiseException e) {
      broken = Optional.of(e.getMessage());
    } catch (RuntimeException | AssertionError e) {
      broken = Optional.of("P6: the program failed: " + e + " at " + place(e));
    }
    return new Outcome(
        broken,
        converged,
        world.timeline().executed(),
        promises.judged(),
        world.timeline().history());
  }

  private static String place(Throwable e) {
    StackTraceElement[] stack = e.getStackTrace();
    return Arrays.stream(stack)
        .limit(STACK_SHOWN)
        .map(StackTraceElement::toString)
        .collect(Collectors.joining(" < "));
  }

  private void begin() {
    plan.models().forEach((place, model) -> world.tile(place).model(model));
    plan.hostile().forEach((place, ills) -> world.turnHostile(world.tile(place), ills));
    world.startAll();
    for (Plan.Publication p : plan.publications()) {
      world
          .timeline()
          .at(
              p.at(),
              () -> {
                SimFile made = world.mint().makeLike(p.name(), p.stamp(), p.length(), p.handle());
                SimFile file = p.sealed() ? world.mint().seal(made) : made;
                world.drop(world.tile(p.place()), file);
              });
    }
    for (Fault fault : plan.faults()) {
      world.timeline().at(fault.at(), () -> fault.happens().accept(this));
    }
  }

  /** All faults end: what was pulled is plugged, what was off is on, and links lose nothing. */
  private void mend() {
    mended = true;
    for (SimLink link : world.links().values()) {
      unplugFromElsewhere(link);
      plug(link);
      link.mend();
      link.settings(usual());
    }
    for (SimTile tile : world.tiles()) {
      world.mend(tile);
    }
  }

  private Optional<String> converge() {
    long end = world.now() + CONVERGED_WITHIN_NANOS;
    while (!goals.hasConverged() && world.now() < end) {
      world.run(LOOK_NANOS);
    }
    return goals
        .notConverged()
        .map(
            words ->
                "P5: "
                    + CONVERGED_WITHIN_NANOS / SECOND
                    + " s after the last fault had ended: "
                    + words);
  }

  /** A tile that has written since {@code before}, though it has nothing to write of. */
  private Optional<String> writes(Map<SimTile, Long> before) {
    return promises.savesByTile().entrySet().stream()
        .filter(now -> now.getValue() > before.getOrDefault(now.getKey(), 0L))
        .filter(now -> !goals.isOfferedRot(now.getKey()) && !goals.asksInVain(now.getKey()))
        .map(
            now ->
                (now.getValue() - before.getOrDefault(now.getKey(), 0L))
                    + " commits of tile "
                    + now.getKey()
                    + " while nothing was to be told; of all tiles the last "
                    + promises.lastSave())
        .findFirst();
  }

  /** Hostile tiles go, and with them whatever they keep busy. */
  private Optional<String> calm() {
    calm = true;
    world.tiles().stream().filter(tile -> !tile.isHonest()).forEach(world::cutPower);
    world.run(CALM_NANOS);
    Map<SimPort, Long> before = goals.bytesSent();
    Map<SimTile, Long> writes = promises.savesByTile();
    world.run(QUIET_NANOS);
    Optional<String> open = goals.notConverged().or(goals::transferOpen).or(() -> writes(writes));
    return open.or(() -> goals.notQuiet(before, QUIET_NANOS))
        .or(() -> plan.isUndisturbed() ? goals.duplicates() : Optional.empty())
        .map(words -> "P5: " + words);
  }
}
