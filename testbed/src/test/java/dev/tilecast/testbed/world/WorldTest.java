package dev.tilecast.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.check.Promises;
import org.junit.jupiter.api.Test;

final class WorldTest {
  private static final long SECOND = 1_000_000_000L;

  private static boolean allHold(World world, SimFile file) {
    return world.tiles().stream().allMatch(tile -> file.equals(tile.live().get(file.name())));
  }

  @Test
  void aDroppedFileReachesEveryTile() {
    World world = new World(new Timeline(1), Topology.brick(5, 5), World.Setting.PERFECT);
    world.watch(new Promises(world));
    world.startAll();
    SimFile file = world.mint().make(new Name("demo.mfz"), 100, 60_000, TileModel.SIGNER);

    world.drop(world.tile(new Place(0, 0)), file);

    assertThat(world.runUntil(() -> allHold(world, file), 60 * SECOND)).isTrue();
  }

  @Test
  void aTileWhosePowerGoesAsItsDeviceIsOpenedAnewIsOff() {
    World world = new World(new Timeline(1), Topology.brick(2, 1), World.Setting.PERFECT);
    world.watch(new Promises(world));
    world.startAll();
    world.runUntil(() -> false, 5 * SECOND);
    SimTile tile = world.tile(new Place(0, 0));

    world.cutPowerAt(tile, CutPoint.BEFORE_COMMIT);
    world.reopen(tile);
    world.runUntil(() -> false, SECOND);

    assertThat(tile.isRunning()).isFalse();
  }
}
