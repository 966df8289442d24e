package dev.tilecast.testbed.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.testbed.process.ProcessTile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How daemons may end, and what they may have said; the second tile has the tiny disk. */
@Timeout(60)
final class AftermathTest {
  private static final String FULL =
      "2026-01-01T00:00:00Z failed: writing failed: No space left on device; the tile stops\n";

  @TempDir private Path folder;
  private final List<String> told = new ArrayList<>();
  private ProcessTile roomy;
  private ProcessTile tiny;
  private Aftermath aftermath;

  @BeforeEach
  void makeTiles() throws Exception {
    roomy = Sample.tile(folder, 0, "exit 0");
    tiny = Sample.tile(folder, 1, "exec tail -f /dev/null");
    aftermath = new Aftermath(List.of(roomy, tiny), 1, new Ledger(), new Violations(told::add));
  }

  @Test
  void aDaemonThatDoesNotEndWithZeroAfterSigtermIsTold() throws Exception {
    try (ProcessTile one = tiny;
        ProcessTile other = Sample.tile(folder, 2, "exec tail -f /dev/null")) {
      one.start();
      other.start();

      new Aftermath(List.of(one, other), 1, new Ledger(), new Violations(told::add)).stop();
    }
    assertThat(told)
        .containsExactly(
            "tile 1 ended with exit code 143 after SIGTERM",
            "tile 2 ended with exit code 143 after SIGTERM");
  }

  @Test
  void linesOfADiaryAreNoFaults() throws Exception {
    Files.writeString(roomy.diary(), "2026-01-01T00:00:00Z trouble: the disk failed: x\n");
    Files.writeString(tiny.diary(), FULL);

    aftermath.requireNoFaults();

    assertThat(told).isEmpty();
  }

  @Test
  void failuresAndTracesAreFaults() throws Exception {
    Files.writeString(
        roomy.diary(),
        "2026-01-01T00:00:00Z failed: java.lang.AssertionError; the tile stops\n"
            + "Exception in thread \"tile\" java.lang.AssertionError\n"
            + "\tat dev.tilecast.Some.method(Some.java:1)\n"
            + FULL);
    Files.writeString(tiny.diary(), "");

    aftermath.requireNoFaults();

    assertThat(told).hasSize(4).allMatch(text -> text.startsWith(roomy.diary() + " says: "));
  }
}
