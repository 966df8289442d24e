package dev.tilecast.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.check.Promises;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Worlds whose tiles are the daemon's own, on real files. */
final class FolderWorldTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long STAMP = 1_700_000_000L;
  private static final Name NAME = new Name("demo.mfz");

  @TempDir Path folder;
  private Promises promises;

  private static boolean allHold(World world, SimFile file) {
    return world.tiles().stream().allMatch(tile -> file.equals(tile.live().get(file.name())));
  }

  private static void untilAllHold(World world, SimFile file) {
    assertThat(world.runUntil(() -> allHold(world, file), 300 * SECOND))
        .as(world.diaries())
        .isTrue();
  }

  private World world(Topology topology, String name, Trace trace) {
    World.Setting setting =
        new World.Setting(
            LinkSettings.T2,
            DeviceSettings.INDEPENDENT,
            TileModel.QUICK,
            new Disks.Folders(folder.resolve(name)));
    World world = new World(new Timeline(5, trace), topology, setting);
    promises = new Promises(world);
    world.watch(promises);
    world.startAll();
    return world;
  }

  @Test
  void aDroppedFileReachesEveryTileOfALineByteForByte() throws IOException {
    try (World world = world(Topology.line(3), "line", Trace.digestOnly())) {
      SimFile file = world.mint().make(NAME, STAMP, 40_000, TileModel.SIGNER);

      world.drop(world.tile(new Place(0, 0)), file);
      untilAllHold(world, file);
      world.run(SECOND);

      for (int x = 0; x < 3; x++) {
        assertThat(folder.resolve("line/tile-" + x + "-0/live/demo.mfz"))
            .hasBinaryContent(file.content().toArray());
      }
      assertThat(folder.resolve("line/tile-0-0/inbox")).isEmptyDirectory();
      assertThat(folder.resolve("line/tile-2-0/staging")).isEmptyDirectory();
    }
  }

  @Test
  void aSealedFileStreamsAlongALineAndItsSealStaysBesideIt() throws IOException {
    try (World world = world(Topology.line(4), "line", Trace.digestOnly())) {
      SimFile file = world.mint().seal(world.mint().make(NAME, STAMP, 200_000, TileModel.SIGNER));
      SimTile last = world.tile(new Place(3, 0));

      world.drop(world.tile(new Place(0, 0)), file);
      boolean streams =
          world.runUntil(
              () ->
                  last.report().stream()
                          .flatMap(report -> report.transfers().stream())
                          .anyMatch(transfer -> transfer.verifiedBytes() > 0)
                      && world.tile(new Place(1, 0)).live().isEmpty(),
              60 * SECOND);
      assertThat(streams).as(world.diaries()).isTrue();
      untilAllHold(world, file);
      world.run(SECOND);

      for (int x = 0; x < 4; x++) {
        assertThat(folder.resolve("line/tile-" + x + "-0/live/demo.mfz.seal")).exists();
      }
      assertThat(folder.resolve("line/tile-0-0/inbox")).isEmptyDirectory();
      world.kill(last);
      world.start(last);
      world.run(SECOND);
      assertThat(last.report().orElseThrow().live().get(0).entry().sealed()).isTrue();
    }
  }

  @Test
  void whatATrueSignatureStandsOverIsReadWholeBeforeItGoesLive() {
    try (World world = world(Topology.line(2), "line", Trace.digestOnly())) {
      SimTile tile = world.tile(new Place(1, 0));
      world.mint().make(NAME, STAMP, 20_000, TileModel.SIGNER);
      SimTile poisoner = world.tile(new Place(0, 0));
      world.kill(poisoner);
      world.turnHostile(poisoner, EnumSet.of(Ill.POISONS));
      world.start(poisoner);

      world.run(120 * SECOND);

      assertThat(tile.live()).isEmpty();
      assertThat(tile.report().orElseThrow().counters().get("transfers_failed")).isPositive();
    }
  }

  /** A version, a newer one with a tile killed on its way, a database deleted meanwhile. */
  private Trace troubledBrick(String name) {
    Trace trace = Trace.recording(0, 100_000);
    try (World world = world(Topology.brick(2, 3), name, trace)) {
      SimFile old = world.mint().make(NAME, STAMP, 30_000, TileModel.SIGNER);
      SimTile first = world.tile(new Place(0, 0));
      SimTile killed = world.tile(new Place(1, 1));
      SimTile last = world.tile(new Place(1, 2));
      world.drop(first, old);
      untilAllHold(world, old);

      world.kill(last);
      world.loseStore(last);
      SimFile file = world.mint().next(old, STAMP + 2, 0.5);
      world.drop(first, file);
      boolean pulling =
          world.runUntil(
              () ->
                  killed.report().stream()
                      .flatMap(report -> report.transfers().stream())
                      .anyMatch(transfer -> transfer.verifiedBytes() > 10_000),
              60 * SECOND);
      assertThat(pulling).as(world.diaries()).isTrue();
      world.kill(killed);
      world.run(2 * SECOND);
      world.start(killed);
      world.start(last);
      untilAllHold(world, file);

      assertThat(last.diary()).contains("was checked afresh");
      assertThat(killed.diary()).contains("going on from what was kept");
      return trace;
    }
  }

  @Test
  void aBrickWithAKilledTileAndALostDatabaseConvergesAndASeedGivesOneTrace() {
    Trace one = troubledBrick("one");
    Trace other = troubledBrick("other");

    assertThat(Trace.firstDifference(one, other)).isEqualTo(Optional.empty());
    assertThat(one.digest()).isEqualTo(other.digest());
    assertThat(one.count()).isGreaterThan(1000).isEqualTo(other.count());
  }

  @Test
  void aTileOnAFolderGetsANewDiskAndAnotherClock() throws IOException {
    try (World world = world(Topology.line(2), "line", Trace.digestOnly())) {
      SimTile tile = world.tile(new Place(1, 0));
      SimFile file = world.mint().make(NAME, STAMP, 5_000, TileModel.SIGNER);
      world.drop(world.tile(new Place(0, 0)), file);
      untilAllHold(world, file);

      world.kill(tile);
      world.newDisk(tile);
      assertThat(tile.live()).isEmpty();
      world.setClock(tile, Instant.parse("1970-01-01T00:00:00Z"));
      promises.newDisk(tile);
      world.start(tile);
      untilAllHold(world, file);

      assertThat(tile.diary()).contains("1970-01-01T00:0");
      assertThat(Files.exists(folder.resolve("line/tile-1-0/live/demo.mfz"))).isTrue();
      assertThat(folder.resolve("line/tile-1-0-disk-2/live/demo.mfz"))
          .hasBinaryContent(file.content().toArray());
    }
  }

  @Test
  void whoReadsWhyARunFailedIsToldWhatItsTilesTold() {
    try (World world = world(Topology.line(2), "line", Trace.digestOnly())) {
      world
          .timeline()
          .after(
              SECOND,
              () -> {
                throw new IllegalStateException("on purpose");
              });

      assertThatThrownBy(() -> world.run(2 * SECOND))
          .hasMessage("on purpose")
          .satisfies(
              failure ->
                  assertThat(failure.getSuppressed()[0])
                      .hasMessageContaining("0,0 2026-01-01T00:00:00Z started"));
    }
  }

  @Test
  void theKeyOfAHandleIsTheSameInEveryWorld() {
    KeyPress one = new KeyPress(folder.resolve("one"));
    KeyPress other = new KeyPress(folder.resolve("other"));
    byte[] content = {1, 2, 3};

    Bytes file = one.press(NAME, STAMP, content, TileModel.SIGNER).content();

    assertThat(other.press(NAME, STAMP, content, TileModel.SIGNER).content()).isEqualTo(file);
    assertThat(one.fingerprint(TileModel.SIGNER)).isNotEqualTo(one.fingerprint("beta"));
    assertThatThrownBy(() -> one.press(NAME, STAMP + 1, content, TileModel.SIGNER))
        .hasMessageContaining("odd");
  }

  @Test
  void whatCannotBeDoneToTheDiskOfThisMachineIsSaid() {
    try (World world = world(Topology.line(2), "line", Trace.digestOnly())) {
      SimTile tile = world.tile(new Place(0, 0));

      assertThatThrownBy(() -> world.fillDisk(tile, true)).hasMessageContaining("tile-0-0");
      for (CutPoint point : List.of(CutPoint.AFTER_ARCHIVE, CutPoint.AFTER_RENAME)) {
        assertThatThrownBy(() -> world.cutPowerAt(tile, point)).hasMessageContaining(point.words());
      }
    }
  }
}
