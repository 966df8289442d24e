package dev.tilecast.engine.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Version;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreKillTest {
  private static final int ACKNOWLEDGED = 40;

  @TempDir Path folder;

  @Test
  void whatADurableCommitAcknowledgedIsThereAfterTheProcessWasKilled() throws Exception {
    for (int round = 1; round <= 3; round++) {
      List<Version> acknowledged = new ArrayList<>();
      int count = killAfterAcknowledging(LiveWriter.class, round);
      for (int number = 0; number < count; number++) {
        acknowledged.add(manifest(LiveWriter.class, round, number).head().version());
      }

      try (Store store = Store.open(folder, InstantSource.system())) {
        assertThat(store.setAside()).isEmpty();
        assertThat(store.live())
            .as("rows of round %d", round)
            .extracting(row -> row.entry().version())
            .containsAll(acknowledged);
      }
    }
  }

  @Test
  void aTransferThatBeganIsThereAfterTheProcessWasKilledThoughItsPagesMayBeLost() throws Exception {
    for (int round = 1; round <= 2; round++) {
      int acknowledged = killAfterAcknowledging(TransferWriter.class, round);

      try (Store store = Store.open(folder, InstantSource.system())) {
        assertThat(store.setAside()).isEmpty();
        Map<Bytes, StoredTransfer> found = new HashMap<>();
        store.transfers().forEach(transfer -> found.put(transfer.manifestId(), transfer));
        for (int number = 0; number < acknowledged; number++) {
          Manifest begun = manifest(TransferWriter.class, round, number);
          StoredTransfer transfer = found.get(begun.head().id());
          assertThat(transfer).as("transfer %d of round %d", number, round).isNotNull();
          assertThat(transfer.head()).isEqualTo(begun.head());
          // The sync of the transfer after it took its pages along; only the last one has none.
          assertThat(begun.pages()).containsAll(transfer.pages().values());
          assertThat(transfer.pages().size())
              .as("pages of transfer %d of round %d", number, round)
              .isGreaterThanOrEqualTo(number < acknowledged - 1 ? 2 : 0);
        }
      }
    }
  }

  private int killAfterAcknowledging(Class<?> program, int round) throws Exception {
    Process writer =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
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

  private static Manifest manifest(Class<?> program, int round, int number) {
    int chunkCount = program.equals(TransferWriter.class) ? 40 : 1;
    return StoreTest.manifest("n" + number + ".mfz", round, number, chunkCount);
  }

  /** Commits one live version after the other, saying so after each, until it is killed. */
  static final class LiveWriter {
    private LiveWriter() {}

    public static void main(String[] args) throws IOException {
      int round = Integer.parseInt(args[1]);
      try (Store store = Store.open(Path.of(args[0]), InstantSource.system())) {
        for (int number = 0; number < 100_000; number++) {
          store.commit(List.of(live(manifest(LiveWriter.class, round, number))));
          System.out.println(number);
        }
      }
    }
  }

  private static Save.Live live(Manifest manifest) {
    return new Save.Live(LiveEntry.of(manifest.head()), manifest, "identity");
  }

  /**
   * Begins one transfer after the other, saying so after each, and commits its pages, of which it
   * says nothing, until it is killed.
   */
  static final class TransferWriter {
    private TransferWriter() {}

    public static void main(String[] args) throws IOException {
      int round = Integer.parseInt(args[1]);
      try (Store store = Store.open(Path.of(args[0]), InstantSource.system())) {
        for (int number = 0; number < 100_000; number++) {
          Manifest manifest = manifest(TransferWriter.class, round, number);
          Bytes id = manifest.head().id();
          store.commit(List.of(new Save.TransferBegun(id, manifest.head())));
          System.out.println(number);
          for (int page = 0; page < manifest.pages().size(); page++) {
            store.commit(List.of(new Save.Page(id, page, manifest.pages().get(page))));
          }
        }
      }
    }
  }
}
