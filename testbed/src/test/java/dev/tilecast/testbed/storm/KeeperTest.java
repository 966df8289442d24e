package dev.tilecast.testbed.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.testbed.process.ProcessTile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Daemons that are killed, and such that end by themselves. */
@Timeout(60)
final class KeeperTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String FOR_EVER = "exec tail -f /dev/null";

  @TempDir private Path folder;
  private final List<String> told = new ArrayList<>();
  private final Tally tally = new Tally();

  @Test
  void everyKillOfARowIsCountedAndTheDaemonRunsInTheEnd() throws Exception {
    try (ProcessTile tile = Sample.tile(folder, 0, FOR_EVER)) {
      Files.writeString(tile.home().resolve("store/tile.mv.db"), "rows");
      Files.writeString(tile.home().resolve("staging/x.part"), "half");
      Keeper keeper = keeper(tile, false);
      keeper.start();

      keeper.strike(
          new Strike.Kill(0, 0, Strike.Aim.ANYWHERE, 0, List.of(500L, 0L), 0, true),
          new StormClock());

      assertThat(tile.isRunning()).isTrue();
    }
    assertThat(told).isEmpty();
    assertThat(tally.of(Tally.Count.KILLS)).isEqualTo(3);
    assertThat(tally.of(Tally.Count.KILLS_IN_START)).isEqualTo(2);
    assertThat(tally.of(Tally.Count.KILLS_IN_TRANSFER)).isEqualTo(3);
    assertThat(tally.of(Tally.Count.DATABASES_DELETED)).isEqualTo(1);
    assertThat(folder.resolve("tile-0/store")).isEmptyDirectory();
  }

  @Test
  void aDaemonThatEndedByItselfIsToldWithItsLastWords() throws Exception {
    try (ProcessTile tile = Sample.tile(folder, 0, "echo something is wrong; exit 1")) {
      Keeper keeper = keeper(tile, false);
      keeper.start();
      tile.awaitExit(PATIENCE);

      keeper.requireRunning();
    }
    assertThat(told)
        .containsExactly(
            "tile 0 ended by itself with exit code 1 after it had said: something is wrong");
  }

  @Test
  void onlyTheTinyTileMayEndForLackOfRoom() throws Exception {
    String full = "echo 'making it failed (No space left on device)'; exit 1";
    for (boolean tiny : new boolean[] {true, false}) {
      try (ProcessTile tile = Sample.tile(folder, tiny ? 1 : 0, full)) {
        Keeper keeper = keeper(tile, tiny);
        keeper.start();
        tile.awaitExit(PATIENCE);

        keeper.requireRunning();
      }
    }
    assertThat(tally.of(Tally.Count.STOPS_FOR_ROOM)).isEqualTo(1);
    assertThat(told).singleElement().asString().startsWith("tile 0 ended by itself");
  }

  @Test
  void whatWasSaidBeforeTheLastStartExcusesNothing() throws Exception {
    try (ProcessTile tile = Sample.tile(folder, 0, "echo broken; exit 1")) {
      Files.writeString(tile.diary(), "No space left on device\n");
      Keeper keeper = keeper(tile, true);
      keeper.start();
      tile.awaitExit(PATIENCE);

      keeper.requireRunning();
    }
    assertThat(told).singleElement().asString().endsWith("broken");
  }

  private Keeper keeper(ProcessTile tile, boolean tiny) {
    return new Keeper(tile, tiny, new Violations(told::add), tally);
  }
}
