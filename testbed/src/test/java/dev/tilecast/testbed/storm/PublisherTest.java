package dev.tilecast.testbed.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.SignedFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What follows from what a publish says; the second tile has the tiny disk. */
@Timeout(60)
final class PublisherTest {
  private static final Handle SIGNER = new Handle("alpha");
  private static final String NAME = "demo.mfz";
  private static final int ROOMY = 0;
  private static final int TINY = 1;

  @TempDir private Path folder;
  private final List<String> told = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private final Floors floors = new Floors();
  private final Tally tally = new Tally();
  private List<ProcessTile> tiles;
  private SignedFile file;

  @BeforeEach
  void makeTiles() throws Exception {
    KeyFolder keys = new KeyFolder(folder.resolve("maker"));
    keys.generate(SIGNER, 2048);
    file = new SignedFile(folder.resolve("made"), keys, SIGNER, NAME, 16 * 1024);
    tiles = List.of(Sample.tile(folder, 0, "exit 0"), Sample.tile(folder, 1, "exit 0"));
  }

  @Test
  void exitCodeZeroIsAPromise() throws Exception {
    Publisher publisher = publisher("exit 0");

    publisher.strike(publish(ROOMY, Strike.Way.COMMAND));

    assertThat(ledger.required(NAME)).map(Published::index).contains(1);
    assertThat(floors.of(ROOMY, NAME)).map(Published::index).contains(1);
    assertThat(tally.of(Tally.Count.ACKNOWLEDGED)).isEqualTo(1);
  }

  @Test
  void noAnswerPromisesNothingAndIsNoViolation() throws Exception {
    publisher("exit 3").strike(publish(ROOMY, Strike.Way.COMMAND));
    publisher("exit 4").strike(publish(ROOMY, Strike.Way.COMMAND));

    assertThat(ledger.required(NAME)).isEmpty();
    assertThat(tally.of(Tally.Count.NOT_ANSWERED)).isEqualTo(2);
    assertThat(told).isEmpty();
  }

  @Test
  void theNewestVersionMayBeRefusedForLackOfRoomOnTheTinyDiskOnly() throws Exception {
    String full = "echo 'tilecast: copying: No space left on device'; exit 1";

    publisher(full).strike(publish(TINY, Strike.Way.COMMAND));
    assertThat(told).isEmpty();
    assertThat(tally.of(Tally.Count.REFUSED_FOR_ROOM)).isEqualTo(1);

    publisher(full).strike(publish(ROOMY, Strike.Way.COMMAND));
    assertThat(told).singleElement().asString().contains("tile 0 did not accept demo.mfz");
  }

  @Test
  void aCommandThatEndsInAnyOtherWayIsTold() throws Exception {
    publisher("echo Exception; exit 70").strike(publish(ROOMY, Strike.Way.COMMAND));

    assertThat(told).singleElement().asString().contains("ended with exit code 70: Exception");
  }

  @Test
  void whatIsRenamedIntoAnInboxIsRequiredUnlessItsDiskIsTiny() throws Exception {
    Publisher publisher = publisher("exit 70");

    publisher.strike(publish(ROOMY, Strike.Way.INBOX));
    publisher.strike(publish(TINY, Strike.Way.INBOX));

    assertThat(ledger.required(NAME)).map(Published::index).contains(1);
    for (ProcessTile tile : tiles) {
      assertThat(tile.home().resolve("inbox")).isDirectoryContaining("glob:**/" + NAME);
    }
    assertThat(tiles.get(TINY).home().resolve("inbox/" + NAME))
        .satisfies(dropped -> assertThat(ledger.ofFile(Ledger.sha256(dropped))).isPresent());
  }

  @Test
  void anOldVersionMayBeRefusedAndTakesItsInboxFromTheNewer() throws Exception {
    Publisher publisher = publisher("echo 'tilecast: refused: older'; exit 1");
    publisher.strike(publish(ROOMY, Strike.Way.INBOX));
    publisher.strike(publish(ROOMY, Strike.Way.INBOX));
    assertThat(ledger.required(NAME)).map(Published::index).contains(2);

    publisher.strike(publish(ROOMY, Strike.Way.OLD));

    assertThat(told).isEmpty();
    assertThat(tally.of(Tally.Count.REFUSED_OLD)).isEqualTo(1);
    assertThat(ledger.required(NAME)).isEmpty();
  }

  @Test
  void aRepeatedFileWithoutANewerVersionMustBeAccepted() throws Exception {
    KeyFolder keys = new KeyFolder(folder.resolve("maker"));
    Publisher publisher =
        new Publisher(
            version ->
                new SignedFile(
                    folder.resolve("once"), keys, SIGNER, "once-" + version + ".mfz", 16 * 1024),
            tiles,
            TINY,
            new Launcher(List.of("sh", "-c", "echo 'tilecast: refused: older'; exit 1")),
            ledger,
            floors,
            new Violations(told::add),
            tally,
            Duration.ZERO);
    publisher.strike(publish(ROOMY, Strike.Way.INBOX));
    publisher.strike(publish(ROOMY, Strike.Way.INBOX));

    publisher.strike(publish(ROOMY, Strike.Way.OLD));

    assertThat(ledger.names()).containsExactly("once-1.mfz", "once-2.mfz");
    assertThat(ledger.required("once-1.mfz")).isPresent();
    assertThat(told).singleElement().asString().contains("did not accept once-1.mfz");
  }

  private static Strike.Publish publish(int tile, Strike.Way way) {
    return new Strike.Publish(0, 0, tile, way, 1);
  }

  private Publisher publisher(String script) {
    return new Publisher(
        version -> file,
        tiles,
        TINY,
        new Launcher(List.of("sh", "-c", script, "tilecast")),
        ledger,
        floors,
        new Violations(told::add),
        tally,
        Duration.ZERO);
  }
}
