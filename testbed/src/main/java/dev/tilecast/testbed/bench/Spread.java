package dev.tilecast.testbed.bench;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.testbed.check.Promises;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.Timeline;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.Watch;
import dev.tilecast.testbed.world.World;
import java.util.function.Function;

/**
 * One file on its way from the place 0,0 to every other one, while all promises are judged. It is
 * good for one run.
 */
final class Spread implements Watch {
  /** Where it is dropped: a corner of every topology that the benches have. */
  static final Place START = new Place(0, 0);

  private static final long PATIENCE_NANOS = 3600 * 1_000_000_000L;
  private static final double NANOS_PER_SECOND = 1e9;

  private final World world;
  private int live;
  private long firstAt;
  private long lastAt;

  Spread(Topology topology, World.Setting setting, long seed) {
    world = new World(new Timeline(seed), topology, setting);
    world.watch(new Promises(world));
    world.watch(this);
  }

  World world() {
    return world;
  }

  @Override
  public void wentLive(SimTile tile, SimFile file, Bytes content) {
    if (live == 0) {
      firstAt = world.now();
    }
    live++;
    lastAt = world.now();
  }

  /**
   * Drops what {@code maker} makes, and runs until it is live everywhere.
   *
   * @return the seconds of the world from its being live on the first tile until it is on the last
   */
  double run(Function<World, SimFile> maker) throws ExpectationException {
    world.startAll();
    world.drop(world.tile(START), maker.apply(world));
    int tiles = world.tiles().size();
    if (!world.runUntil(() -> live == tiles, PATIENCE_NANOS)) {
      throw new ExpectationException(
          "the file is live on " + live + " of " + tiles + " tiles after an hour of virtual time");
    }
    return (lastAt - firstAt) / NANOS_PER_SECOND;
  }
}
