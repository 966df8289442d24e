package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessGrid;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.Wiring;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The counter between two real daemons. */
@Timeout(120)
final class CounterProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Handle SIGNER = new Handle("alpha");

  @TempDir private Path folder;
  private final List<Process> counters = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (Process counter : counters) {
      counter.destroyForcibly().waitFor();
    }
  }

  @Test
  void twoTilesTellEachOtherTheirCountersAlsoAfterOneDaemonCameBack() throws Exception {
    KeyFolder keys = new KeyFolder(folder.resolve("maker"));
    keys.generate(SIGNER, 2048);
    try (ProcessGrid row =
        ProcessGrid.create(
            folder.resolve("grid"),
            2,
            1,
            Wiring.SQUARE,
            keys.publicFile(SIGNER),
            "",
            Launcher.ofThisProgram())) {
      row.start();
      row.awaitJoined(PATIENCE);
      Path west = Files.writeString(folder.resolve("west.txt"), "5");
      Path east = Files.writeString(folder.resolve("east.txt"), "17");
      BufferedReader atWest = counter(row.at(0, 0), west);
      BufferedReader atEast = counter(row.at(1, 0), east);

      await(atWest, "ET 17");
      await(atEast, "WT 5");
      Files.writeString(west, "60");
      await(atEast, "WT 60");

      ProcessTile daemon = row.at(1, 0);
      daemon.kill();
      await(atWest, "ET gone");
      await(atEast, "WT gone");
      daemon.start();
      await(atWest, "ET 17");
      await(atEast, "WT 60");

      Process second = start(row.at(0, 0), west);
      assertThat(second.errorReader().readLine())
          .contains("service 1 has an owner already; one program at a time");
      assertThat(second.waitFor()).isEqualTo(1);
    }
  }

  private BufferedReader counter(ProcessTile tile, Path file) throws Exception {
    return start(tile, file).inputReader();
  }

  private Process start(ProcessTile tile, Path file) throws Exception {
    List<String> command =
        Launcher.ofThisProgram()
            .command(List.of("counter", file.toString(), "--home", tile.home().toString()));
    Process process = new ProcessBuilder(command).start();
    counters.add(process);
    return process;
  }

  private static void await(BufferedReader from, String line) throws Exception {
    String said = from.readLine();
    while (said != null && !said.equals(line)) {
      said = from.readLine();
    }
    assertThat(said).isEqualTo(line);
  }
}
