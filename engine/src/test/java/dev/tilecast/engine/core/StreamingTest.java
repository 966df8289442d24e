package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a tile makes of the words of those who stream, and of packets that come late. */
class StreamingTest {
  private static final int CHUNKS = 10;
  private static final Bytes ID = Bytes.sha256(new byte[] {1});

  private final Held held = new Held(1, 0);
  private final RequestWindow window = new RequestWindow();
  private final ChunkFetch fetch =
      new ChunkFetch(0, 0, new ChunkRef(100_000, ID), Direction.ET, false);

  private static Message.Have have(int said, Message.Run... runs) {
    return new Message.Have(1, said, List.of(runs));
  }

  @Test
  void chunksBeyondTheFileAreNotHeld() {
    held.take(have(4096, new Message.Run(8, 4088), new Message.Run(4000, 96)), CHUNKS, 5);

    assertThat(held.chunks.cardinality()).isEqualTo(2);
    assertThat(held.gainedAt).isEqualTo(5);
  }

  @Test
  void whoSpeaksOfMoreThanWasHeardIsAskedAgainSoon() {
    held.asked(0);
    held.take(have(3, new Message.Run(0, 3)), CHUNKS, 10);
    long calm = held.askAt;
    held.take(have(5, new Message.Run(4, 1)), CHUNKS, 20);

    assertThat(calm).isEqualTo(10 + Limits.HELD_ASK_MIN_NANOS);
    assertThat(held.askAt).isEqualTo(20 + Limits.HELD_LOST_NANOS);
  }

  @Test
  void whoHoldsNothingNewIsAskedMoreAndMoreRarely() {
    long gap = 0;
    for (long now = 0, i = 0; i < 10; i++) {
      held.asked(now);
      held.take(have(0), CHUNKS, now);
      assertThat(held.askAt - now).isGreaterThanOrEqualTo(gap);
      gap = held.askAt - now;
      now = held.askAt;
    }

    assertThat(gap).isEqualTo(Limits.HELD_ASK_MAX_NANOS);
    assertThat(held.gainedAt).isZero();
  }

  @Test
  void aWantBeforeAnyPageIsKnownIsOfNothingThatIsHeld() {
    Transfer transfer =
        new Transfer(
            ID, new Name("a.mfz"), new Rank(1, ID.prefix(16)), 100, Direction.ET, false, 0);

    assertThat(transfer.isVerified(new Message.Range(0, 10))).isFalse();
  }

  private long request(int number, long now) {
    window.sent(ID, fetch, number * 100L, 100, now);
    return number * 100L;
  }

  /** How many later answers it takes until the first request counts as lost. */
  private int overtaking(int from) {
    long first = request(from, 1);
    for (int i = 1; i < 40; i++) {
      long offset = request(from + i, 1);
      long number = window.answered(ID.firstInt(), offset, 2).orElseThrow().number();
      List<RequestWindow.Request> lost = window.takeOvertaken(number);
      if (!lost.isEmpty()) {
        assertThat(lost).hasSize(1).first().returns(first, RequestWindow.Request::offset);
        return i;
      }
    }
    return 40;
  }

  @Test
  void answersThatComeLateTeachPatienceAndLostOnesDoNot() {
    int usual = overtaking(0);
    int afterALoss = overtaking(100);
    assertThat(window.answered(ID.firstInt(), 100 * 100L, 3)).isEmpty();
    int afterALateOne = overtaking(200);

    assertThat(afterALoss).isEqualTo(usual);
    assertThat(afterALateOne).isGreaterThan(usual);
  }

  @Test
  void theWindowStaysWideEnoughToShowALoss() {
    for (int i = 0; i < 20; i++) {
      request(i, i * Limits.TIMEOUT_MAX_NANOS);
      window.takeExpired((i + 1) * Limits.TIMEOUT_MAX_NANOS);
    }

    assertThat(window.packets()).isGreaterThan(Limits.OVERTAKEN_MIN + 1);
  }

  private final Grid grid = new Grid(5);
  private final List<Grid.Tile> line = grid.line(3);
  private final Grid.Tile middle = line.get(1);
  private final Grid.Tile last = line.get(2);

  /** Sealed, on its way from the first to the last, who holds some of it already. */
  private Grid.TestFile underWay() {
    Grid.TestFile file = grid.file("demo.mfz", 100, 300_000, "alpha");
    line.get(0).wires.values().forEach(wire -> wire.rate = 50_000);
    grid.startAll();
    grid.run(Grid.SECOND);
    line.get(0).dropSealed(1, file);
    assertThat(grid.runUntil(() -> pulled(last) > 30_000, 20 * Grid.SECOND)).isTrue();
    assertThat(middle.live).isEmpty();
    return file;
  }

  private static long pulled(Grid.Tile tile) {
    return tile.core.report().transfers().stream()
        .filter(transfer -> !transfer.parked())
        .mapToLong(TileReport.Transfer::verifiedBytes)
        .sum();
  }

  @Test
  void aSealedFileIsServedWhileItComesIn() {
    Grid.TestFile file = underWay();

    assertThat(grid.runUntil(() -> middle.holds(file), 20 * Grid.SECOND)).isTrue();
    assertThat(grid.runUntil(() -> last.holds(file), Grid.SECOND)).isTrue();
    assertThat(last.core.report().live().get(0).entry().sealed()).isTrue();
  }

  @Test
  void aKeyThatIsAddedDoesNotBreakTheStream() {
    Grid.TestFile file = underWay();
    middle.judgeNanos = 200 * Grid.MILLI;
    middle.wires.get(Direction.ET).rate = 30_000;
    grid.run(2 * Grid.SECOND);

    middle.trust = Grid.trustIn("alpha", "beta");
    middle.step(new Input.TrustChanged(middle.trust));

    assertThat(grid.runUntil(() -> middle.holds(file), 20 * Grid.SECOND)).isTrue();
    assertThat(grid.runUntil(() -> last.holds(file), 10 * Grid.SECOND)).isTrue();
    assertThat(middle.sent(Message.None.class)).isZero();
    assertThat(middle.sealed).contains(new Name("demo.mfz"));
  }

  @Test
  void aKeyThatIsAddedWhileTheFileIsInspectedCostsNoSeal() {
    Grid.TestFile file = underWay();
    grid.runUntil(
        () ->
            middle.core.report().transfers().stream()
                .anyMatch(transfer -> transfer.phase() == TileReport.Phase.INSPECTION),
        20 * Grid.SECOND);

    middle.trust = Grid.trustIn("alpha", "beta");
    middle.step(new Input.TrustChanged(middle.trust));

    assertThat(grid.runUntil(() -> middle.holds(file), 20 * Grid.SECOND)).isTrue();
    assertThat(middle.sealed).contains(new Name("demo.mfz"));
  }

  @Test
  void whatIsPulledUnderASealIsKeptWhenTheLinkFalls() {
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile there = line.get(0);
    Grid.Tile here = line.get(1);
    there.wires.values().forEach(wire -> wire.rate = 20_000);
    List<Grid.TestFile> files = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Grid.TestFile f = grid.file("f" + i + ".mfz", 100, 300_000, "alpha");
      files.add(f);
      there.live.put(f.entry().version().name(), f);
      there.sealed.add(f.entry().version().name());
    }
    grid.startAll();
    grid.run(40 * Grid.SECOND);
    there.step(new Input.LinkDown(Direction.ET, "pulled"));
    here.step(new Input.LinkDown(Direction.WT, "pulled"));
    grid.run(Grid.SECOND);
    there.step(new Input.LinkUp(Direction.ET, 255));
    here.step(new Input.LinkUp(Direction.WT, 255));
    assertThat(grid.runUntil(() -> files.stream().allMatch(here::holds), 300 * Grid.SECOND))
        .isTrue();
    assertThat(here.core.report().counters().get("bytes_received")).isLessThan(1_250_000);
  }

  @Test
  void aFloodOfRequestsForTheManifestOfAStreamIsBounded() {
    List<Grid.Tile> line = grid.line(3);
    Grid.Tile middle = line.get(1);
    Grid.TestFile file = grid.file("demo.mfz", 100, 8_000_000, "alpha");
    line.get(0).wires.values().forEach(wire -> wire.rate = 50_000);
    grid.startAll();
    grid.run(Grid.SECOND);
    line.get(0).dropSealed(1, file);
    grid.run(10 * Grid.SECOND);
    int key = file.manifest().head().id().firstInt();
    List<Input> flood = new ArrayList<>();
    for (int i = 0; i < 512; i++) {
      flood.add(
          new Input.Received(
              Direction.ET, new Message.ManifestWant(key, Message.ManifestWant.HEAD, 0, 65535)));
    }
    List<Effect> out = new ArrayList<>();
    middle.core.step(flood, grid.now, out);
    long parts =
        out.stream()
            .filter(e -> e instanceof Effect.Send s && s.message() instanceof Message.ManifestPart)
            .count();
    assertThat(parts).isLessThanOrEqualTo(Limits.SERVED_PACKETS_MAX);
  }

  @Test
  void longChunksOverASharedLinkStream() {
    List<Grid.Tile> line = grid.line(3);
    Grid.Tile source = line.get(0);
    Grid.Tile between = line.get(1);
    Grid.Tile last = line.get(2);
    source.wires.get(Direction.ET).rate = 10_000;
    for (int i = 0; i < 3; i++) {
      source.beginsSealedWith(grid.file("some" + i + ".mfz", 100, 3_000_000, "alpha"));
    }
    Grid.TestFile big = grid.file("big.mfz", 100, 60_000_000, "alpha");
    source.beginsSealedWith(big);
    grid.startAll();
    grid.run(1600 * Grid.SECOND);
    long there =
        between.core.report().transfers().stream()
            .filter(t -> t.name().text().equals("big.mfz"))
            .findFirst()
            .orElseThrow()
            .verifiedBytes();
    long here =
        last.core.report().transfers().stream()
            .filter(t -> t.name().text().equals("big.mfz"))
            .mapToLong(TileReport.Transfer::verifiedBytes)
            .sum();
    assertThat(here).isGreaterThan(there - 10 * 32768);
  }

  @Test
  void aPauseOfTheSourceEndsNoStreamForGood() {
    List<Grid.Tile> line = grid.line(3);
    Grid.Tile source = line.get(0);
    Grid.Tile between = line.get(1);
    Grid.Tile last = line.get(2);
    source.wires.get(Direction.ET).rate = 50_000;
    Grid.TestFile file = grid.file("demo.mfz", 100, 8_000_000, "alpha");
    source.beginsSealedWith(file);
    grid.startAll();
    grid.run(20 * Grid.SECOND);
    // For 35 s the link loses everything; nobody is taken for dead.
    source.wires.get(Direction.ET).cut = true;
    grid.run(35 * Grid.SECOND);
    source.wires.get(Direction.ET).cut = false;
    grid.run(60 * Grid.SECOND);
    grid.runUntil(() -> between.holds(file), 400 * Grid.SECOND);
    long there = grid.now;
    last.wires.get(Direction.WT).to.wires.get(Direction.ET).rate = 50_000;
    grid.runUntil(() -> last.holds(file), 400 * Grid.SECOND);
    assertThat(grid.now - there).isLessThan(10 * Grid.SECOND);
  }

  @Test
  void whatComesFirstIsCheckedBeforeItIsServed() {
    underWay();
    int key = middle.core.report().transfers().get(0).manifestId().firstInt();
    long before = middle.sent(Message.Data.class);
    Message.Range whole = new Message.Range(0, 300_000);

    middle.step(new Input.Received(Direction.ET, new Message.Want(key, 64, List.of(whole))));

    assertThat(middle.sent(Message.Data.class)).isEqualTo(before);
    assertThat(middle.core.report().neighbors())
        .anyMatch(neighbor -> neighbor.counters().containsKey("wants_not_yet_held"));
  }
}
