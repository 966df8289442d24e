package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tilecast.engine.core.Presence;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.daemon.NewHome;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.testbed.process.DeviceStandIn;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.SignedFile;
import dev.tilecast.transport.Direction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real daemons on packet devices that are played: three tiles in a line, as slow as real ones. */
@Timeout(180)
final class PacketDeviceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Handle SIGNER = new Handle("alpha");

  @TempDir private Path folder;
  private final List<ProcessTile> tiles = new ArrayList<>();
  private DeviceStandIn devices;
  private KeyFolder keys;

  @BeforeEach
  void plug() throws Exception {
    Optional<String> obstacle = DeviceStandIn.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    keys = new KeyFolder(folder.resolve("maker"));
    keys.generate(SIGNER, 2048);
    devices =
        DeviceStandIn.start(
            folder.resolve("itc"),
            List.of("--topo", "line:3", "--rate", "64000", "--loss", "0.01", "--seed", "7"));
  }

  @AfterEach
  void unplug() {
    tiles.forEach(ProcessTile::close);
    if (devices != null) {
      devices.close();
    }
  }

  @Test
  void threeTilesReplicateOverTheirDevicesAndSeeWhatBecomesOfTheirLinks() throws Exception {
    ProcessTile a = tile("A", "A", Direction.ET);
    ProcessTile b = tile("B", "B", Direction.ET, Direction.WT);
    ProcessTile c = tile("C", "C", Direction.WT);
    for (ProcessTile tile : tiles) {
      tile.start();
    }
    b.await(is(Presence.ALIVE, Direction.ET, Direction.WT), "find both neighbors", PATIENCE);

    Maker.Made made =
        new SignedFile(folder.resolve("maker"), keys, SIGNER, "demo.mfz", 200_000)
            .make(1, SignedFile.MEMBERS);
    Files.copy(made.file(), a.home().resolve("inbox/.part"));
    Files.move(a.home().resolve("inbox/.part"), a.home().resolve("inbox/demo.mfz"));
    TileReport report = c.await(r -> !r.live().isEmpty(), "have the file", PATIENCE);
    assertThat(c.home().resolve("live/demo.mfz")).hasSameBinaryContentAs(made.file());
    assertThat(counter(report, "link_packets_received")).isGreaterThan(200_000 / 255);
    assertThat(counter(report, "itc_opens")).isEqualTo(1);

    assertThat(devices.tell("down B.ET")).isEqualTo("ok\n");
    b.await(is(Presence.LINK_DOWN, Direction.ET), "see the link go", PATIENCE);
    c.await(is(Presence.LINK_DOWN, Direction.WT), "see the link go", PATIENCE);
    assertThat(is(Presence.ALIVE, Direction.WT).test(b.report())).isTrue();
    devices.tell("up B.ET");
    b.await(is(Presence.ALIVE, Direction.ET), "see the link come", PATIENCE);

    devices.tell("vanish B");
    TileReport without =
        b.await(is(Presence.LINK_DOWN, Direction.ET, Direction.WT), "miss its device", PATIENCE);
    assertThat(without.neighbors()).allMatch(neighbor -> neighbor.note().contains("/dev/itc/bulk"));
    devices.tell("return B");
    b.await(is(Presence.ALIVE, Direction.ET, Direction.WT), "find both again", PATIENCE);

    ProcessTile second = tile("second", "B", Direction.ET, Direction.WT);
    second.start();
    second.await(
        r -> r.neighbors().stream().allMatch(each -> each.note().contains("systemctl stop cdm")),
        "say that the device is in use",
        PATIENCE);
    assertThat(is(Presence.ALIVE, Direction.ET, Direction.WT).test(b.report())).isTrue();
  }

  private ProcessTile tile(String label, String device, Direction... directions) throws Exception {
    Path home = NewHome.of("devices", List.of(), false, false).create(folder.resolve(label));
    new KeyFolder(home.resolve("keys")).add(keys.publicFile(SIGNER));
    Files.writeString(
        home.resolve("tilecast.toml"),
        devices.settings(device, List.of(directions)),
        StandardOpenOption.APPEND);
    Launcher launcher = Launcher.ofThisProgram().behind(devices.prefix(device));
    ProcessTile tile = new ProcessTile(label, home, launcher);
    tiles.add(tile);
    return tile;
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
