package dev.tilecast.testbed.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.testbed.process.ProcessTile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a storm has done no harm; the last of three tiles has the tiny disk. */
final class CalmTest {
  private static final int TINY = 2;

  @TempDir private Path folder;
  private final Ledger ledger = new Ledger();
  private List<ProcessTile> tiles;
  private boolean fits = true;
  private Calm calm;
  private Published first;
  private Published second;

  @BeforeEach
  void makeVersions() throws Exception {
    tiles =
        List.of(
            Sample.tile(folder, 0, "exit 0"),
            Sample.tile(folder, 1, "exit 0"),
            Sample.tile(folder, TINY, "exit 0"));
    calm = new Calm(tiles, TINY, length -> fits, ledger);
    first = Sample.made(ledger, folder, 10, "one");
    second = Sample.made(ledger, folder, 20, "two");
  }

  @Test
  void allTilesAlikeWithWhatWasPromisedIsCalm() throws Exception {
    ledger.acknowledged(first);

    assertThat(missing(Sample.report(second), Sample.report(second), Sample.report(second)))
        .isEmpty();
  }

  @Test
  void tilesThatDifferAreMissed() throws Exception {
    assertThat(missing(Sample.report(second), Sample.report(first), Sample.report(second)))
        .containsExactly("the tiles differ: demo.mfz is " + first + " and " + second);
    assertThat(missing(Sample.report(), Sample.report(first), Sample.report(first)))
        .singleElement()
        .asString()
        .contains("and nothing");
  }

  @Test
  void whatWasAcknowledgedAndIsNowhereIsMissed() throws Exception {
    ledger.acknowledged(second);

    assertThat(missing(Sample.report(first), Sample.report(first), Sample.report(first)))
        .containsExactly(second + " was promised, and " + first + " is live on all tiles");
  }

  @Test
  void theTinyDiskMayLackWhatDoesNotFitAndMustSaySo() throws Exception {
    fits = false;
    TileReport silent = Sample.report(first);
    TileReport honest = Sample.refusing(second, Reason.TOO_LARGE, first);

    assertThat(missing(Sample.report(second), Sample.report(second), silent))
        .singleElement()
        .asString()
        .contains("does not say that it has no room for " + second);
    assertThat(missing(Sample.report(second), Sample.report(second), honest)).isEmpty();
    assertThat(calm.lacksOnTiny(Sample.report(second), honest))
        .singleElement()
        .asString()
        .contains("the tiny disk has " + first + ", not " + second)
        .contains("there is no room");
  }

  @Test
  void theTinyDiskMustHaveWhatFits() throws Exception {
    TileReport honest = Sample.refusing(second, Reason.NO_SPACE, first);

    assertThat(missing(Sample.report(second), Sample.report(second), honest))
        .singleElement()
        .asString()
        .contains("though it has room for " + second);
  }

  @Test
  void aRefusalForAnotherReasonIsNoLackOfRoom() throws Exception {
    fits = false;
    TileReport other = Sample.refusing(second, Reason.BAD_FORMAT, first);

    assertThat(missing(Sample.report(second), Sample.report(second), other)).hasSize(1);
  }

  @Test
  void leftoversInStagingAndInboxAreMissed() throws Exception {
    Files.writeString(tiles.get(1).home().resolve("staging/drop-1.mfz"), "o");
    Files.writeString(tiles.get(0).home().resolve("inbox/demo.mfz"), "one");

    assertThat(missing(Sample.report(second), Sample.report(second), Sample.report(second)))
        .containsExactly(
            "tile 0 has inbox/demo.mfz, which has no verdict",
            "tile 1 has staging/drop-1.mfz, which belongs to no open transfer");
  }

  @Test
  void aTileThatDoesNotAnswerIsMissed() throws Exception {
    assertThat(calm.missing()).hasSize(3).allMatch(text -> text.contains("does not answer"));
  }

  private List<String> missing(TileReport... reports) throws Exception {
    return calm.missingIn(List.of(reports));
  }
}
