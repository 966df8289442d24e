package dev.tilecast.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.check.Promises;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderWorldTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long STAMP = 1_700_000_000L;
  private static final Name NAME = new Name("demo.mfz");

  @TempDir Path folder;

  private static boolean allHold(World world, SimFile file) {
    return world.tiles().stream().allMatch(tile -> file.equals(tile.live().get(file.name())));
  }

  private World world(Topology topology, String name, long seed) {
    World.Setting setting = World.Setting.PERFECT.on(new Disks.Folders(folder.resolve(name)));
    World world = new World(new Timeline(seed), topology, setting);
    world.watch(new Promises(world));
    world.startAll();
    return world;
  }

  @Test
  void aDroppedFileReachesEveryTileOfALine() throws Exception {
    try (World world = world(Topology.line(3), "line", 1)) {
      SimFile file = world.mint().make(NAME, STAMP, 60_000, TileModel.SIGNER);

      world.drop(world.tile(new Place(0, 0)), file);

      assertThat(world.runUntil(() -> allHold(world, file), 60 * SECOND))
          .as(world.diaries())
          .isTrue();
      assertThat(folder.resolve("line/tile-2-0/live/demo.mfz"))
          .hasBinaryContent(file.content().toArray());
      assertThat(Files.exists(folder.resolve("line/tile-0-0/inbox/demo.mfz"))).isFalse();
    }
  }
}
