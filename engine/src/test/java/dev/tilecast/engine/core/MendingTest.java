package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whom a tile asks to make a rotten file whole, and who is told of it. */
final class MendingTest {
  private static final Name DEMO = new Name("demo.mfz");
  private static final int CHUNK = 4096;

  private final Grid grid = new Grid(5);

  @Test
  void aRottenNeighborDoesNotKeepAnotherFromBeingAsked() {
    Grid.TestFile file = grid.file("demo.mfz", 100, 60_000, "alpha");
    Grid.TestFile other = grid.file("other.mfz", 100, 100, "beta");
    List<Grid.Tile> line = grid.line(3);
    Grid.Tile bad = line.get(0);
    Grid.Tile tile = line.get(1);
    Grid.Tile good = line.get(2);
    line.forEach(t -> t.live.put(DEMO, file));
    tile.live.put(name(other), other);
    tile.trust = Grid.trustIn("alpha", "beta");
    good.wires.get(Direction.WT).lose(Message.Advertisement.class::isInstance);
    grid.startAll();
    grid.run(Grid.SECOND);
    tile.rot(DEMO, 0);
    bad.rot(DEMO, 0);
    bad.step(new Input.ScrubAsked(Optional.of(DEMO)));
    tile.step(new Input.ScrubAsked(Optional.of(DEMO)));
    grid.run(Grid.SECOND);
    good.wires.get(Direction.WT).loseNothing();

    assertThat(grid.runUntil(() -> tile.holds(file), 7200 * Grid.SECOND)).isTrue();
  }

  @Test
  void whatTwoNeighborsHaveBetweenThemMends() {
    Grid.TestFile file = grid.file("demo.mfz", 100, 60_000, "alpha");
    List<Grid.Tile> line = grid.line(3);
    line.forEach(t -> t.live.put(DEMO, file));
    grid.startAll();
    grid.run(Grid.SECOND);
    Grid.Tile west = line.get(0);
    Grid.Tile tile = line.get(1);
    Grid.Tile east = line.get(2);
    List.of(0, 9, 12).forEach(i -> tile.rot(DEMO, i * CHUNK));
    boolean swap = tile.core.report().neighbors().get(0).direction() == Direction.WT;
    Grid.Tile first = swap ? west : east;
    Grid.Tile second = swap ? east : west;
    first.rot(DEMO, 9 * CHUNK);
    second.rot(DEMO, 0);
    second.rot(DEMO, 12 * CHUNK);
    line.forEach(t -> t.step(new Input.ScrubAsked(Optional.empty())));
    assertThat(grid.runUntil(() -> tile.holds(file), 24 * 3600 * Grid.SECOND)).isTrue();
  }

  @Test
  void whoGivesDropByDropDoesNotKeepAnotherFromMending() {
    Grid.TestFile file = grid.file("demo.mfz", 100, 60_000, "alpha");
    Grid.Tile liar = grid.tile("liar");
    Grid.Tile tile = grid.tile("tile");
    Grid.Tile good = grid.tile("good");
    Direction toLiar = Direction.NT;
    Direction toGood = Direction.ET;
    grid.join(tile, toLiar, liar);
    grid.join(tile, toGood, good);
    tile.live.put(DEMO, file);
    good.live.put(DEMO, file);
    int key = file.entry().manifestId().firstInt();
    liar.hostile =
        Optional.of(
            message -> {
              if (message instanceof Message.Want want && want.key() == key) {
                Message.Range range = want.ranges().get(0);
                int from = (int) range.offset();
                for (int i = 0; i < 20; i++) {
                  int at = from + i;
                  grid.at(
                      grid.now + (i + 1L) * 1500 * Grid.MILLI,
                      () ->
                          liar.transmit(
                              toLiar.opposite(),
                              new Message.Data(key, at, file.content().slice(at, at + 1))));
                }
              }
            });
    grid.startAll();
    liar.sayHello();
    grid.run(Grid.SECOND);
    for (int i = 0; i < 20_000; i++) {
      grid.at(
          grid.now + i * Grid.SECOND,
          () -> liar.transmit(toLiar.opposite(), file.entry().advertisement()));
      if (i % 60 == 0) {
        grid.at(grid.now + i * Grid.SECOND, liar::sayHello);
      }
    }
    grid.run(2 * Grid.SECOND);
    tile.rot(DEMO, 0);
    tile.step(new Input.ScrubAsked(Optional.empty()));
    assertThat(grid.runUntil(() -> tile.holds(file), 4 * 3600 * Grid.SECOND)).isTrue();
  }

  @Test
  void whatWasRefusedOnceAndIsFoundWholeAgainIsToldUntilItIsHeard() {
    Grid.TestFile file = grid.file("demo.mfz", 100, 60_000, "beta");
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile tile = line.get(0);
    Grid.Tile asker = line.get(1);
    tile.trust = Grid.trustIn("alpha", "beta");
    tile.live.put(DEMO, file);
    grid.startAll();
    grid.run(Grid.SECOND);
    assertThat(asker.core.report().claims()).hasSize(1);

    // A folder lies in its place when the key comes.
    tile.misplaced = Optional.of(Misplaced.FOLDER);
    tile.step(new Input.LiveDoubted(DEMO));
    grid.run(Grid.SECOND);
    asker.trust = Grid.trustIn("alpha", "beta");
    asker.step(new Input.TrustChanged(asker.trust));
    grid.run(30 * Grid.SECOND);

    // It is moved away while the link is down.
    tile.step(new Input.LinkDown(Direction.ET, "pulled"));
    asker.step(new Input.LinkDown(Direction.WT, "pulled"));
    tile.misplaced = Optional.empty();
    tile.step(new Input.LiveDoubted(DEMO));
    grid.run(Grid.SECOND);
    assertThat(tile.core.report().scrub().rotten()).isEmpty();
    tile.step(new Input.LinkUp(Direction.ET, 255));
    asker.step(new Input.LinkUp(Direction.WT, 255));

    assertThat(grid.runUntil(() -> asker.holds(file), 24 * 3600 * Grid.SECOND)).isTrue();
  }

  @Test
  void whatIsAskedForWhileItIsDoubtedIsToldAfterwards() {
    Grid.TestFile file = grid.file("demo.mfz", 100, 60_000, "beta");
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile tile = line.get(0);
    Grid.Tile asker = line.get(1);
    tile.trust = Grid.trustIn("alpha", "beta");
    tile.live.put(DEMO, file);
    grid.startAll();
    grid.run(5 * Grid.SECOND);
    assertThat(asker.core.report().claims()).hasSize(1);
    for (int i = 0; i < 200; i++) {
      grid.at(grid.now + i * (Grid.MILLI / 2), () -> tile.step(new Input.LiveDoubted(DEMO)));
    }
    asker.trust = Grid.trustIn("alpha", "beta");
    asker.step(new Input.TrustChanged(asker.trust));
    assertThat(grid.runUntil(() -> asker.holds(file), 24 * 3600 * Grid.SECOND)).isTrue();
  }

  @Test
  void claimsAreTakenBackOfWhoWasAwayWhenTheRotWasFound() {
    List<Grid.TestFile> files = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      files.add(grid.file("demo-" + i + ".mfz", 100, 60_000, "alpha"));
    }
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile tile = line.get(0);
    Grid.Tile asker = line.get(1);
    files.forEach(f -> tile.live.put(name(f), f));
    tile.wires.get(Direction.ET).rate = 20_000;
    grid.startAll();
    assertThat(
            grid.runUntil(
                () ->
                    count(asker, "transfers_begun") > 0 && asker.core.report().claims().size() >= 9,
                Grid.SECOND))
        .isTrue();
    tile.step(new Input.LinkDown(Direction.ET, "pulled"));
    asker.step(new Input.LinkDown(Direction.WT, "pulled"));
    files.subList(0, 8).forEach(f -> tile.rot(name(f), 0));
    tile.step(new Input.ScrubAsked(Optional.empty()));
    grid.run(5 * Grid.SECOND);
    tile.step(new Input.LinkUp(Direction.ET, 255));
    asker.step(new Input.LinkUp(Direction.WT, 255));
    grid.run(3600 * Grid.SECOND);
    assertThat(asker.holds(files.get(8))).isTrue();
    assertThat(count(asker, "transfers_begun")).isLessThanOrEqualTo(3);
  }

  @Test
  void manyRottenFilesAreCalm() {
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile tile = line.get(0);
    Grid.Tile there = line.get(1);
    List<Grid.TestFile> files = new ArrayList<>();
    int[] under = new int[16];
    for (int i = 0; files.size() < 256; i++) {
      int nibble = (CatalogTree.key(new Name("f" + i + ".mfz")).toArray()[0] & 0xFF) >> 4;
      if (under[nibble]++ >= 16) {
        continue;
      }
      Grid.TestFile f = grid.file("f" + i + ".mfz", 100, 100, "alpha");
      files.add(f);
      tile.live.put(name(f), f);
      if (files.size() > 64) {
        there.live.put(name(f), f);
      }
    }
    for (int i = 0; i < 64; i++) {
      tile.rot(name(files.get(i)), 0);
    }
    tile.start();
    tile.step(new Input.ScrubAsked(Optional.empty()));
    grid.run(10 * Grid.SECOND);
    there.start();
    grid.run(3600 * Grid.SECOND);
    long before = tile.wires.get(Direction.ET).bytes;
    long beforeBack = there.wires.get(Direction.WT).bytes;
    grid.run(3600 * Grid.SECOND);
    double out = (tile.wires.get(Direction.ET).bytes - before) / 3600.0;
    double back = (there.wires.get(Direction.WT).bytes - beforeBack) / 3600.0;
    assertThat(out).isLessThan(20);
    assertThat(back).isLessThan(20);
  }

  @Test
  void whatIsFoundRottenBeyondTheBookIsNeitherToldNorServed() {
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile tile = line.get(0);
    for (int i = 0; i <= Limits.ROTTEN_MAX; i++) {
      Grid.TestFile file = grid.file("f" + (100 + i) + ".mfz", 100, 20_000, "alpha");
      line.forEach(t -> t.live.put(name(file), file));
    }
    tile.wires.get(Direction.ET).cut = true;
    grid.startAll();
    grid.run(Grid.SECOND);
    List<Name> names = List.copyOf(tile.live.keySet());
    names.forEach(name -> tile.rot(name, 5000));
    names.forEach(name -> tile.step(new Input.LiveDoubted(name)));
    grid.run(5 * Grid.SECOND);
    tile.wires.get(Direction.ET).cut = false;
    Name last = new Name("f" + (100 + Limits.ROTTEN_MAX) + ".mfz");
    assertThat(tile.sent)
        .noneMatch(m -> m instanceof Message.Advertisement ad && ad.name().equals(last));

    int key = tile.live.get(last).manifest().head().id().firstInt();
    tile.sent.clear();
    Message want = new Message.Want(key, 1, List.of(new Message.Range(5000, 10)));
    tile.step(new Input.Received(Direction.ET, want));

    assertThat(tile.sent(Message.Data.class)).isZero();
  }

  private static Name name(Grid.TestFile file) {
    return file.entry().version().name();
  }

  private static long count(Grid.Tile tile, String counter) {
    return tile.core.report().counters().getOrDefault(counter, 0L);
  }
}
