package dev.tilecast.testbed.bench;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.check.Promises;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimLink;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Timeline;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.Watch;
import dev.tilecast.testbed.world.World;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * How many packets two tiles need to find the one name in which they differ: both have many, the
 * cable was out while one of them got a newer version, and both have started anew, so that neither
 * knows what the other has.
 */
final class ReconcileBench implements Bench {
  private static final long SECOND = 1_000_000_000L;
  private static final int SERVICE = 8;
  private static final int NAMES = 1000;
  private static final int FILE_BYTES = 100;
  private static final double PACKETS_MAX = 5;
  private static final long PATIENCE_NANOS = 3600 * SECOND;

  /** In half of them the one tile has what is newer, in half the other; boot ids are drawn. */
  private static final int SEEDS = 20;

  /** Counts what each tile says until the newer version is told. */
  private static final class Talk implements Watch {
    private final SimFile newer;
    private final Map<Place, Integer> packets = new TreeMap<>();
    private final Map<Place, Integer> bytes = new TreeMap<>();
    private int foundAfter = -1;
    private boolean told;

    Talk(SimFile newer) {
      this.newer = newer;
    }

    @Override
    public void sent(SimTile tile, Direction to, Message message) {
      if (told) {
        return;
      }
      packets.merge(tile.place(), 1, Integer::sum);
      bytes.merge(tile.place(), Codec.encode(message, to, SERVICE).length, Integer::sum);
      if (message instanceof Message.Advertisement ad && ad.name().equals(newer.name())) {
        foundAfter = foundAfter < 0 ? most(packets) : foundAfter;
        told = ad.stamp() == newer.version().stamp();
      }
    }

    private static int most(Map<Place, Integer> of) {
      return of.values().stream().mapToInt(count -> count).max().orElse(0);
    }
  }

  @Override
  public void run(Consumer<Figure> figures) throws ExpectationException {
    int found = 0;
    int told = 0;
    int bytes = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      Talk talk = meet(seed);
      found = Math.max(found, talk.foundAfter);
      told = Math.max(told, Talk.most(talk.packets));
      bytes = Math.max(bytes, Talk.most(talk.bytes));
    }
    figures.accept(Figure.atMost(PACKETS_MAX, "reconcile.found", found, "packets"));
    figures.accept(Figure.atMost(PACKETS_MAX, "reconcile.told", told, "packets"));
    figures.accept(Figure.told("reconcile.bytes", bytes, "bytes"));
  }

  private static Talk meet(int seed) throws ExpectationException {
    World.Setting setting =
        new World.Setting(LinkSettings.T2, DeviceSettings.INDEPENDENT, TileModel.QUICK);
    World world = new World(new Timeline(seed), Topology.line(2), setting);
    world.watch(new Promises(world));
    SimLink link = world.links().values().iterator().next();
    link.pull();
    world.startAll();
    SimFile one = world.mint().make(new Name("name-0.mfz"), 100, FILE_BYTES, TileModel.SIGNER);
    List<SimTile> tiles = List.copyOf(world.tiles());
    for (int i = 0; i < NAMES; i++) {
      Name name = new Name("name-" + i + ".mfz");
      SimFile file = i == 0 ? one : world.mint().make(name, 100, FILE_BYTES, TileModel.SIGNER);
      tiles.forEach(tile -> world.drop(tile, file));
    }
    await(world, () -> tiles.stream().allMatch(tile -> tile.live().size() == NAMES));
    SimFile newer = world.mint().next(one, 102, 1);
    SimTile ahead = tiles.get(seed % 2);
    world.drop(ahead, newer);
    await(world, () -> newer.equals(ahead.live().get(newer.name())));
    tiles.forEach(world::kill);
    tiles.forEach(world::start);
    Talk talk = new Talk(newer);
    world.watch(talk);
    world.run(SECOND);
    link.plug();
    await(world, () -> talk.told);
    return talk;
  }

  private static void await(World world, BooleanSupplier goal) throws ExpectationException {
    if (!world.runUntil(goal, PATIENCE_NANOS)) {
      throw new ExpectationException("two tiles with 1000 names did not agree within an hour");
    }
  }
}
