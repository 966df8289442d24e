package dev.tilecast.testbed.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.testbed.process.ProcessTile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever must not be seen in {@code live/} or in a report is told. */
final class WatchTest {
  @TempDir private Path folder;
  private final List<String> told = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private final Floors floors = new Floors();
  private final Tally tally = new Tally();
  private ProcessTile tile;
  private Watch watch;
  private Published first;
  private Published second;

  @BeforeEach
  void makeVersions() throws Exception {
    tile = Sample.tile(folder, 0, "exit 0");
    watch = new Watch(List.of(tile), ledger, floors, new Violations(told::add), tally);
    first = Sample.made(ledger, folder, 10, "one");
    second = Sample.made(ledger, folder, 20, "two!");
  }

  @Test
  void versionsThatWereMadeAndOnlyMoveUpAreNoViolation() throws Exception {
    watch.atFiles();
    goLive("one");
    watch.atFiles();
    goLive("two!");
    watch.atFiles();
    watch.atFiles();

    assertThat(told).isEmpty();
    assertThat(tally.of(Tally.Count.LIVE_CHANGES)).isEqualTo(2);
    assertThat(tally.of(Tally.Count.FILES_HASHED)).isEqualTo(2);
  }

  @Test
  void aFileThatIsOnlyAPartOfAVersionIsTold() throws Exception {
    goLive("two");

    watch.atFiles();

    assertThat(told).singleElement().asString().contains("demo.mfz is not, byte for byte");
  }

  @Test
  void aByteThatChangesInPlaceIsTold() throws Exception {
    goLive("one");
    watch.atFiles();

    Files.writeString(live(), "onE");
    watch.atFiles();

    assertThat(told).singleElement().asString().contains("is not, byte for byte");
  }

  @Test
  void anOlderVersionInThePlaceOfANewerOneIsTold() throws Exception {
    goLive("two!");
    watch.atFiles();
    goLive("one");

    watch.atFiles();

    assertThat(told)
        .containsExactly("live/ of tile 0 went down to " + first + ", it had " + second);
  }

  @Test
  void whatIsBelowWhatATileHasAcknowledgedIsTold() throws Exception {
    goLive("one");
    floors.raise(0, second);

    watch.atFiles();

    assertThat(told).singleElement().asString().contains("went down to " + first);
  }

  @Test
  void aLiveFileThatIsGoneIsTold() throws Exception {
    goLive("one");
    watch.atFiles();
    Files.delete(live());

    watch.atFiles();

    assertThat(told).containsExactly("tile 0 has lost " + first + " from live/");
  }

  @Test
  void aNameThatNobodyHasPublishedIsTold() throws Exception {
    Files.writeString(tile.home().resolve("live/demo.mfz.part"), "o");

    watch.atFiles();

    assertThat(told).singleElement().asString().contains("demo.mfz.part is none of the names");
  }

  @Test
  void aReportThatGoesDownIsTold() {
    watch.atReport(0, tile, Sample.report(first));
    watch.atReport(0, tile, Sample.report(second));
    watch.atReport(0, tile, Sample.report(first));

    assertThat(told)
        .containsExactly("the report of tile 0 went down to " + first + ", it had " + second);
  }

  @Test
  void aReportAheadOfTheFilesIsTold() throws Exception {
    goLive("one");
    watch.atReport(0, tile, Sample.report(second));

    watch.atFiles();

    assertThat(told).singleElement().asString().startsWith("live/ of tile 0 went down");
  }

  @Test
  void aReportThatHasLostANameIsTold() {
    watch.atReport(0, tile, Sample.report(first));

    watch.atReport(0, tile, Sample.report());

    assertThat(told).containsExactly("the report of tile 0 has lost " + first);
  }

  @Test
  void aVersionThatWasNeverMadeIsToldWhereItIsReported() throws Exception {
    Published foreign = Sample.made(new Ledger(), folder, 30, "three");

    watch.atReport(0, tile, Sample.report(foreign));

    assertThat(told).singleElement().asString().endsWith("never made");
  }

  private Path live() {
    return tile.home().resolve("live/demo.mfz");
  }

  private void goLive(String text) throws IOException {
    Path staged = Files.writeString(tile.home().resolve("staging/x"), text);
    Files.move(staged, live(), StandardCopyOption.ATOMIC_MOVE);
  }
}
