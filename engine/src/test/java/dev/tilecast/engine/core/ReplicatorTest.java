package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicatorTest {
  private static final long MINUTE = 60 * Grid.SECOND;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void carriesAFileAlongALine(long seed) {
    Grid grid = new Grid(seed);
    List<Grid.Tile> line = grid.line(5);
    Grid.TestFile file = grid.file("demo.mfz", 100, 200_000, "alpha");
    grid.startAll();

    line.get(0).drop(1, file);

    assertThat(grid.runUntil(() -> line.get(4).holds(file), 2 * MINUTE)).isTrue();
    assertThat(line.get(0).verdicts.get(1L)).isInstanceOf(Verdict.Live.class);
    assertThat(line.get(4).activated).containsExactly(file.entry());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void convergesOnTheNewestThroughHeavyLoss(long seed) {
    Grid grid = new Grid(seed);
    List<Grid.Tile> line = grid.line(4);
    line.forEach(tile -> tile.wires.values().forEach(wire -> wire.loss = 0.2));
    Grid.TestFile old = grid.file("demo.mfz", 100, 60_000, "alpha");
    Grid.TestFile young = grid.file("demo.mfz", 101, 60_000, "alpha");
    grid.startAll();

    line.get(0).drop(1, old);
    line.get(3).drop(1, young);

    assertThat(grid.runUntil(() -> line.stream().allMatch(t -> t.holds(young)), 30 * MINUTE))
        .isTrue();
  }

  @Test
  void answersOldNewsWithNew() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    Grid.TestFile old = grid.file("demo.mfz", 100, 20_000, "alpha");
    Grid.TestFile young = grid.file("demo.mfz", 200, 20_000, "alpha");
    line.get(0).live.put(new Name("demo.mfz"), old);
    line.get(1).live.put(new Name("demo.mfz"), young);
    grid.startAll();

    assertThat(grid.runUntil(() -> line.get(0).holds(young), 10 * Grid.SECOND)).isTrue();
  }

  @Test
  void endsAtTheStartWhatAPromotionHadOvertakenWhenThePowerFailed() {
    Grid grid = new Grid(7);
    Grid.Tile tile = grid.line(1).get(0);
    Grid.TestFile below = grid.file("demo.mfz", 100, 20_000, "alpha");
    Grid.TestFile live = grid.file("demo.mfz", 200, 20_000, "alpha");
    Grid.TestFile above = grid.file("demo.mfz", 300, 20_000, "alpha");
    Grid.TestFile belowItsMark = grid.file("mark.mfz", 100, 20_000, "alpha");
    Grid.TestFile mark = grid.file("mark.mfz", 200, 20_000, "alpha");
    tile.live.put(new Name("demo.mfz"), live);
    tile.marks.put(new Name("mark.mfz"), mark.entry().version());
    for (Grid.TestFile begun : List.of(below, live, above, belowItsMark, mark)) {
      Bytes id = begun.entry().manifestId();
      tile.rows.put(id, new Restored.Begun(id, begun.manifest().head(), Map.of()));
      tile.staging.put(id, new byte[20_000]);
    }

    grid.startAll();

    Bytes[] kept = {above.entry().manifestId(), mark.entry().manifestId()};
    assertThat(tile.core.report().transfers())
        .extracting(TileReport.Transfer::manifestId)
        .containsExactlyInAnyOrder(kept);
    assertThat(tile.rows).containsOnlyKeys(kept);
    assertThat(tile.staging).containsOnlyKeys(kept);
  }

  @Test
  void theGreaterDigestWinsAmongEqualStampsAndIsCalledEquivocation() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(3);
    Grid.TestFile a = grid.file("demo.mfz", 100, 20_000, "alpha");
    Grid.TestFile b = grid.file("demo.mfz", 100, 20_000, "alpha");
    Grid.TestFile winner = a.entry().version().isNewerThan(b.entry().version()) ? a : b;
    line.get(0).live.put(new Name("demo.mfz"), a);
    line.get(2).live.put(new Name("demo.mfz"), b);
    grid.startAll();

    assertThat(grid.runUntil(() -> line.stream().allMatch(t -> t.holds(winner)), MINUTE)).isTrue();
    assertThat(line)
        .anySatisfy(tile -> assertThat(tile.core.report().equivocations()).isNotEmpty());
  }

  @Test
  void refusesAtTheInboxWhatIsOlderEqualOrTheSame() {
    Grid grid = new Grid(7);
    Grid.Tile tile = grid.tile("alone");
    Grid.TestFile live = grid.file("demo.mfz", 100, 20_000, "alpha");
    Grid.TestFile older = grid.file("demo.mfz", 99, 20_000, "alpha");
    Grid.TestFile equal = grid.file("demo.mfz", 100, 20_000, "alpha");
    tile.live.put(new Name("demo.mfz"), live);
    grid.startAll();

    tile.drop(1, older);
    tile.drop(2, equal);
    tile.drop(3, live);
    // What is live is read once more before that is said of it.
    grid.run(Grid.SECOND);

    assertThat(reason(tile.verdicts.get(1L))).isEqualTo(Reason.OLDER);
    assertThat(reason(tile.verdicts.get(2L))).isEqualTo(Reason.EQUAL_STAMP);
    assertThat(tile.verdicts.get(3L)).isInstanceOf(Verdict.AlreadyLive.class);
  }

  @Test
  void refusesFromANeighborWhatIsBelowItsMark() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    Grid.TestFile old = grid.file("demo.mfz", 100, 20_000, "alpha");
    Grid.TestFile lost = grid.file("demo.mfz", 101, 20_000, "alpha");
    line.get(0).live.put(new Name("demo.mfz"), old);
    line.get(1).marks.put(new Name("demo.mfz"), lost.entry().version());
    grid.startAll();

    grid.run(MINUTE);

    assertThat(line.get(1).live).isEmpty();
    assertThat(line.get(1).core.report().wanted()).hasSize(1);
    assertThat(line.get(1).core.report().refusals().get(0).refusal().reason())
        .isEqualTo(Reason.OLDER);
  }

  @Test
  void wantsBackTheVeryVersionOfItsMark() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    Grid.TestFile file = grid.file("demo.mfz", 101, 20_000, "alpha");
    line.get(0).live.put(new Name("demo.mfz"), file);
    line.get(1).marks.put(new Name("demo.mfz"), file.entry().version());
    grid.startAll();

    assertThat(grid.runUntil(() -> line.get(1).holds(file), 10 * Grid.SECOND)).isTrue();
  }

  @Test
  void pullsNothingByAnUnknownSignerUntilItsKeyIsAdded() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    line.get(0).trust = Grid.trustIn("alpha", "stranger");
    Grid.TestFile file = grid.file("demo.mfz", 100, 20_000, "stranger");
    grid.startAll();
    line.get(0).drop(1, file);

    grid.run(MINUTE);
    assertThat(line.get(1).live).isEmpty();
    assertThat(line.get(1).sent(Message.ManifestWant.class)).isZero();
    assertThat(line.get(1).core.report().claims().get(0).state()).contains("does not know");

    line.get(1).step(new Input.TrustChanged(Grid.trustIn("alpha", "stranger")));
    line.get(1).trust = Grid.trustIn("alpha", "stranger");
    assertThat(grid.runUntil(() -> line.get(1).holds(file), 10 * Grid.SECOND)).isTrue();
  }

  @Test
  void tilesThatWillNeverAgreeFallQuiet() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    line.get(0).trust = Grid.trustIn("alpha", "stranger");
    grid.startAll();
    for (int i = 0; i < 50; i++) {
      line.get(0).drop(i, grid.file("x" + i + ".mfz", 100, 5_000, "stranger"));
    }
    grid.run(10 * MINUTE);
    long before = 0L + line.get(0).sent.size() + line.get(1).sent.size();

    grid.run(60 * MINUTE);

    // HELLO once a minute each, and nothing else.
    assertThat(0L + line.get(0).sent.size() + line.get(1).sent.size() - before)
        .isBetween(110L, 130L);
  }

  @Test
  void aPacketThatWaitedWhileItsLinkFellKeepsNobodyAwake() {
    Grid grid = new Grid(1);
    Grid.Tile tile = grid.line(2).get(0);
    grid.startAll();
    grid.run(5 * Grid.SECOND);
    Message hello =
        grid.tiles.get(1).sent.stream().filter(Message.Hello.class::isInstance).findFirst().get();

    tile.step(new Input.LinkDown(Direction.ET, "pulled"));
    tile.step(new Input.Received(Direction.ET, hello));
    grid.run(600 * Grid.SECOND);

    assertThat(tile.core.wakeAtNanos()).isGreaterThan(grid.now);
    assertThat(tile.core.report().neighbors().get(0).alive()).isFalse();
    assertThat(tile.core.report().neighbors().get(0).counters()).containsKey("while_link_down");
  }

  @Test
  void equalTilesSayOnlyHello() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(3);
    Grid.TestFile file = grid.file("demo.mfz", 100, 50_000, "alpha");
    grid.startAll();
    line.get(1).drop(1, file);
    grid.run(10 * MINUTE);
    line.forEach(tile -> tile.sent.clear());

    grid.run(60 * MINUTE);

    line.forEach(
        tile ->
            assertThat(tile.sent).allSatisfy(m -> assertThat(m).isInstanceOf(Message.Hello.class)));
  }

  @Test
  void goesOnFromKeptChunksAfterACrash() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    line.forEach(t -> t.wires.values().forEach(wire -> wire.rate = 64_000));
    Grid.TestFile file = grid.file("demo.mfz", 100, 400_000, "alpha");
    grid.startAll();
    line.get(0).drop(1, file);
    assertThat(
            grid.runUntil(
                () ->
                    line.get(1).core.report().transfers().stream()
                        .anyMatch(t -> t.verifiedBytes() > 200_000),
                MINUTE))
        .isTrue();

    line.get(1).crash();
    grid.run(Grid.SECOND);
    long sentBefore = line.get(0).sent(Message.Data.class);
    line.get(1).start();
    assertThat(
            grid.runUntil(
                () ->
                    line.get(1).core.report().transfers().stream()
                        .anyMatch(t -> t.keptBytes() > 200_000),
                MINUTE))
        .isTrue();
    assertThat(grid.runUntil(() -> line.get(1).holds(file), MINUTE)).isTrue();

    long again = line.get(0).sent(Message.Data.class) - sentBefore;
    assertThat(again * 240).isLessThan(220_000);
  }

  @Test
  void whatWasKeptIsNotCountedWhereTheStagingFileIsGoneAfterACrash() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    line.forEach(t -> t.wires.values().forEach(wire -> wire.rate = 64_000));
    Grid.TestFile file = grid.file("demo.mfz", 100, 400_000, "alpha");
    Grid.Tile tile = line.get(1);
    grid.startAll();
    line.get(0).drop(1, file);
    assertThat(
            grid.runUntil(
                () ->
                    tile.core.report().transfers().stream()
                        .anyMatch(t -> t.verifiedBytes() > 200_000),
                MINUTE))
        .isTrue();

    tile.crash();
    tile.staging.clear();
    grid.run(Grid.SECOND);
    int before = tile.events.size();
    tile.start();
    assertThat(grid.runUntil(() -> tile.holds(file), 2 * MINUTE)).isTrue();

    assertThat(tile.events.subList(before, tile.events.size()))
        .extracting(TileEvent::text)
        .anyMatch(text -> text.startsWith("pulling"))
        .noneMatch(text -> text.contains("going on from what was kept"));
    assertThat(tile.core.report().counters()).doesNotContainKey("chunks_wrong");
  }

  @Test
  void goesOnElsewhereWhenASourceFallsSilent() {
    Grid grid = new Grid(7);
    Grid.TestFile file = grid.file("demo.mfz", 100, 400_000, "alpha");
    List<Grid.Tile> line = betweenTwoThatHave(file, grid);
    Grid.Tile west = line.get(0);
    Grid.Tile middle = line.get(1);
    assertThat(
            grid.runUntil(
                () ->
                    middle.core.report().transfers().stream()
                        .anyMatch(t -> t.verifiedBytes() > 100_000),
                MINUTE))
        .isTrue();

    west.crash();

    assertThat(grid.runUntil(() -> middle.holds(file), MINUTE)).isTrue();
  }

  /** What it had before its disk went it does not have any more. */
  @Test
  void givesBackToWhoGaveItAndLostItBeforeItWasLiveHere() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile giver = line.get(0);
    Grid.Tile taker = line.get(1);
    Grid.TestFile file = grid.file("demo.mfz", 100, 40_000, "alpha");
    taker.unreadable = 2;
    grid.startAll();
    grid.run(MINUTE);
    giver.drop(1, file);
    assertThat(grid.runUntil(() -> taker.inspections == 2, MINUTE)).isTrue();

    giver.crash();
    giver.live.clear();
    giver.marks.clear();
    giver.start();
    grid.run(Grid.SECOND);
    taker.wires.values().forEach(wire -> wire.cut = true);
    assertThat(grid.runUntil(() -> taker.holds(file), 5 * MINUTE)).isTrue();
    taker.wires.values().forEach(wire -> wire.cut = false);

    assertThat(grid.runUntil(() -> giver.holds(file), 2 * MINUTE)).isTrue();
  }

  @Test
  void pullsFromAllNeighborsThatHaveIt() {
    Grid grid = new Grid(7);
    Grid.TestFile file = grid.file("demo.mfz", 100, 400_000, "alpha");
    List<Grid.Tile> line = betweenTwoThatHave(file, grid);
    Grid.Tile west = line.get(0);
    Grid.Tile middle = line.get(1);
    Grid.Tile east = line.get(2);

    assertThat(grid.runUntil(() -> middle.holds(file), MINUTE)).isTrue();

    assertThat(west.sent(Message.Data.class)).isGreaterThan(500);
    assertThat(east.sent(Message.Data.class)).isGreaterThan(500);
    assertThat(west.sent(Message.Data.class) + east.sent(Message.Data.class)).isLessThan(1900);
  }

  @Test
  void findsOutWhoSendsWrongBytesAndStillGetsThere() {
    Grid grid = new Grid(7);
    Grid.Tile liar = grid.tile("liar");
    Grid.Tile middle = grid.tile("middle");
    Grid.Tile honest = grid.tile("honest");
    grid.join(liar, Direction.ET, middle);
    grid.join(middle, Direction.ET, honest);
    Grid.TestFile file = grid.file("demo.mfz", 100, 300_000, "alpha");
    Grid.TestFile rotten = new Grid.TestFile(Bytes.copyOf(new byte[300_000]), file.manifest());
    liar.live.put(new Name("demo.mfz"), rotten);
    grid.originals.add(rotten);
    honest.live.put(new Name("demo.mfz"), file);
    grid.startAll();

    assertThat(grid.runUntil(() -> middle.live.size() == 1, 5 * MINUTE)).isTrue();

    assertThat(middle.holds(file)).isTrue();
    assertThat(middle.core.report().neighbors().get(1).counters()).containsKey("wrong_bytes");
  }

  @Test
  void aNoisyLinkIsAsGoodAsALossyOne() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    line.forEach(
        tile ->
            tile.wires
                .values()
                .forEach(
                    wire ->
                        wire.tamper =
                            packet -> {
                              byte[] flipped = packet.clone();
                              if (grid.chance.nextInt(20) == 0) {
                                flipped[grid.chance.nextInt(flipped.length)] ^= 16;
                              }
                              return flipped;
                            }));
    Grid.TestFile file = grid.file("demo.mfz", 100, 100_000, "alpha");
    grid.startAll();
    line.get(0).drop(1, file);

    assertThat(grid.runUntil(() -> line.get(1).holds(file), 5 * MINUTE)).isTrue();
    assertThat(line.get(1).core.report().neighbors().get(0).counters())
        .containsKey("unreadable_checksum");
  }

  @Test
  void takesUpAgainWhatHadNoRoom() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    line.get(1).diskFull = true;
    Grid.TestFile file = grid.file("demo.mfz", 100, 100_000, "alpha");
    grid.startAll();
    line.get(0).drop(1, file);
    grid.run(30 * Grid.SECOND);
    assertThat(line.get(1).core.report().refusals().get(0).refusal().reason())
        .isEqualTo(Reason.NO_SPACE);

    line.get(1).diskFull = false;

    assertThat(grid.runUntil(() -> line.get(1).holds(file), 5 * MINUTE)).isTrue();
  }

  @Test
  void asksEverMoreRarelyForWhatHasNoRoom() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    line.get(1).diskFull = true;
    Grid.TestFile file = grid.file("demo.mfz", 100, 100_000, "alpha");
    grid.startAll();
    line.get(0).drop(1, file);
    grid.run(60 * MINUTE);
    long before = headWants(line.get(1));

    grid.run(600 * MINUTE);

    assertThat(before).isPositive();
    assertThat(headWants(line.get(1)) - before).isBetween(55L, 61L);
  }

  private static long headWants(Grid.Tile tile) {
    return tile.sent.stream()
        .filter(m -> m instanceof Message.ManifestWant w && w.unit() == Message.ManifestWant.HEAD)
        .count();
  }

  @Test
  void theFirstPageIsAskedForWithTheHeadAndIsUsed() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    Grid.TestFile file = grid.file("demo.mfz", 100, 100_000, "alpha");
    grid.startAll();
    line.get(0).drop(1, file);

    assertThat(grid.runUntil(() -> line.get(1).holds(file), MINUTE)).isTrue();

    List<Integer> units =
        line.get(1).sent.stream()
            .filter(Message.ManifestWant.class::isInstance)
            .map(m -> ((Message.ManifestWant) m).unit())
            .toList();
    assertThat(units).containsExactly(Message.ManifestWant.HEAD, 0);
  }

  @Test
  void anotherGroupExchangesNothing() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    line.get(1).group = "others";
    Grid.TestFile file = grid.file("demo.mfz", 100, 100_000, "alpha");
    grid.startAll();
    line.get(0).drop(1, file);

    grid.run(10 * MINUTE);

    assertThat(line.get(0).sent).allSatisfy(m -> assertThat(m).isInstanceOf(Message.Hello.class));
    assertThat(line.get(1).core.report().neighbors().get(0).note()).contains("another group");
  }

  @Test
  void oneSeedIsOneRun() {
    assertThat(transcript(11)).isEqualTo(transcript(11)).isNotEqualTo(transcript(12));
  }

  private static List<Message> transcript(long seed) {
    Grid grid = new Grid(seed);
    List<Grid.Tile> line = grid.line(4);
    line.forEach(tile -> tile.wires.values().forEach(wire -> wire.loss = 0.1));
    grid.startAll();
    line.get(0).drop(1, grid.file("demo.mfz", 100, 60_000, "alpha"));
    grid.run(MINUTE);
    return line.get(2).sent;
  }

  /** Three tiles in a line over slow links, started; the outer ones have {@code file}. */
  private static List<Grid.Tile> betweenTwoThatHave(Grid.TestFile file, Grid grid) {
    List<Grid.Tile> line = grid.line(3);
    grid.tiles.forEach(t -> t.wires.values().forEach(wire -> wire.rate = 64_000));
    line.get(0).live.put(new Name("demo.mfz"), file);
    line.get(2).live.put(new Name("demo.mfz"), file);
    grid.startAll();
    return line;
  }

  private static Reason reason(Verdict verdict) {
    return ((Verdict.Refused) verdict).refusal().reason();
  }
}
