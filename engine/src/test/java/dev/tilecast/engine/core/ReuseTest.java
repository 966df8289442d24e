package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReuseTest {
  private static final long MINUTE = 60 * Grid.SECOND;
  private static final int LENGTH = 200_000;
  private static final int CHUNK = 4096;
  private static final Name NAME = new Name("demo.mfz");

  private final Grid grid = new Grid(7);
  private final List<Grid.Tile> line = grid.line(2);
  private final Grid.Tile source = line.get(0);
  private final Grid.Tile tile = line.get(1);
  private final Grid.TestFile old = grid.file("demo.mfz", 100, LENGTH, "alpha");

  /** Two chunks are new, and a part of a third. */
  private final Grid.TestFile young = grid.next(old, 102, 10 * CHUNK, 12 * CHUNK + 100);

  private void bothHold(Grid.TestFile file) {
    line.forEach(t -> t.live.put(file.entry().version().name(), file));
    grid.startAll();
    grid.run(5 * Grid.SECOND);
  }

  private Map<String, Long> counters() {
    return tile.core.report().counters();
  }

  private boolean nobodyIsBlamed() {
    return tile.core.report().neighbors().stream()
        .noneMatch(neighbor -> neighbor.counters().containsKey("wrong_bytes"));
  }

  @Test
  void pullsOnlyWhatTheOlderVersionHasNot() {
    bothHold(old);

    source.drop(1, young);

    assertThat(grid.runUntil(() -> tile.holds(young), 10 * Grid.SECOND)).isTrue();
    assertThat(counters())
        .containsEntry("bytes_received", 3L * CHUNK)
        .containsEntry("bytes_reused", LENGTH - 3L * CHUNK)
        .containsEntry("chunks_reused", 46L)
        .doesNotContainKey("bytes_kept");
  }

  @Test
  void asksForNoChunkBeforeTheCopiesAreThereAndForTheOthersThen() {
    bothHold(old);
    tile.copyNanos = 20 * Grid.SECOND;

    source.drop(1, young);
    grid.runUntil(() -> !tile.copies.isEmpty(), 10 * Grid.SECOND);
    grid.run(19 * Grid.SECOND);

    assertThat(tile.sent(Message.Want.class)).isZero();
    assertThat(tile.copies).hasSize(1);
    assertThat(tile.copies.get(0).files()).containsExactly(old.entry());
    assertThat(tile.copies.get(0).lacking()).hasSize(49);
    assertThat(grid.runUntil(() -> tile.holds(young), 3 * Grid.SECOND)).isTrue();
    assertThat(tile.core.report().transfers()).isEmpty();
  }

  @Test
  void theReportTellsReusedBytesFromKeptOnes() {
    bothHold(old);
    source.wires.values().forEach(wire -> wire.rate = 2000);

    source.drop(1, young);
    grid.runUntil(() -> counters().containsKey("bytes_reused"), 30 * Grid.SECOND);
    grid.run(Grid.SECOND);

    TileReport.Transfer transfer = tile.core.report().transfers().get(0);
    assertThat(transfer.reusedBytes()).isEqualTo(LENGTH - 3L * CHUNK);
    assertThat(transfer.keptBytes()).isZero();
  }

  @Test
  void pullsEverythingWhereTheCopyIsNeverAnswered() {
    bothHold(old);
    tile.copying = e -> {};

    source.drop(1, young);

    assertThat(grid.runUntil(() -> tile.holds(young), 59 * Grid.SECOND)).isFalse();
    assertThat(grid.runUntil(() -> tile.holds(young), 10 * Grid.SECOND)).isTrue();
    assertThat(counters()).containsEntry("bytes_received", (long) LENGTH);
  }

  @Test
  void aCopyThatIsWrongIsPulledAndNobodyIsBlamed() {
    bothHold(old);
    tile.copying =
        e -> {
          tile.copyHeld(e);
          tile.staging.get(young.entry().manifestId())[20 * CHUNK] ^= 1;
        };

    source.drop(1, young);

    assertThat(grid.runUntil(() -> tile.holds(young), 10 * Grid.SECOND)).isTrue();
    assertThat(counters())
        .containsEntry("bytes_received", 4L * CHUNK)
        .containsEntry("chunks_reused", 45L)
        .doesNotContainKey("chunks_wrong");
    assertThat(nobodyIsBlamed()).isTrue();
  }

  @Test
  void aRottenSourceGivesItsGoodChunks() {
    bothHold(old);
    tile.rot(NAME, 20 * CHUNK);

    source.drop(1, young);

    assertThat(grid.runUntil(() -> tile.holds(young), 10 * Grid.SECOND)).isTrue();
    assertThat(counters()).containsEntry("bytes_received", 4L * CHUNK);
  }

  @Test
  void aDiskThatIsFullWhileCopyingEndsItLikeAnyOtherWriteAndItIsTriedAgain() {
    bothHold(old);
    tile.copyRefusal = Optional.of(new Refusal(Reason.NO_SPACE, "the disk is full"));

    source.drop(1, young);
    grid.runUntil(() -> tile.sent(Message.None.class) > 0, 10 * Grid.SECOND);
    grid.run(Grid.SECOND);

    assertThat(tile.sent(Message.Want.class)).isZero();
    assertThat(tile.core.report().transfers()).isEmpty();
    assertThat(tile.staging).isEmpty();
    tile.copyRefusal = Optional.empty();
    assertThat(grid.runUntil(() -> tile.holds(young), 2 * MINUTE)).isTrue();
    assertThat(counters()).containsEntry("bytes_received", 3L * CHUNK);
  }

  @Test
  void anAnswerForATransferThatWasOvertakenChangesNothing() {
    bothHold(old);
    tile.copyNanos = 20 * Grid.SECOND;
    tile.copying =
        e ->
            grid.at(
                grid.now + 20 * Grid.SECOND,
                () ->
                    tile.step(
                        new Input.HeldCopied(
                            e.manifest().head().id(), e.lacking(), Optional.empty())));
    Grid.TestFile youngest = grid.next(young, 104, 0, CHUNK);

    source.drop(1, young);
    grid.runUntil(() -> !tile.copies.isEmpty(), 10 * Grid.SECOND);
    tile.drop(2, youngest);
    grid.run(MINUTE);

    assertThat(tile.holds(youngest)).isTrue();
    assertThat(source.holds(youngest)).isTrue();
    assertThat(tile.core.report().transfers()).isEmpty();
    assertThat(tile.staging).isEmpty();
  }

  @Test
  void aTileThatStopsWhileCopyingCopiesTheRestAfterItsStart() {
    bothHold(old);
    tile.copyNanos = 20 * Grid.SECOND;

    source.drop(1, young);
    grid.runUntil(() -> !tile.copies.isEmpty(), 10 * Grid.SECOND);
    grid.run(Grid.SECOND);
    tile.crash();
    // Power took a part of what had been copied.
    byte[] staged = tile.staging.get(young.entry().manifestId());
    java.util.Arrays.fill(staged, LENGTH / 2, LENGTH, (byte) 0);
    tile.copyNanos = Grid.MILLI;
    tile.start();

    assertThat(grid.runUntil(() -> tile.holds(young), MINUTE)).isTrue();
    assertThat(counters()).containsEntry("bytes_received", 3L * CHUNK);
    assertThat(counters().get("bytes_kept")).isGreaterThan(LENGTH / 3L);
    assertThat(counters().get("bytes_reused")).isGreaterThan(LENGTH / 3L);
  }

  @Test
  void aTileWithNothingLosesNoTime() {
    grid.startAll();

    source.drop(1, old);

    assertThat(grid.runUntil(() -> tile.holds(old), 10 * Grid.SECOND)).isTrue();
    assertThat(tile.copies).isEmpty();
  }

  @Test
  void doesNotWaitForWhatFilesOfOtherNamesMayHold() {
    bothHold(old);
    Grid.TestFile renamed = grid.file("new.mfz", 102, old.content().toArray(), "alpha");
    tile.copyNanos = 30 * Grid.SECOND;

    source.drop(1, renamed);

    assertThat(grid.runUntil(() -> tile.holds(renamed), 10 * Grid.SECOND)).isTrue();
    assertThat(tile.copies).hasSize(1);
    grid.run(MINUTE);
    assertThat(tile.core.report().transfers()).isEmpty();
  }

  @Test
  void takesFromFilesOfOtherNamesWhatIsNotYetAskedFor() {
    bothHold(old);
    Grid.TestFile renamed = grid.file("new.mfz", 102, old.content().toArray(), "alpha");
    source.wires.values().forEach(wire -> wire.rate = 64_000);

    source.drop(1, renamed);

    assertThat(grid.runUntil(() -> tile.holds(renamed), 10 * Grid.SECOND)).isTrue();
    assertThat(counters().get("bytes_reused")).isGreaterThan(LENGTH / 2L);
    assertThat(nobodyIsBlamed()).isTrue();
  }

  @Test
  void aChunkThatIsListedOverAndOverIsCopiedAFewTimesOnly() {
    bothHold(old);
    byte[] content = new byte[LENGTH / CHUNK * CHUNK];
    for (int at = 0; at < content.length; at += CHUNK) {
      System.arraycopy(old.content().toArray(), 0, content, at, CHUNK);
    }
    Grid.TestFile repeated = grid.file("demo.mfz", 102, content, "alpha");

    source.drop(1, repeated);

    assertThat(grid.runUntil(() -> tile.holds(repeated), 10 * Grid.SECOND)).isTrue();
    assertThat(counters()).containsEntry("chunks_reused", (long) Limits.COPIES_MAX);
  }

  @Test
  void looksThroughTheOlderVersionAndThenAFewFilesOfLikeLength() {
    for (int i = 1; i <= 20; i++) {
      Grid.TestFile other =
          grid.file("other-" + i + ".mfz", 100, LENGTH + (21 - i) * 1000, "alpha");
      tile.live.put(other.entry().version().name(), other);
    }
    Grid.TestFile tiny = grid.file("tiny.mfz", 100, 100, "alpha");
    tile.live.put(new Name("tiny.mfz"), tiny);
    bothHold(old);

    source.drop(1, young);
    grid.runUntil(() -> !tile.copies.isEmpty(), 10 * Grid.SECOND);

    assertThat(tile.copies.get(0).files())
        .hasSize(Limits.REUSE_FILES_MAX)
        .first()
        .isEqualTo(old.entry());
    assertThat(tile.copies.get(0).files())
        .extracting(entry -> entry.version().name().text())
        .contains("other-20.mfz", "other-14.mfz");
    assertThat(tile.copies.get(0).cutBytesMax()).isEqualTo(4L * LENGTH);
  }

  /** Nothing of either is live here: what was pulled of the old one lies in its staging file. */
  private void halfOfTheOldOneIsThere() {
    source.live.put(NAME, old);
    grid.startAll();
    source.wires.values().forEach(wire -> wire.rate = 64_000);
    assertThat(
            grid.runUntil(() -> counters().getOrDefault("bytes_received", 0L) > LENGTH / 2, MINUTE))
        .isTrue();
    assertThat(tile.copies).isEmpty();
  }

  @Test
  void takesWhatWasPulledOfAnotherVersion() {
    halfOfTheOldOneIsThere();

    source.drop(1, young);

    // Whoever goes on to a newer version has not changed its mind, and is asked at once.
    assertThat(grid.runUntil(() -> tile.holds(young), 3 * Grid.SECOND)).isTrue();
    assertThat(tile.copies.get(0).files()).isEmpty();
    assertThat(counters().get("bytes_reused")).isGreaterThan(LENGTH / 3L);
    assertThat(counters().get("bytes_received")).isLessThan(LENGTH * 5L / 4);
    assertThat(counters()).doesNotContainKey("chunks_wrong");
    grid.run(MINUTE);
    assertThat(tile.core.report().transfers()).isEmpty();
    assertThat(tile.staging).isEmpty();
  }

  /** Nobody offers the old one any more, so its chunks are not checked before they are copied. */
  @Test
  void takesWhatWasPulledOfAnotherVersionInAnEarlierRun() {
    halfOfTheOldOneIsThere();
    tile.crash();
    source.drop(1, young);
    grid.run(5 * Grid.SECOND);
    tile.start();

    assertThat(grid.runUntil(() -> tile.holds(young), MINUTE)).isTrue();
    assertThat(counters().get("bytes_reused")).isGreaterThan(LENGTH / 3L);
    assertThat(counters().get("bytes_received")).isLessThan(LENGTH * 3L / 4);
    assertThat(counters()).doesNotContainKey("chunks_wrong");
    assertThat(nobodyIsBlamed()).isTrue();
    assertThat(tile.staging).isEmpty();
  }

  @Test
  void whatWasStagedOfAnotherVersionAndIsWrongByNowIsPulled() {
    halfOfTheOldOneIsThere();
    byte[] staged = tile.staging.get(old.entry().manifestId());
    for (int at = 0; at < LENGTH; at += CHUNK) {
      staged[at] ^= 1;
    }

    source.drop(1, young);

    assertThat(grid.runUntil(() -> tile.holds(young), MINUTE)).isTrue();
    // What was under way of the old one at that moment still came.
    assertThat(counters().getOrDefault("bytes_reused", 0L)).isLessThan(LENGTH / 4L);
  }
}
