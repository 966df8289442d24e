package dev.tilecast.testbed.bench;

import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.check.Goals;
import dev.tilecast.testbed.check.Promises;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimPort;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Timeline;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.Watch;
import dev.tilecast.testbed.world.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What links carry, and disks write, where there is nothing left to tell: a small grid in which
 * every tile has the same files, ten minutes after the last of them went live.
 */
final class QuietBench implements Bench {
  private static final long MINUTE = 60 * 1_000_000_000L;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int SIDE = 3;
  private static final int FILES = 20;
  private static final int FILE_BYTES = 8 << 10;
  private static final long CALM_NANOS = 10 * MINUTE;

  /** Counts commits; a tile that pulls nothing writes nothing without one. */
  private static final class Writes implements Watch {
    private long count;

    @Override
    public void saved(SimTile tile, List<Save> saves) {
      count++;
    }
  }

  @Override
  public void run(Consumer<Figure> figures) throws ExpectationException {
    World.Setting setting =
        new World.Setting(LinkSettings.T2, DeviceSettings.INDEPENDENT, TileModel.QUICK);
    World world = new World(new Timeline(1), Topology.brick(SIDE, SIDE), setting);
    Writes writes = new Writes();
    world.watch(new Promises(world));
    world.watch(writes);
    world.startAll();
    SimTile corner = world.tile(new Place(0, 0));
    for (int i = 0; i < FILES; i++) {
      Name name = new Name("file-" + i + ".mfz");
      world.drop(corner, world.mint().make(name, 100, FILE_BYTES, TileModel.SIGNER));
    }
    if (!world.runUntil(() -> allHold(world), CALM_NANOS)) {
      throw new ExpectationException("the files did not spread within ten minutes");
    }
    double first = busiest(world, CALM_NANOS);
    long before = writes.count;
    double second = busiest(world, CALM_NANOS);
    Optional<String> open = new Goals(world, (tile, file) -> false).transferOpen();
    if (open.isPresent()) {
      throw new ExpectationException("this grid is not quiet: " + open.get());
    }
    figures.accept(Figure.told("quiet.first-minutes", first, "bytes/s"));
    figures.accept(
        Figure.atMost(Goals.QUIET_BYTES_PER_SECOND, "quiet.link", second, "bytes/s").bound(0));
    figures.accept(
        Figure.atMost(0, "quiet.writes", (double) (writes.count - before), "commits").bound(0));
  }

  private static boolean allHold(World world) {
    return world.tiles().stream().allMatch(tile -> tile.live().size() == FILES);
  }

  /** What the busiest end of a link sends in the next so many nanoseconds, in bytes a second. */
  private static double busiest(World world, long nanos) {
    Goals goals = new Goals(world, (tile, file) -> false);
    Map<SimPort, Long> before = goals.bytesSent();
    world.run(nanos);
    double most = 0;
    for (Map.Entry<SimPort, Long> sent : goals.bytesSent().entrySet()) {
      most = Math.max(most, (double) (sent.getValue() - before.get(sent.getKey())));
    }
    return most * NANOS_PER_SECOND / nanos;
  }
}
