package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a careful attacker, or bad luck, does between one of our tiles and an honest one. */
class StubbornFaultsTest {
  private static final long MINUTE = 60 * Grid.SECOND;

  /** liar is NT of middle (asked and served first), honest is ET of middle. */
  private final Grid grid = new Grid(21);

  private final Grid.Tile liar = grid.tile("liar");
  private final Grid.Tile middle = grid.tile("middle");
  private final Grid.Tile honest = grid.tile("honest");

  private void threeTiles() {
    grid.join(middle, Direction.NT, liar);
    grid.join(middle, Direction.ET, honest);
    liar.hostile = Optional.of(message -> {});
  }

  private void begin() {
    grid.startAll();
    for (int i = 0; i < 4000; i++) {
      grid.at(grid.now + i * 30L * Grid.SECOND, liar::sayHello);
    }
    grid.run(Grid.SECOND / 10);
  }

  private void say(Message m) {
    liar.transmit(Direction.NT.opposite(), m);
  }

  private static Message.Advertisement ad(Grid.TestFile f, long stamp, long length) {
    LiveEntry e = f.entry();
    return new Message.Advertisement(
        e.version().name(),
        stamp,
        Rank.of(e.version()).digestPrefix(),
        e.manifestId(),
        length,
        e.fingerprint().prefix(8),
        false,
        1000);
  }

  private void every(long step, long count, Runnable action) {
    for (int i = 0; i < count; i++) {
      grid.at(grid.now + (long) i * step, action);
    }
  }

  /** Gives {@code tile} a neighbor, and that one a file. */
  private static Grid.TestFile besideOneThatHas(Grid.Tile tile, Grid pair) {
    Grid.Tile source = pair.tile("source");
    pair.join(source, Direction.ET, tile);
    Grid.TestFile file = pair.file("demo.mfz", 100, 50_000, "alpha");
    source.live.put(new Name("demo.mfz"), file);
    return file;
  }

  /** Whoever follows it lacks half of it then, and nobody else has that. */
  @Test
  void whatTheDiskDidNotTakeAtItsPromotionIsPulledAgainAtOnce() {
    Grid pair = new Grid(5);
    Grid.Tile tile = pair.tile("tile");
    Grid.Tile follower = pair.tile("follower");
    pair.join(tile, Direction.ET, follower);
    Grid.Tile source = pair.tile("source");
    pair.join(source, Direction.ET, tile);
    Grid.TestFile file = pair.file("demo.mfz", 100, 400_000, "alpha");
    source.beginsSealedWith(file);
    source.wires.get(Direction.ET).rate = 200_000;
    tile.wires.get(Direction.ET).rate = 40_000;
    tile.unsynced = 1;
    pair.startAll();
    assertThat(pair.runUntil(() -> tile.unsynced == 0, 10 * Grid.SECOND)).isTrue();

    assertThat(pair.runUntil(() -> tile.holds(file), 4 * Grid.SECOND)).isTrue();
    // 10 s at the rate of its link, and some of it twice.
    assertThat(pair.runUntil(() -> follower.holds(file), 15 * Grid.SECOND)).isTrue();
  }

  @Test
  void aDiskThatNeverTakesItHasItPulledMoreAndMoreRarely() {
    Grid pair = new Grid(5);
    Grid.Tile tile = pair.tile("tile");
    besideOneThatHas(tile, pair);
    tile.unsynced = Integer.MAX_VALUE;
    pair.startAll();
    pair.run(2 * 3600 * Grid.SECOND);

    // Twice, and then twice every ten minutes.
    assertThat(Integer.MAX_VALUE - tile.unsynced).isBetween(20, 34);
  }

  @Test
  void aStagingFileThatWasReplacedByAnEmptyOneIsPulledAgainAtOnce() {
    Grid pair = new Grid(5);
    Grid.Tile tile = pair.tile("tile");
    Grid.TestFile file = besideOneThatHas(tile, pair);
    tile.unreadable = 1;
    pair.startAll();
    assertThat(pair.runUntil(() -> tile.inspections == 1, MINUTE)).isTrue();
    tile.staging.remove(file.entry().manifestId());

    assertThat(pair.runUntil(() -> tile.holds(file), 10 * Grid.SECOND)).isTrue();
    assertThat(tile.inspections).isEqualTo(2);
    assertThat(tile.core.report().counters().get("bytes_received")).isEqualTo(100_000);
    assertThat(tile.core.report().counters()).doesNotContainKeys("chunks_wrong", "bytes_kept");
  }

  @Test
  void aDiskThatFailsAgainAndAgainIsTriedMoreAndMoreRarely() {
    Grid pair = new Grid(5);
    Grid.Tile tile = pair.tile("tile");
    Grid.TestFile file = besideOneThatHas(tile, pair);
    tile.unreadable = Integer.MAX_VALUE;
    pair.startAll();

    pair.run(60 * MINUTE);
    assertThat(tile.inspections).isBetween(6, 12);
    assertThat(tile.core.report().counters().get("bytes_received")).isEqualTo(50_000);

    tile.unreadable = 0;
    assertThat(pair.runUntil(() -> tile.holds(file), 11 * MINUTE)).isTrue();
  }

  @Test
  void oneFalseAdvertisementDoesNotSpoilTheTrueOne() {
    threeTiles();
    Grid.TestFile file = grid.file("demo.mfz", 100, 50_000, "alpha");
    liar.hostile =
        Optional.of(
            m -> {
              if (m instanceof Message.ManifestWant w) {
                Bytes head = file.manifest().head().encode();
                for (int at = 0; at < head.length(); at += 200) {
                  say(
                      new Message.ManifestPart(
                          w.key(),
                          w.unit(),
                          at,
                          head.length(),
                          head.slice(at, Math.min(head.length(), at + 200))));
                }
              }
            });
    begin();
    say(ad(file, 100, file.content().length() + 1)); // genuine id, false length
    grid.run(Grid.SECOND);
    honest.drop(1, file);
    boolean ok = grid.runUntil(() -> middle.holds(file), 60 * MINUTE);
    assertThat(ok).isTrue();
  }

  @Test
  void repeatingOnePartOfAHeadHoldsNothingUp() {
    threeTiles();
    Grid.TestFile file = grid.file("demo.mfz", 100, 500_000, "alpha");
    boolean[] asked = new boolean[1];
    liar.hostile = Optional.of(m -> asked[0] |= m instanceof Message.ManifestWant);
    begin();
    every(3 * Grid.SECOND, 4, () -> say(ad(file, 100, file.content().length())));
    grid.run(Grid.SECOND);
    Bytes head = file.manifest().head().encode();
    every(
        150 * Grid.MILLI,
        40_000,
        () ->
            say(
                new Message.ManifestPart(
                    file.manifest().head().id().firstInt(),
                    Message.ManifestWant.HEAD,
                    0,
                    head.length(),
                    head.slice(0, 10))));
    honest.drop(1, file);
    boolean ok = grid.runUntil(() -> middle.holds(file), 60 * MINUTE);
    assertThat(ok).isTrue();
  }

  @Test
  void aFalseTotalDoesNotSpoilTheHeadThatOthersGive() {
    threeTiles();
    Grid.TestFile file = grid.file("demo.mfz", 100, 500_000, "alpha");
    Bytes junk = Bytes.copyOf(new byte[10]);
    liar.hostile =
        Optional.of(
            m -> {
              if (m instanceof Message.ManifestWant w) {
                say(new Message.ManifestPart(w.key(), w.unit(), 0, 4000, junk));
              }
            });
    begin();
    every(3 * Grid.SECOND, 1200, () -> say(ad(file, 100, file.content().length())));
    grid.run(Grid.SECOND);
    honest.drop(1, file);
    boolean ok = grid.runUntil(() -> middle.holds(file), 60 * MINUTE);
    assertThat(ok).isTrue();
  }

  @Test
  void whoLeavesOutOnePacketOfEachChunkHoldsNothingUp() {
    threeTiles();
    Grid.TestFile file = grid.file("demo.mfz", 100, 50_000, "alpha");
    liar.hostile =
        Optional.of(
            m -> {
              if (m instanceof Message.Want w) {
                for (Message.Range r : w.ranges()) {
                  for (long at = r.offset(); at < r.end(); at += 240) {
                    int n = (int) Math.min(240, r.end() - at);
                    if (at % 4096 != 0) { // the first packet of each chunk is never answered
                      say(new Message.Data(w.key(), at, Bytes.copyOf(new byte[n])));
                    }
                  }
                }
              }
            });
    begin();
    honest.drop(1, file);
    every(10 * Grid.MILLI, 100, () -> say(ad(file, 100, file.content().length())));
    boolean held = grid.runUntil(() -> middle.holds(file), 60 * MINUTE);
    assertThat(held).isTrue();
  }

  @Test
  void aRefusalForRoomIsTakenBackAlsoAfterAnOutage() {
    List<Grid.Tile> line = grid.line(2);
    grid.tiles.removeAll(List.of(liar, middle, honest));
    Grid.TestFile file = grid.file("demo.mfz", 100, 50_000, "alpha");
    grid.startAll();
    grid.run(Grid.SECOND);
    line.get(1).diskFull = true;
    line.get(0).drop(1, file);
    grid.run(10 * Grid.SECOND);
    line.get(0).wires.get(Direction.ET).cut = true; // 0 -> 1 only
    grid.run(4 * MINUTE);
    line.get(0).wires.get(Direction.ET).cut = false;
    line.get(1).diskFull = false;
    assertThat(grid.runUntil(() -> line.get(1).holds(file), 24 * 60 * MINUTE)).isTrue();
  }

  @Test
  void aRefusalSaidToABootBeforeItsHelloIsTakenBackOnceThereIsRoom() {
    Grid.TestFile file = new Grid(3).file("demo.mfz", 100, 20_000, "alpha");
    Harness h = new Harness(file);
    h.noRoom = true;
    h.run();
    h.now += 10 * Grid.SECOND;

    // It has started again; of what it says, its HELLO is the last to come through.
    h.give(new Input.Received(Direction.ET, ad(file, 100, file.content().length())));
    h.now += 10 * Grid.SECOND;
    h.hello(9);
    h.noRoom = false;
    h.now += 100 * Grid.SECOND;
    h.give(new Input.Tick());
    h.run();

    assertThat(h.inspected).isTrue();
  }

  @Test
  void droppedFilesThatComeTogetherKeepTheBoundOfNames() {
    Grid alone = new Grid(5);
    Grid.Tile tile = alone.tile("tile");
    alone.limits = new Limits(1 << 20, 4, 2);
    alone.startAll();
    for (int i = 0; i < 4; i++) {
      tile.drop(i, alone.file("x" + i + ".mfz", 100, 5_000, "alpha"));
    }
    alone.run(MINUTE);

    assertThat(tile.live).hasSize(2);
  }

  @Test
  void refusedNamesDoNotStarveTheTrustedOnes() {
    List<Grid.Tile> line = grid.line(2);
    grid.tiles.removeAll(List.of(liar, middle, honest));
    line.get(0).trust = Grid.trustIn("alpha", "stranger");
    for (int i = 0; i < 1100; i++) {
      Grid.TestFile f = grid.file("x" + i + ".mfz", 100, 100, "stranger");
      line.get(0).live.put(new Name("x" + i + ".mfz"), f);
    }
    grid.startAll();
    grid.run(2 * MINUTE);
    Grid.TestFile file = grid.file("demo.mfz", 100, 5_000, "alpha");
    line.get(0).drop(1, file);
    assertThat(grid.runUntil(() -> line.get(1).holds(file), 60 * MINUTE)).isTrue();
  }

  @Test
  void aChunkWhoseCheckFailedOnceIsAskedForAgain() {
    Harness h = new Harness(new Grid(3).file("demo.mfz", 100, 20_000, "alpha"));
    h.failChecks = 1;
    h.run();
    h.failChecks = 0;
    for (int i = 0; i < 20 && !h.inspected; i++) {
      h.now += 61 * Grid.SECOND;
      h.give(new Input.Tick());
      h.run();
    }
    assertThat(h.inspected).isTrue();
  }

  @Test
  void advertisementsCostABoundedNumberOfRows() {
    threeTiles();
    begin();
    int before = middle.events.size();
    for (int i = 0; i < 20_000; i++) {
      byte[] id = new byte[32];
      new Random(i).nextBytes(id);
      Bytes b = Bytes.copyOf(id);
      grid.at(
          grid.now + i * Grid.MILLI,
          () ->
              say(
                  new Message.Advertisement(
                      new Name("x.mfz"), 5, b.prefix(16), b, 10, b.prefix(8), false, 1000)));
    }
    grid.run(30 * Grid.SECOND);
    assertThat(middle.events.size() - before).isLessThan(1000);
  }

  @Test
  void theCatalogKeepsItsBound() {
    List<Grid.Tile> line = grid.line(2);
    grid.tiles.removeAll(List.of(liar, middle, honest));
    for (int i = 0; i < 40; i++) {
      Grid.TestFile f = grid.file("x" + i + ".mfz", 100, 5_000, "alpha");
      line.get(0).live.put(new Name("x" + i + ".mfz"), f);
    }
    grid.limits = new Limits(1 << 20, 4, 10);
    grid.startAll();
    grid.run(2 * MINUTE);
    assertThat(line.get(1).live.size()).isLessThanOrEqualTo(10);
  }

  @Test
  void twoThatWillAlwaysDifferFallQuiet() {
    List<Grid.Tile> line = grid.line(2);
    grid.tiles.removeAll(List.of(liar, middle, honest));
    line.get(0).trust = Grid.trustIn("alpha", "stranger");
    line.get(0).live.put(new Name("d.mfz"), grid.file("d.mfz", 200, 5_000, "stranger"));
    line.get(1).live.put(new Name("d.mfz"), grid.file("d.mfz", 100, 5_000, "alpha"));
    grid.startAll();
    grid.run(24 * 60 * MINUTE);
    long before = line.get(1).sent(Message.Advertisement.class);
    grid.run(24 * 60 * MINUTE);
    assertThat(line.get(1).sent(Message.Advertisement.class) - before).isZero();
  }

  @Test
  void withdrawnTransfersSlowTheirNeighborDown() {
    threeTiles();
    Grid.TestFile genuine = grid.file("demo.mfz", 100, 50_000, "alpha");
    List<Manifest> all = new ArrayList<>();
    liar.hostile =
        Optional.of(
            m -> {
              if (m instanceof Message.ManifestWant w && w.unit() == Message.ManifestWant.HEAD) {
                all.stream()
                    .filter(x -> x.head().id().firstInt() == w.key())
                    .forEach(
                        x -> {
                          Bytes head = x.head().encode();
                          for (int at = 0; at < head.length(); at += 200) {
                            say(
                                new Message.ManifestPart(
                                    w.key(),
                                    w.unit(),
                                    at,
                                    head.length(),
                                    head.slice(at, Math.min(head.length(), at + 200))));
                          }
                        });
              }
            });
    begin();
    for (int i = 0; i < 600; i++) {
      Random r = new Random(i);
      List<dev.tilecast.engine.message.ChunkRef> chunks = new ArrayList<>();
      byte[] d = new byte[32];
      r.nextBytes(d);
      for (int c = 0; c < 10; c++) {
        chunks.add(new dev.tilecast.engine.message.ChunkRef(4096, Bytes.copyOf(d)));
      }
      Manifest m =
          Manifest.of(
              genuine.manifest().head().version(),
              "alpha",
              Grid.fingerprint("alpha"),
              genuine.manifest().head().signature(),
              chunks);
      grid.at(
          grid.now + i * 100L * Grid.MILLI,
          () -> {
            all.add(m);
            LiveEntry e = LiveEntry.of(m.head());
            say(
                new Message.Advertisement(
                    e.version().name(),
                    e.version().stamp(),
                    Rank.of(e.version()).digestPrefix(),
                    e.manifestId(),
                    e.fileLength(),
                    e.fingerprint().prefix(8),
                    false,
                    1000));
          });
    }
    grid.run(2 * MINUTE);
    assertThat(middle.core.report().counters().get("transfers_begun")).isLessThan(30);
  }

  /** One neighbor that serves everything at once; the shell's checks can be made to fail. */
  private static final class Harness {
    final Grid.TestFile file;
    final Replicator core;
    final List<Input> todo = new ArrayList<>();
    long now = Grid.SECOND;
    int failChecks;
    boolean noRoom;
    boolean inspected;

    Harness(Grid.TestFile file) {
      this.file = file;
      core =
          new Replicator(
              new TileSettings(Bytes.copyOf(new byte[16]), 7, "test", Limits.DEFAULT),
              Restored.empty(Grid.trustIn("alpha")),
              new Random(1),
              now);
      give(new Input.LinkUp(Direction.ET, 255));
      hello(8);
      todo.add(new Input.Received(Direction.ET, ad(file, 100, file.content().length())));
    }

    void hello(long boot) {
      TileSettings s = new TileSettings(Bytes.copyOf(new byte[16]), boot, "test", Limits.DEFAULT);
      give(
          new Input.Received(
              Direction.ET,
              new Message.Hello(
                  1, 1, boot, s.tileId(), s.groupId(), 255, 60000, Bytes.copyOf(new byte[12]))));
    }

    void run() {
      while (!todo.isEmpty()) {
        give(todo.remove(0));
      }
    }

    void give(Input input) {
      List<Effect> out = new ArrayList<>();
      core.step(List.of(input), ++now, out);
      out.forEach(this::carryOut);
    }

    void carryOut(Effect e) {
      if (e instanceof Effect.JudgeHead x) {
        todo.add(new Input.HeadJudged(x.manifestId(), Optional.empty(), false));
      } else if (e instanceof Effect.OpenStaging x) {
        Refusal full = new Refusal(Reason.NO_SPACE, "no room");
        todo.add(
            new Input.StagingOpened(
                x.manifestId(), false, noRoom ? Optional.of(full) : Optional.empty()));
      } else if (e instanceof Effect.CheckChunk x) {
        todo.add(
            failChecks-- > 0
                ? new Input.StagingFailed(x.manifestId(), new Refusal(Reason.DISK_FAILED, "EIO"))
                : new Input.ChunkChecked(x.manifestId(), x.index(), true));
      } else if (e instanceof Effect.Inspect) {
        inspected = true;
      } else if (e instanceof Effect.Send s && s.message() instanceof Message.ManifestWant w) {
        Bytes unit =
            w.unit() == Message.ManifestWant.HEAD
                ? file.manifest().head().encode()
                : file.manifest().pages().get(w.unit()).encode();
        for (int at = w.offset(); at < unit.length(); at += 200) {
          todo.add(
              new Input.Received(
                  Direction.ET,
                  new Message.ManifestPart(
                      w.key(),
                      w.unit(),
                      at,
                      unit.length(),
                      unit.slice(at, Math.min(unit.length(), at + 200)))));
        }
      } else if (e instanceof Effect.Send s && s.message() instanceof Message.Want w) {
        for (Message.Range r : w.ranges()) {
          for (long at = r.offset(); at < r.end(); at += 240) {
            int n = (int) Math.min(240, r.end() - at);
            todo.add(
                new Input.Received(
                    Direction.ET,
                    new Message.Data(w.key(), at, file.content().slice((int) at, (int) at + n))));
          }
        }
      }
    }
  }
}
