package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tilecast.engine.core.Presence;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.testbed.process.DeviceRow;
import dev.tilecast.testbed.process.DeviceStandIn;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.SignedFile;
import dev.tilecast.transport.Direction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real daemons on packet devices that are played: three tiles in a line, as slow as real ones. */
@Timeout(180)
final class PacketDeviceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int FILE_BYTES = 60_000;
  private static final Handle SIGNER = new Handle("alpha");

  @TempDir private Path folder;
  private KeyFolder keys;

  @BeforeEach
  void makeKey() throws Exception {
    Optional<String> obstacle = DeviceStandIn.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    keys = new KeyFolder(folder.resolve("maker"));
    keys.generate(SIGNER, 2048);
  }

  @Test
  void threeTilesReplicateOverTheirDevicesAndSeeWhatBecomesOfTheirLinks() throws Exception {
    try (DeviceRow row =
        DeviceRow.create(
            folder,
            3,
            keys.publicFile(SIGNER),
            Launcher.ofThisProgram(),
            List.of("--rate", "64000", "--loss", "0.01", "--seed", "7"))) {
      for (ProcessTile tile : row.tiles()) {
        tile.start();
      }
      ProcessTile middle = row.tiles().get(1);
      middle.await(is(Presence.ALIVE, Direction.ET, Direction.WT), "find both neighbors", PATIENCE);

      replicate(row.tiles().get(0), row.tiles().get(2));
      cutAndMend(row);
      takeAway(row);
      try (ProcessTile second = row.another("second", "B")) {
        second.start();
        second.await(
            r -> r.neighbors().stream().allMatch(each -> each.note().contains("stop cdm-run")),
            "say that the device is in use",
            PATIENCE);
      }
      assertThat(is(Presence.ALIVE, Direction.ET, Direction.WT).test(middle.report())).isTrue();
    }
  }

  private void replicate(ProcessTile from, ProcessTile to) throws Exception {
    Maker.Made made =
        new SignedFile(folder.resolve("maker"), keys, SIGNER, "demo.mfz", FILE_BYTES)
            .make(1, SignedFile.MEMBERS);
    Files.copy(made.file(), from.home().resolve("inbox/.part"));
    Files.move(from.home().resolve("inbox/.part"), from.home().resolve("inbox/demo.mfz"));
    TileReport report = to.await(r -> !r.live().isEmpty(), "have the file", PATIENCE);
    assertThat(to.home().resolve("live/demo.mfz")).hasSameBinaryContentAs(made.file());
    assertThat(counter(report, "link_packets_received")).isGreaterThan(FILE_BYTES / 255);
    assertThat(counter(report, "itc_opens")).isEqualTo(1);
  }

  private static void cutAndMend(DeviceRow row) throws Exception {
    ProcessTile middle = row.tiles().get(1);
    assertThat(row.devices().tell("down B.ET")).isEqualTo("ok\n");
    middle.await(is(Presence.LINK_DOWN, Direction.ET), "see the link go", PATIENCE);
    row.tiles().get(2).await(is(Presence.LINK_DOWN, Direction.WT), "see the link go", PATIENCE);
    assertThat(is(Presence.ALIVE, Direction.WT).test(middle.report())).isTrue();
    row.devices().tell("up B.ET");
    middle.await(is(Presence.ALIVE, Direction.ET), "see the link come", PATIENCE);
  }

  /** The driver is unloaded, and loaded again; the neighbors notice nothing. */
  private static void takeAway(DeviceRow row) throws Exception {
    ProcessTile middle = row.tiles().get(1);
    row.devices().tell("vanish B");
    TileReport without =
        middle.await(
            is(Presence.LINK_DOWN, Direction.ET, Direction.WT), "miss its device", PATIENCE);
    assertThat(without.neighbors()).allMatch(each -> each.note().contains("/dev/itc/bulk"));
    row.devices().tell("return B");
    middle.await(is(Presence.ALIVE, Direction.ET, Direction.WT), "find both again", PATIENCE);
  }

  private static Predicate<TileReport> is(Presence presence, Direction... directions) {
    List<Direction> all = List.of(directions);
    return report ->
        report.neighbors().stream()
            .filter(neighbor -> all.contains(neighbor.direction()))
            .allMatch(neighbor -> neighbor.presence() == presence);
  }

  private static long counter(TileReport report, String name) {
    return report.neighbors().get(0).counters().get(name);
  }
}
