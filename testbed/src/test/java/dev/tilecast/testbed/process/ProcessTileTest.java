package dev.tilecast.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a daemon that does not do what it should. */
@Timeout(60)
final class ProcessTileTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void aDaemonThatEndsInsteadOfAnsweringIsToldWithItsOwnWords() throws Exception {
    try (ProcessTile tile = tile("echo no such home; exit 7")) {
      tile.start();

      assertThatThrownBy(() -> tile.awaitReady(PATIENCE))
          .isInstanceOf(ExpectationException.class)
          .hasMessageContaining("tile 1,2 ended with exit code 7")
          .hasMessageContaining("no such home");
    }
  }

  @Test
  void aDaemonThatNeverAnswersIsGivenUp() throws Exception {
    try (ProcessTile tile = tile("exec tail -f /dev/null")) {
      tile.start();

      assertThatThrownBy(() -> tile.awaitReady(Duration.ofMillis(50)))
          .isInstanceOf(ExpectationException.class)
          .hasMessageContaining("tile 1,2 did not answer a question within 50.0 ms");
      assertThat(tile.isRunning()).isTrue();
    }
  }

  @Test
  void closingKillsAndAnotherStartFollowsInTheSameDiary() throws Exception {
    ProcessTile tile = tile("echo begun; exec tail -f /dev/null");
    tile.start();
    tile.close();
    assertThat(tile.isRunning()).isFalse();
    Files.writeString(tile.diary(), "first\n");

    ProcessTile again = tile("echo second");
    again.start();

    assertThat(again.awaitExit(PATIENCE)).isZero();
    assertThat(again.diary()).content().isEqualTo("first\nsecond\n");
  }

  @Test
  void aCommandThatTakesTooLongIsKilled() throws Exception {
    Invocation late =
        Invocation.run(List.of("sh", "-c", "exec tail -f /dev/null"), Duration.ofMillis(20));

    assertThat(late.exitCode()).isNotZero();
    assertThatThrownBy(() -> late.orFail("the command"))
        .isInstanceOf(ExpectationException.class)
        .hasMessageContaining("the command ended with exit code " + late.exitCode());
  }

  @Test
  void aCommandsOutputAndExitCodeAreKept() throws Exception {
    Invocation done =
        Invocation.run(List.of("sh", "-c", "echo out; echo err >&2; exit 3"), PATIENCE);

    assertThat(done.exitCode()).isEqualTo(3);
    assertThat(done.output()).isEqualTo("out\nerr\n");
  }

  @Test
  void onlyThreadsThatCompileAreCompilers() {
    String times = " S 1 2 3 4 -1 4194368 10 0 0 0 17 4 0 0 20 0 30 0";
    assertThat(ProcessTile.compilerTicks("12 (C2 CompilerThre)" + times)).isEqualTo(21);
    assertThat(ProcessTile.compilerTicks("12 (C1 CompilerThre)" + times)).isEqualTo(21);
    assertThat(ProcessTile.compilerTicks("12 (tile)" + times)).isZero();
    assertThat(ProcessTile.compilerTicks("12 (a (C2 Compiler) b)" + times)).isZero();
    assertThat(ProcessTile.compilerTicks("")).isZero();
  }

  private ProcessTile tile(String script) {
    return new ProcessTile(
        "1,2", folder.resolve("home"), new Launcher(List.of("sh", "-c", script, "tilecast")));
  }
}
