package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessGrid;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.Wiring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs of two real daemons: the counter, and the example for a shell. */
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
  void programsOfTwoTilesSpeakAlsoAfterOneDaemonCameBack() throws Exception {
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
      shellExample(row);
      Path west = Files.writeString(folder.resolve("west.txt"), "5");
      Path east = Files.writeString(folder.resolve("east.txt"), "17");
      BlockingQueue<String> atWest = counter(row.at(0, 0), west);
      BlockingQueue<String> atEast = counter(row.at(1, 0), east);

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

  /** What is sent by a script at one tile is heard by the script at the other. */
  private void shellExample(ProcessGrid row) throws Exception {
    BlockingQueue<String> heard = script(row.at(0, 0), "west");
    // What comes while no program is there is lost.
    row.at(0, 0).await(r -> r.counters().get("local_programs") == 2, "have its program", PATIENCE);
    script(row.at(1, 0), "east");

    await(heard, "from ET hello");
  }

  private BlockingQueue<String> script(ProcessTile tile, String name) throws Exception {
    String page = Files.readString(Path.of("../transport/PACKETS.md"));
    String begun = page.substring(page.indexOf("<!-- example: neighbors.sh -->"));
    String code = begun.substring(begun.indexOf("```sh\n") + 6);
    String launcher =
        Launcher.ofThisProgram().command(List.of()).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    String script =
        "tilecast() { " + launcher + " \"$@\"; }\n" + code.substring(0, code.indexOf("```"));
    String fifo = folder.resolve(name + ".fifo").toString();
    Process process =
        new ProcessBuilder("sh", "-c", script, "sh", tile.home().toString(), fifo)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    counters.add(process);
    return lines(process);
  }

  private BlockingQueue<String> counter(ProcessTile tile, Path file) throws Exception {
    return lines(start(tile, file));
  }

  private Process start(ProcessTile tile, Path file) throws Exception {
    List<String> command =
        Launcher.ofThisProgram()
            .command(List.of("counter", file.toString(), "--home", tile.home().toString()));
    Process process = new ProcessBuilder(command).start();
    counters.add(process);
    return process;
  }

  /** What it prints, as it comes; nobody can wait for that longer than he wants. */
  private static BlockingQueue<String> lines(Process process) {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> process.inputReader().lines().forEach(lines::add));
    reader.setDaemon(true);
    reader.start();
    return lines;
  }

  private static void await(BlockingQueue<String> from, String line) throws Exception {
    List<String> said = new ArrayList<>();
    while (!said.contains(line)) {
      String next = from.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(next).as("'%s' after %s", line, said).isNotNull();
      said.add(next);
    }
  }
}
