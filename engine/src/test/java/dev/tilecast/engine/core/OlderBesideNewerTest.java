package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.List;
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

  private static long count(Grid.Tile tile, String counter) {
    return tile.core.report().counters().getOrDefault(counter, 0L);
  }
}
