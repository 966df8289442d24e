package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a neighbor has of a name while it pulls something newer. */
final class OlderBesideNewerTest {
  private final Grid grid = new Grid(5);

  @Test
  void whoHasAnOlderOneLiveAndStreamsANewerOneToOneThatHasOneBetween() {
    Grid.Tile source = grid.tile("source");
    Grid.Tile between = grid.tile("between");
    Grid.Tile here = grid.tile("here");
    grid.join(source, Direction.ET, between);
    grid.join(between, Direction.ET, here);
    source.wires.values().forEach(w -> w.rate = 20_000);
    between.wires.values().forEach(w -> w.rate = 60_000);
    Grid.TestFile v1 = grid.file("demo.mfz", 100, 600_000, "alpha");
    Grid.TestFile v2 = grid.file("demo.mfz", 102, 600_000, "alpha");
    Grid.TestFile v3 = grid.file("demo.mfz", 104, 600_000, "alpha");
    between.beginsWith(v1);
    here.beginsWith(v2);
    source.beginsWith(v1);
    grid.startAll();
    grid.run(100 * Grid.MILLI);
    source.dropSealed(1, v3);
    assertThat(grid.runUntil(() -> between.holds(v3), 120 * Grid.SECOND)).isTrue();
    assertThat(grid.runUntil(() -> here.holds(v3), 2 * Grid.SECOND)).isTrue();
    assertThat(count(here, "transfers_begun")).isEqualTo(1);
  }

  @Test
  void whatWasRefusedWhileItCameInIsClaimedWhenItsKeyComes() {
    List<Grid.Tile> line = grid.line(3);
    Grid.Tile source = line.get(0);
    Grid.Tile there = line.get(1);
    Grid.Tile here = line.get(2);
    Grid.TestFile v1 = grid.file("demo.mfz", 100, 60_000, "alpha");
    Grid.TestFile v2 = grid.file("demo.mfz", 102, 6_000, "beta");
    there.beginsWith(v1);
    source.trust = Grid.trustIn("alpha", "beta");
    there.trust = source.trust;
    here.diskFull = true;
    grid.startAll();
    grid.run(5 * Grid.SECOND);
    // NONE is slow, and one packet is lost.
    here.wires.get(Direction.WT).delay = 300 * Grid.MILLI;
    there
        .wires
        .get(Direction.ET)
        .lose(m -> m instanceof Message.Advertisement ad && ad.stamp() == 102 && ad.isWhole());
    source.dropSealed(1, v2);
    assertThat(grid.runUntil(() -> there.holds(v2), 10 * Grid.SECOND)).isTrue();
    grid.run(200 * Grid.MILLI);
    there.wires.get(Direction.ET).loseNothing();
    grid.run(10 * Grid.SECOND);
    here.diskFull = false;
    here.trust = source.trust;
    here.step(new Input.TrustChanged(here.trust));
    assertThat(grid.runUntil(() -> here.holds(v2), 24 * 3600 * Grid.SECOND)).isTrue();
  }

  /** Somebody claims to have all of a newer version, and gives nothing but its beginning. */
  @Test
  void aNewerOneThatGetsNowhereDoesNotKeepTheOlderOneAway() {
    Grid.Tile liar = grid.tile("liar");
    Grid.Tile there = grid.tile("there");
    Grid.Tile here = grid.tile("here");
    grid.join(there, Direction.ET, here);
    grid.join(here, Direction.NE, liar);
    grid.join(there, Direction.SE, liar);
    Grid.TestFile older = grid.file("demo.mfz", 100, 400_000, "alpha");
    Grid.TestFile newer = grid.file("demo.mfz", 102, 300_000, "alpha");
    there.beginsWith(older);
    int begins = 40_000;
    liar.hostile =
        Optional.of(
            message ->
                liar.wires.keySet().forEach(to -> Grid.giveUpTo(begins, liar, to, newer, message)));
    there.start();
    liar.sayHello();
    liar.wires
        .keySet()
        .forEach(to -> liar.transmit(to, Grid.advertisement(newer.manifest(), true, 1000)));
    for (int i = 1; i < 200; i++) {
      grid.at(grid.now + i * 10L * Grid.SECOND, liar::sayHello);
    }
    assertThat(grid.runUntil(() -> verified(there) > 0, 10 * Grid.SECOND)).isTrue();
    Grid.Wire wire = there.wires.get(Direction.ET);
    wire.cut = true;
    here.room = 350_000;
    here.start();
    liar.sayHello();
    liar.wires
        .keySet()
        .forEach(to -> liar.transmit(to, Grid.advertisement(newer.manifest(), true, 1000)));
    assertThat(grid.runUntil(() -> verified(here) > 0, 10 * Grid.SECOND)).isTrue();
    wire.cut = false;
    // There is no room for the older one as long as nothing else is offered there.
    assertThat(grid.runUntil(() -> isPulledFrom(here, newer, Direction.WT), 60 * Grid.SECOND))
        .isTrue();
    here.room = Long.MAX_VALUE;

    assertThat(grid.runUntil(() -> here.holds(older), 300 * Grid.SECOND)).isTrue();
    grid.run(1000 * Grid.SECOND);
    // The newer one, and the older one twice, since there was no room for it at first.
    assertThat(count(here, "transfers_begun")).isEqualTo(3);
  }

  /** Told again, the older one is no news, and takes no part of the link. */
  @Test
  void anOlderOneThatIsToldAgainDoesNotTakeThePlaceOfWhatStreams() {
    assertThat(secondsOfTheNewer(false, 0)).isLessThan(240);
    assertThat(secondsOfTheNewer(true, 0)).isLessThan(240);
  }

  /** Who judges slowly asks late, and is told late which chunks there are. */
  @Test
  void whoJudgesSlowlyDoesNotTakeTheOlderOneFirst() {
    assertThat(secondsOfTheNewer(false, 0, 40)).isLessThan(300);
  }

  /** The newer one comes in 269 s then; with all of the older one in between, in 407 s. */
  @Test
  void aLinkThatLosesDataForAWhileDoesNotMakeTheOlderOneComeFirst() {
    assertThat(secondsOfTheNewer(false, 40)).isLessThan(330);
  }

  /**
   * How long a newer version of 800 kB takes to the end of a line of three, at 4 kB/s, while its
   * middle tells again and again that it has an older one of 4 MB.
   *
   * @param both whether the end has that older one as well
   */
  private static long secondsOfTheNewer(boolean both, int lostSeconds) {
    return secondsOfTheNewer(both, lostSeconds, 0);
  }

  private static long secondsOfTheNewer(boolean both, int lostSeconds, int judgeSeconds) {
    Grid grid = new Grid(21);
    List<Grid.Tile> line = grid.line(3);
    Grid.Tile source = line.get(0);
    Grid.Tile there = line.get(1);
    Grid.Tile here = line.get(2);
    Grid.TestFile older = grid.file("demo.mfz", 100, 4_000_000, "alpha");
    Grid.TestFile newer = grid.file("demo.mfz", 102, 800_000, "alpha");
    there.beginsWith(older);
    if (both) {
      here.beginsWith(older);
    }
    source.beginsSealedWith(newer);
    source.wires.get(Direction.ET).rate = 4_000;
    Grid.Wire wire = there.wires.get(Direction.ET);
    wire.rate = 4_000;
    there.start();
    here.start();
    grid.run(3 * Grid.SECOND);
    here.judgeNanos += judgeSeconds * Grid.SECOND;
    source.start();
    long begun = grid.now;
    for (int i = 1; i < 30; i++) {
      grid.at(
          begun + i * 10L * Grid.SECOND,
          () -> {
            if (there.holds(older)) {
              there.transmit(Direction.ET, Grid.advertisement(older.manifest(), false, 1000));
            }
          });
    }
    if (lostSeconds > 0) {
      grid.at(begun + 30 * Grid.SECOND, () -> wire.lose(Message.Data.class::isInstance));
      grid.at(begun + (30L + lostSeconds) * Grid.SECOND, wire::loseNothing);
    }

    assertThat(grid.runUntil(() -> here.holds(newer), 3600 * Grid.SECOND)).isTrue();
    return (grid.now - begun) / Grid.SECOND;
  }

  /** It has all of the older one, and of the newer one only what it has from us. */
  @Test
  void whoOnlyFollowsANewerOneGivesTheOlderOneMeanwhile() {
    for (boolean sourceFirst : List.of(true, false)) {
      Grid three = new Grid(21);
      Grid.Tile slow = three.tile("slow");
      Grid.Tile here = three.tile("here");
      Grid.Tile there = three.tile("there");
      three.join(slow, Direction.ET, here);
      three.join(here, Direction.ET, there);
      Grid.TestFile older = three.file("demo.mfz", 100, 20_000, "alpha");
      Grid.TestFile newer = three.file("demo.mfz", 102, 4_000_000, "alpha");
      slow.beginsSealedWith(newer);
      there.beginsWith(older);
      slow.wires.get(Direction.ET).rate = 4_000;
      there.wires.get(Direction.WT).rate = 4_000;
      (sourceFirst ? List.of(slow, here) : List.of(slow, here, there)).forEach(Grid.Tile::start);
      if (sourceFirst) {
        three.run(10 * Grid.SECOND);
        there.start();
      }

      assertThat(three.runUntil(() -> here.holds(older), 120 * Grid.SECOND))
          .as("source first: %s", sourceFirst)
          .isTrue();
      assertThat(three.runUntil(() -> here.holds(newer), 1200 * Grid.SECOND)).isTrue();
    }
  }

  private static boolean isPulledFrom(Grid.Tile tile, Grid.TestFile file, Direction direction) {
    return tile.core.report().transfers().stream()
        .filter(transfer -> transfer.manifestId().equals(file.manifest().head().id()))
        .anyMatch(transfer -> transfer.sources().contains(direction));
  }

  private static long verified(Grid.Tile tile) {
    return tile.core.report().transfers().stream()
        .mapToLong(TileReport.Transfer::verifiedBytes)
        .sum();
  }

  private static long count(Grid.Tile tile, String counter) {
    return tile.core.report().counters().getOrDefault(counter, 0L);
  }
}
