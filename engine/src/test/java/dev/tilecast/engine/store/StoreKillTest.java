package dev.tilecast.engine.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.message.Version;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreKillTest {
  private static final int ACKNOWLEDGED = 40;

  @TempDir Path folder;

  @Test
  void whatADurableCommitAcknowledgedIsThereAfterTheProcessWasKilled() throws Exception {
    for (int round = 1; round <= 3; round++) {
      checkRound(round);
    }
  }

  private void checkRound(int round) throws Exception {
    int acknowledged = killAfterAcknowledging(round);
    Version[] expected =
        IntStream.range(0, acknowledged)
            .mapToObj(number -> version(round, number))
            .toArray(Version[]::new);

    try (Store store = Store.open(folder, InstantSource.system())) {
      assertThat(store.setAside()).isEmpty();
      assertThat(store.intents()).as("intents of round %d", round).contains(expected);
    }
  }

  private int killAfterAcknowledging(int round) throws Exception {
    Process writer =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString(),
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int acknowledged = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(writer.getInputStream(), US_ASCII))) {
      while (acknowledged < ACKNOWLEDGED) {
        assertThat(lines.readLine()).isEqualTo(Integer.toString(acknowledged));
        acknowledged++;
      }
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return acknowledged;
  }

  private static Version version(int round, int number) {
    return StoreTest.manifest("n" + number + ".mfz", round, number, 1).head().version();
  }

  /** Commits one intent after the other, saying so after each, until it is killed. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      int round = Integer.parseInt(args[1]);
      try (Store store = Store.open(Path.of(args[0]), InstantSource.system())) {
        for (int number = 0; number < 100_000; number++) {
          store.commit(List.of(new Save.Intent(version(round, number))));
          System.out.println(number);
        }
      }
    }
  }
}
