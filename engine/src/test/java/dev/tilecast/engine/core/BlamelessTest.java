package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who has done nothing wrong does not wait for it. */
final class BlamelessTest {
  private final Grid grid = new Grid(7);

  @Test
  void whoseKeyIsTakenAwayHere() {
    List<Grid.Tile> line = slowLine();
    Grid.Tile there = line.get(0);
    Grid.Tile here = line.get(1);
    here.trust = Grid.trustIn("alpha", "beta");
    there.trust = here.trust;
    grid.startAll();
    grid.run(Grid.SECOND);
    there.drop(1, grid.file("b.mfz", 100, 300_000, "beta"));
    grid.run(3 * Grid.SECOND);
    assertThat(here.core.report().transfers()).hasSize(1);

    here.trust = Grid.trustIn("alpha");
    here.step(new Input.TrustChanged(here.trust));
    Grid.TestFile next = grid.file("a.mfz", 100, 1000, "alpha");
    there.drop(2, next);

    assertThat(grid.runUntil(() -> here.holds(next), Grid.SECOND)).isTrue();
  }

  @Test
  void whoseDiskIsLostWhileItGivesAFile() {
    List<Grid.Tile> line = slowLine();
    Grid.Tile there = line.get(0);
    Grid.Tile here = line.get(1);
    grid.startAll();
    grid.run(Grid.SECOND);
    there.drop(1, grid.file("b.mfz", 100, 300_000, "alpha"));
    grid.run(3 * Grid.SECOND);
    assertThat(here.core.report().transfers()).hasSize(1);

    there.crash();
    there.live.clear();
    there.marks.clear();
    there.start();
    grid.run(1500 * Grid.MILLI);
    Grid.TestFile next = grid.file("a.mfz", 100, 1000, "alpha");
    there.drop(2, next);

    assertThat(grid.runUntil(() -> here.holds(next), Grid.SECOND)).isTrue();
  }

  @Test
  void whoStreamsTwoVersionsOfOneName() {
    Grid.Tile newer = grid.tile("newer");
    Grid.Tile older = grid.tile("older");
    Grid.Tile between = grid.tile("between");
    Grid.Tile here = grid.tile("here");
    grid.join(newer, Direction.ET, between);
    grid.join(older, Direction.SE, between);
    grid.join(between, Direction.ET, here);
    newer.wires.values().forEach(wire -> wire.rate = 20_000);
    older.wires.values().forEach(wire -> wire.rate = 20_000);
    grid.startAll();
    grid.run(Grid.SECOND);
    Grid.TestFile wanted = grid.file("a.mfz", 102, 600_000, "alpha");
    newer.dropSealed(1, wanted);
    older.dropSealed(2, grid.file("a.mfz", 100, 600_000, "alpha"));

    assertThat(grid.runUntil(() -> here.holds(wanted), 60 * Grid.SECOND)).isTrue();
    assertThat(here.core.report().counters()).containsEntry("transfers_begun", 1L);
  }

  /** Slowed down for its silence it is, but once. */
  @Test
  void whoIsSilentOnceWaitsForItOnce() {
    Grid.Tile silent = grid.tile("silent");
    Grid.Tile here = grid.tile("here");
    grid.join(silent, Direction.ET, here);
    Name second = new Name("second.mfz");
    Grid.TestFile file = grid.file("first.mfz", 100, 300_000, "alpha");
    Grid.TestFile other = grid.file(second.text(), 100, 300_000, "alpha");
    boolean[] asked = {false};
    silent.hostile =
        Optional.of(
            message ->
                asked[0] |=
                    message instanceof Message.ManifestWant want
                        && want.key() == other.entry().manifestId().firstInt());
    grid.startAll();
    silent.sayHello();
    grid.run(100 * Grid.MILLI);
    silent.transmit(Direction.ET, file.entry().advertisement());
    assertThat(
            grid.runUntil(
                () ->
                    here.core
                        .report()
                        .neighbors()
                        .get(0)
                        .counters()
                        .containsKey("claims_unanswered"),
                100 * Grid.SECOND))
        .isTrue();

    silent.transmit(Direction.ET, other.entry().advertisement());

    assertThat(grid.runUntil(() -> asked[0], 3 * Grid.SECOND)).isTrue();
  }

  @Test
  void whoPublishesAgainBeforeTheFirstIsJudged() {
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile there = line.get(0);
    Grid.Tile here = line.get(1);
    here.judgeNanos = Grid.SECOND;
    grid.startAll();
    grid.run(Grid.SECOND);
    there.drop(1, grid.file("demo.mfz", 100, 20_000, "alpha"));
    grid.run(500 * Grid.MILLI);
    Grid.TestFile next = grid.file("demo.mfz", 102, 20_000, "alpha");
    there.drop(2, next);
    boolean soon = grid.runUntil(() -> here.holds(next), 1500 * Grid.MILLI);
    grid.runUntil(() -> here.holds(next), 100 * Grid.SECOND);
    assertThat(soon).isTrue();
  }

  @Test
  void whoseLinkFallsAgainAndAgain() {
    Grid.TestFile file = grid.file("demo.mfz", 100, 3_000_000, "alpha");
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile there = line.get(0);
    Grid.Tile here = line.get(1);
    there.live.put(file.entry().version().name(), file);
    there.wires.get(Direction.ET).rate = 40_000;
    grid.startAll();
    grid.run(3 * Grid.SECOND);

    for (int i = 0; i < 60; i++) {
      there.step(new Input.LinkDown(Direction.ET, "closed"));
      here.step(new Input.LinkDown(Direction.WT, "closed"));
      there.step(new Input.LinkUp(Direction.ET, 255));
      here.step(new Input.LinkUp(Direction.WT, 255));
      grid.run(3 * Grid.SECOND);
    }

    assertThat(here.holds(file)).isTrue();
  }

  @Test
  void whoseDiskRotsWhileAnotherOffersTheSame() {
    Name demo = new Name("demo.mfz");
    Grid.TestFile file = grid.file("demo.mfz", 100, 1_000_000, "alpha");
    List<Grid.Tile> line = grid.line(3);
    Grid.Tile rotting = line.get(0);
    Grid.Tile here = line.get(1);
    Grid.Tile other = line.get(2);
    List.of(rotting, other).forEach(tile -> tile.live.put(demo, file));
    rotting.wires.get(Direction.ET).rate = 10_000;
    other.wires.get(Direction.WT).rate = 10_000;
    rotting.start();
    here.start();
    grid.run(3 * Grid.SECOND);
    other.start();
    grid.run(3 * Grid.SECOND);
    for (int i = 0; i < 240; i++) {
      rotting.rot(demo, i * 4096);
    }
    rotting.step(new Input.ScrubAsked(Optional.of(demo)));
    assertThat(grid.runUntil(() -> here.core.report().claims().size() == 1, 3 * Grid.SECOND))
        .isTrue();
    Grid.TestFile small = grid.file("small.mfz", 100, 300, "alpha");

    rotting.drop(1, small);

    assertThat(grid.runUntil(() -> here.holds(small), 1500 * Grid.MILLI)).isTrue();
  }

  /** It has what it claims; what the liar had claimed over that link, it denies. */
  @Test
  void whoTakesTheLinkOfALiar() {
    Grid.Tile other = grid.tile("other");
    Grid.Tile here = grid.tile("here");
    grid.join(other, Direction.ET, here);
    other.hostile = Optional.of(message -> {});
    grid.startAll();
    other.sayHello();
    grid.run(Grid.SECOND);
    for (int i = 0; i < 500; i++) {
      other.transmit(
          Direction.ET, grid.file("lie-" + i + ".mfz", 100, 20, "alpha").entry().advertisement());
    }
    grid.run(200 * Grid.MILLI);
    Grid.TestFile real = grid.file("real.mfz", 100, 20, "alpha");
    int wanted = real.entry().manifestId().firstInt();
    boolean[] asked = {false};
    other.hostile =
        Optional.of(
            message -> {
              if (message instanceof Message.ManifestWant want && want.key() == wanted) {
                asked[0] = true;
              } else if (message instanceof Message.ManifestWant want) {
                other.transmit(Direction.ET, new Message.None(want.key(), Reason.NOT_HELD));
              }
            });

    other.sayHello(667);
    other.transmit(Direction.ET, real.entry().advertisement());

    boolean served = grid.runUntil(() -> asked[0], 20 * Grid.SECOND);
    assertThat(served).isTrue();
  }

  private List<Grid.Tile> slowLine() {
    List<Grid.Tile> line = grid.line(2);
    line.get(0).wires.values().forEach(wire -> wire.rate = 20_000);
    return line;
  }
}
