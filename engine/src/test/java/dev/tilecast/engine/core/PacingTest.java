package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.transport.Direction;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What the report says of the speed of transfers, and of what they wait for. */
final class PacingTest {
  private final Grid grid = new Grid(7);
  private final List<Grid.Tile> line = grid.line(3);
  private final Grid.Tile first = line.get(0);
  private final Grid.Tile middle = line.get(1);
  private final Grid.Tile last = line.get(2);

  private void begin(int rate) {
    for (Grid.Tile tile : line) {
      tile.wires.values().forEach(wire -> wire.rate = rate);
    }
    grid.startAll();
    grid.run(Grid.SECOND);
  }

  private static TransferPace pace(Grid.Tile tile) {
    return tile.core.report().transfers().get(0).pace();
  }

  private static boolean waitsFor(Grid.Tile tile, TransferWait wait) {
    List<TileReport.Transfer> transfers = tile.core.report().transfers();
    return !transfers.isEmpty() && transfers.get(0).pace().waitsFor() == wait;
  }

  @Test
  void aTransferAtTheSpeedOfItsLinkHasAScoreNearOne() {
    begin(50_000);
    first.drop(1, grid.file("demo.mfz", 100, 300_000, "alpha"));
    grid.run(4 * Grid.SECOND);
    TransferPace under = pace(middle);
    assertThat(grid.runUntil(() -> !middle.live.isEmpty(), 20 * Grid.SECOND)).isTrue();

    FinishedTransfer done = middle.core.report().finished().get(0);
    assertThat(under.waitsFor()).isEqualTo(TransferWait.BYTES);
    assertThat(under.bytesPerSecond()).isCloseTo(47_000, Percentage.withPercentage(3));
    assertThat(under.linkBytesPerSecond()).isCloseTo(47_000, Percentage.withPercentage(3));
    assertThat(under.boundNanos() / 1e9).isBetween(6.2, 6.6);
    assertThat(done.pulledBytes()).isEqualTo(300_000);
    assertThat(done.sources()).containsExactly(Direction.WT);
    assertThat(done.score().getAsDouble()).isBetween(1.0, 1.1);
  }

  @Test
  void aLinkThatHasBeenFasterMakesTheScoreWorse() {
    begin(50_000);
    first.drop(1, grid.file("demo.mfz", 100, 300_000, "alpha"));
    grid.run(3 * Grid.SECOND);
    first.wires.get(Direction.ET).rate = 10_000;
    grid.run(5 * Grid.SECOND);
    TransferPace slow = pace(middle);
    assertThat(grid.runUntil(() -> !middle.live.isEmpty(), 60 * Grid.SECOND)).isTrue();

    FinishedTransfer done = middle.core.report().finished().get(0);
    assertThat(slow.bytesPerSecond() * 4).isLessThan(slow.linkBytesPerSecond());
    assertThat(done.boundNanos() / 1e9).isBetween(6.2, 6.6);
    assertThat(done.score().getAsDouble()).isGreaterThan(3);
  }

  @Test
  void theTimeInWhichNobodyCouldDeliverIsNotHeldAgainstTheLinks() {
    begin(50_000);
    first.drop(1, grid.file("demo.mfz", 100, 300_000, "alpha"));
    grid.run(3 * Grid.SECOND);
    first.crash();
    middle.step(new Input.LinkDown(Direction.WT, "down"));
    grid.run(Grid.SECOND);

    assertThat(pace(middle).waitsFor()).isEqualTo(TransferWait.SILENT);
    assertThat(pace(middle).linkBytesPerSecond()).isZero();

    grid.run(19 * Grid.SECOND);
    first.start();
    middle.step(new Input.LinkUp(Direction.WT, 255));
    assertThat(grid.runUntil(() -> !middle.live.isEmpty(), 60 * Grid.SECOND)).isTrue();

    FinishedTransfer done = middle.core.report().finished().get(0);
    assertThat(done.tookNanos()).isGreaterThan(25 * Grid.SECOND);
    assertThat(done.score().getAsDouble()).isBetween(1.0, 1.3);
  }

  @Test
  void theTimeInWhichNobodyCouldDeliverIsAddedToTheBound() {
    begin(50_000);
    first.drop(1, grid.file("demo.mfz", 100, 300_000, "alpha"));
    grid.run(3 * Grid.SECOND);
    long bound = pace(middle).boundNanos();
    first.crash();
    middle.step(new Input.LinkDown(Direction.WT, "down"));
    grid.run(60 * Grid.SECOND);
    middle.step(new Input.Tick());
    long later = pace(middle).boundNanos();
    grid.run(60 * Grid.SECOND);
    middle.step(new Input.Tick());

    // A factor would have made of the minute many, since little of it was pulled before.
    assertThat((later - bound) / 1e9).isBetween(58.0, 61.0);
    assertThat((pace(middle).boundNanos() - later) / 1e9).isBetween(59.9, 60.1);
  }

  @Test
  void aQuickTransferAfterASlowSpellHasNoBoundThatItBeats() {
    begin(5_000);
    first.drop(1, grid.file("slow.mfz", 100, 20_000, "alpha"));
    assertThat(grid.runUntil(() -> !middle.live.isEmpty(), 20 * Grid.SECOND)).isTrue();
    first.wires.get(Direction.ET).rate = 500_000;
    first.drop(2, grid.file("quick.mfz", 100, 50_000, "alpha"));
    assertThat(grid.runUntil(() -> middle.live.size() == 2, 20 * Grid.SECOND)).isTrue();

    FinishedTransfer quick = middle.core.report().finished().get(0);
    assertThat(quick.name().text()).isEqualTo("quick.mfz");
    assertThat(quick.tookNanos()).isLessThan(Grid.SECOND);
    assertThat(quick.boundNanos()).isLessThanOrEqualTo(quick.tookNanos());
    assertThat(quick.score().getAsDouble()).isBetween(1.0, 1.5);
  }

  @Test
  void tellsWhatASourceThatStreamsHoldsAndWhenItGained() {
    begin(50_000);
    first.wires.get(Direction.ET).rate = 5_000;
    first.dropSealed(1, grid.file("demo.mfz", 100, 100_000, "alpha"));
    assertThat(grid.runUntil(() -> waitsFor(last, TransferWait.GAIN), 20 * Grid.SECOND)).isTrue();
    grid.runUntil(
        () -> waitsFor(last, TransferWait.GAIN) && pace(last).pulledBytes() > 20_000,
        20 * Grid.SECOND);
    first.wires.get(Direction.ET).cut = true;
    grid.run(5 * Grid.SECOND);

    TransferSource source = pace(last).sources().get(0);
    int here = last.core.report().transfers().get(0).chunksVerified();
    assertThat(pace(last).waitsFor()).isEqualTo(TransferWait.GAIN);
    assertThat(pace(last).waitNanos()).isGreaterThan(4 * Grid.SECOND);
    assertThat(source.direction()).isEqualTo(Direction.WT);
    assertThat(source.whole()).isFalse();
    assertThat(source.able()).isFalse();
    assertThat(source.chunksHeld()).isEqualTo(here).isPositive();
    assertThat(source.chunksOfUse()).isZero();
    assertThat(source.gainedNanosAgo()).isGreaterThan(4 * Grid.SECOND);
    assertThat(source.pulledBytes()).isGreaterThan(20_000);
    first.wires.get(Direction.ET).cut = false;
    assertThat(grid.runUntil(() -> !last.live.isEmpty(), 60 * Grid.SECOND)).isTrue();
    // What it could have of its own source it had: that source was slow, and not its link.
    assertThat(last.core.report().finished().get(0).score().getAsDouble()).isBetween(1.0, 1.5);
  }

  @Test
  void tellsThatCopiesAreWaitedForAndCountsThemAsNotPulled() {
    Grid.TestFile old = grid.file("demo.mfz", 100, 300_000, "alpha");
    begin(50_000);
    first.drop(1, old);
    assertThat(grid.runUntil(() -> !middle.live.isEmpty(), 20 * Grid.SECOND)).isTrue();
    middle.copyNanos = 20 * Grid.SECOND;
    first.drop(2, grid.next(old, 200, 0, 150_000));

    assertThat(grid.runUntil(() -> waitsFor(middle, TransferWait.COPIES), 5 * Grid.SECOND))
        .isTrue();
    assertThat(pace(middle).againNanos()).isPositive();
    assertThat(grid.runUntil(() -> middle.core.report().finished().size() == 2, 60 * Grid.SECOND))
        .isTrue();
    FinishedTransfer done = middle.core.report().finished().get(0);
    assertThat(done.stamp()).isEqualTo(200);
    assertThat(done.reusedBytes()).isGreaterThan(140_000);
    assertThat(done.boundNanos() / 1e9).isBetween(2.5, 3.8);
    assertThat(done.tookNanos()).isGreaterThan(20 * Grid.SECOND);
  }

  @Test
  void tellsWhoHasNoSlotAndWhoSharesAWindow() {
    grid.limits = new Limits(1 << 20, 3, 100);
    begin(20_000);
    for (int i = 0; i < 3; i++) {
      first.dropSealed(i, grid.file("demo" + i + ".mfz", 100, 100_000, "alpha"));
    }
    grid.run(3 * Grid.SECOND);

    assertThat(middle.core.report().claims())
        .anyMatch(
            claim ->
                claim
                    .state()
                    .equals(
                        "waits for a free slot: 2 of 3 transfers run already, and the last slot is"
                            + " for a neighbor that has none"));
    assertThat(
            grid.runUntil(
                () ->
                    middle.core.report().transfers().stream()
                        .anyMatch(t -> t.pace().waitsFor() == TransferWait.WINDOW),
                5 * Grid.SECOND))
        .isTrue();
  }

  @Test
  void whatCameFromANeighborThatStartsAnewCounts() {
    List<Grid.Tile> line = grid.line(3);
    Grid.Tile quick = line.get(0);
    Grid.Tile middle = line.get(1);
    Grid.Tile slow = line.get(2);
    Grid.TestFile file = grid.file("demo.mfz", 100, 2_000_000, "alpha");
    quick.beginsWith(file);
    slow.beginsWith(file);
    quick.wires.get(Direction.ET).rate = 200_000;
    slow.wires.get(Direction.WT).rate = 10_000;
    grid.startAll();
    grid.runUntil(
        () ->
            middle.core.report().transfers().stream().anyMatch(t -> t.verifiedBytes() > 1_700_000),
        30 * Grid.SECOND);
    quick.crash();
    quick.live.clear();
    quick.marks.clear();
    quick.start();
    assertThat(grid.runUntil(() -> middle.holds(file), 300 * Grid.SECOND)).isTrue();
    FinishedTransfer done = middle.core.report().finished().get(0);
    assertThat(done.score().getAsDouble()).isGreaterThan(0.95);
  }

  @Test
  void keepsOnlyTheLastOnes() {
    begin(0);
    for (int i = 0; i < Limits.FINISHED_SHOWN_MAX + 3; i++) {
      first.drop(i, grid.file("demo" + i + ".mfz", 100, 1000, "alpha"));
      grid.run(Grid.SECOND);
    }
    grid.run(30 * Grid.SECOND);

    assertThat(middle.live).hasSize(Limits.FINISHED_SHOWN_MAX + 3);
    List<FinishedTransfer> finished = middle.core.report().finished();
    assertThat(finished).hasSize(Limits.FINISHED_SHOWN_MAX);
    assertThat(finished.get(0).name().text())
        .isEqualTo("demo" + (Limits.FINISHED_SHOWN_MAX + 2) + ".mfz");
    // So few bytes measure no link.
    assertThat(finished.get(0).score()).isEmpty();
  }
}
