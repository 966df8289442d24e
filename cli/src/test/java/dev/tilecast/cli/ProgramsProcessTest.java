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
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs of two real daemons: the counter, any file sent, and the example for a shell. */
@Timeout(120)
final class ProgramsProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Handle SIGNER = new Handle("alpha");

  @TempDir private Path folder;
  private final List<Process> programs = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (Process counter : programs) {
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

      Path file = folder.resolve("any.bin");
      byte[] content = new byte[3 << 20];
      new Random(1).nextBytes(content);
      Files.write(file, content);
      BlockingQueue<String> receive =
          lines(start(row.at(1, 0), List.of("receive", "WT", "--json")));
      BlockingQueue<String> send =
          lines(start(row.at(0, 0), List.of("send", file.toString(), "ET", "--wait", "60s")));
      await(send, line -> line.startsWith("ET has any.bin, 3.0 MiB, in "));
      await(receive, line -> line.contains("\"name\":\"any.bin\",\"state\":\"received\""));
      Path received = row.at(1, 0).home().resolve("received/any.bin");
      assertThat(received).hasSameBinaryContentAs(file);

      ProcessTile daemon = row.at(1, 0);
      daemon.kill();
      await(atWest, "ET gone");
      await(atEast, "WT gone");
      daemon.start();
      await(atWest, "ET 17");
      await(atEast, "WT 60");

      // Also the program that receives has its service again.
      Files.delete(received);
      send = lines(start(row.at(0, 0), List.of("send", file.toString(), "ET", "--wait", "60s")));
      await(send, line -> line.startsWith("ET has any.bin, 3.0 MiB, in "));
      assertThat(received).hasSameBinaryContentAs(file);

      Process second = start(row.at(0, 0), List.of("counter", west.toString()));
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
    programs.add(process);
    return lines(process);
  }

  private BlockingQueue<String> counter(ProcessTile tile, Path file) throws Exception {
    return lines(start(tile, List.of("counter", file.toString())));
  }

  private Process start(ProcessTile tile, List<String> words) throws Exception {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("--home", tile.home().toString()));
    Process process = new ProcessBuilder(Launcher.ofThisProgram().command(all)).start();
    programs.add(process);
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
    await(from, line::equals);
  }

  private static void await(BlockingQueue<String> from, Predicate<String> line) throws Exception {
    List<String> said = new ArrayList<>();
    while (said.stream().noneMatch(line)) {
      String next = from.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(next).as("what comes after %s", said).isNotNull();
      said.add(next);
    }
  }
}
