package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Decoded;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScrubTest {
  private static final Name DEMO = new Name("demo.mfz");
  private static final long DAY = 86_400 * Grid.SECOND;
  private static final int CHUNK = 4096;

  private final Grid grid = new Grid(3);
  private final Grid.TestFile file = grid.file("demo.mfz", 100, 60_000, "alpha");

  @Test
  void anIdleTileReadsAllThatIsLiveOnceAWeekInSmallSlicesAndWritesNothing() {
    Grid.Tile tile = grid.line(1).get(0);
    Grid.TestFile large = grid.file("large.mfz", 100, 1_000_000, "alpha");
    Grid.TestFile small = grid.file("small.mfz", 100, 100, "alpha");
    List.of(file, large, small).forEach(f -> tile.live.put(name(f), f));
    grid.startAll();
    tile.step(new Input.Tick());
    int events = tile.events.size();

    grid.run(15 * DAY);

    long bytes = count(tile, "scrub_bytes");
    assertThat(bytes).isBetween(2_000_000L, 2_600_000L);
    assertThat(tile.scrubs).hasSizeBetween(10, 16);
    assertThat(tile.scrubs).extracting(Effect.Scrub::name).contains(name(large), name(small), DEMO);
    assertThat(tile.events).hasSize(events);
  }

  @Test
  void aRottenChunkAloneIsPulledAgainAndTheFileIsWholeUnderItsNameAllTheTime() {
    List<Grid.Tile> line = lineWithTheFile(3);
    Grid.Tile middle = line.get(1);
    int activated = middle.activated.size();
    middle.rot(DEMO, 5 * CHUNK + 7);

    middle.step(new Input.ScrubAsked(Optional.of(DEMO)));

    assertThat(grid.runUntil(() -> middle.holds(file), 10 * Grid.SECOND)).isTrue();
    assertThat(count(middle, "bytes_received")).isEqualTo(CHUNK);
    assertThat(count(middle, "chunks_rotten")).isEqualTo(1);
    assertThat(middle.core.report().scrub()).isEqualTo(TileReport.Scrub.CALM);
    assertThat(middle.core.report().live().get(0).entry()).isEqualTo(file.entry());
    assertThat(middle.staging).isEmpty();
    assertThat(middle.activated).hasSize(activated);
    assertThat(texts(middle)).anyMatch(text -> text.contains("chunk 5 of 15"));
    assertThat(texts(middle)).anyMatch(text -> text.contains("is whole again: 1 of 15 chunks"));
  }

  @Test
  void whatWasReadBeforeAPersonAskedIsReadAgain() {
    Grid.Tile tile = lineWithTheFile(2).get(0);

    tile.step(new Input.ScrubAsked(Optional.of(DEMO)));
    tile.step(new Input.ScrubAsked(Optional.of(DEMO)));
    grid.run(Grid.SECOND);

    assertThat(count(tile, "scrub_bytes")).isEqualTo(2 * file.entry().fileLength());
    assertThat(tile.core.report().scrub()).isEqualTo(TileReport.Scrub.CALM);
  }

  @Test
  void whatIsRottenIsNotServedAndStaysUntilANeighborHasIt() {
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile tile = line.get(0);
    Grid.Tile asker = line.get(1);
    tile.live.put(DEMO, file);
    tile.rot(DEMO, 2 * CHUNK);
    tile.start();
    tile.step(new Input.ScrubAsked(Optional.empty()));
    grid.run(Grid.SECOND);

    asker.start();
    grid.run(60 * Grid.SECOND);

    TileReport.Rotten rotten = tile.core.report().scrub().rotten().get(0);
    assertThat(rotten.chunksWrong()).isEqualTo(1);
    assertThat(rotten.stuck()).isTrue();
    assertThat(rotten.state()).contains("no neighbor");
    assertThat(asker.live).isEmpty();
    assertThat(tile.sent).noneMatch(message -> message instanceof Message.Advertisement);
    int key = file.entry().manifestId().firstInt();
    Message.Range before = new Message.Range(CHUNK, 100);
    Message.Range wrong = new Message.Range(2 * CHUNK - 1, 2);
    tile.step(new Input.Received(Direction.ET, new Message.Want(key, 8, List.of(before, wrong))));
    assertThat(tile.sent(Message.Data.class)).isEqualTo(1);
    assertThat(tile.sent).contains(new Message.None(key, Reason.NOT_HELD));
    Message held = new Message.ManifestWant(key, Message.ManifestWant.HELD, 0, 1);
    tile.step(new Input.Received(Direction.ET, held));
    assertThat(tile.sent).noneMatch(message -> message instanceof Message.Advertisement);

    asker.drop(1, file);

    assertThat(grid.runUntil(() -> tile.holds(file), 30 * Grid.SECOND)).isTrue();
    assertThat(tile.core.report().scrub().rotten()).isEmpty();
  }

  @Test
  void whoAloneGivesOneChunkWrongTwiceIsToldSoReadsItsFileAndMendsIt() {
    List<Grid.Tile> line = grid.line(3);
    line.get(0).live.put(DEMO, file);
    line.get(1).live.put(DEMO, file);
    line.get(1).rot(DEMO, 3 * CHUNK);
    line.get(0).start();
    line.get(1).start();
    grid.run(Grid.SECOND);

    line.get(2).start();

    assertThat(grid.runUntil(() -> line.get(1).holds(file), 60 * Grid.SECOND)).isTrue();
    assertThat(count(line.get(2), "chunks_wrong")).isEqualTo(2);
    assertThat(grid.runUntil(() -> line.get(2).holds(file), 700 * Grid.SECOND)).isTrue();
  }

  @Test
  void aNeighborsWordCostsOneReadingAnHour() {
    List<Grid.Tile> line = lineWithTheFile(2);
    Grid.Tile tile = line.get(0);
    int key = file.entry().manifestId().firstInt();
    Message.None blame = new Message.None(key, Reason.NOT_AS_CLAIMED);

    for (int i = 0; i < 59; i++) {
      tile.step(new Input.Received(Direction.ET, blame));
      grid.run(60 * Grid.SECOND);
    }
    assertThat(tile.scrubs).hasSize(1);
    grid.run(60 * Grid.SECOND);
    tile.step(new Input.Received(Direction.ET, blame));
    grid.run(60 * Grid.SECOND);

    assertThat(tile.scrubs).hasSize(2);
    assertThat(tile.core.report().neighbors().get(0).counters())
        .containsEntry("blames_heard", 2L)
        .containsEntry("blames_too_often", 58L);
  }

  @Test
  void aNewerVersionTakesThePlaceOfARottenOneLikeOfAnyOther() {
    List<Grid.Tile> line = lineWithTheFile(2);
    Grid.Tile tile = line.get(0);
    Grid.TestFile newer = grid.file("demo.mfz", 101, 60_000, "alpha");
    tile.rot(DEMO, 0);
    line.get(1).rot(DEMO, 0);
    tile.step(new Input.ScrubAsked(Optional.empty()));
    grid.run(100 * Grid.SECOND);
    assertThat(tile.core.report().scrub().rotten()).hasSize(1);

    line.get(1).drop(1, newer);

    assertThat(grid.runUntil(() -> tile.holds(newer), 30 * Grid.SECOND)).isTrue();
    assertThat(tile.core.report().scrub().rotten()).isEmpty();
    assertThat(tile.staging).isEmpty();
  }

  @Test
  void twoWithDifferentRotMendEachOther() {
    List<Grid.Tile> line = lineWithTheFile(2);
    line.get(0).rot(DEMO, 0);
    line.get(1).rot(DEMO, 9 * CHUNK);

    line.forEach(tile -> tile.step(new Input.ScrubAsked(Optional.empty())));

    assertThat(grid.runUntil(() -> line.stream().allMatch(t -> t.holds(file)), 60 * Grid.SECOND))
        .isTrue();
  }

  /** It answers, and so is not silent; but a chunk would take a minute and a half. */
  @Test
  void aSourceThatGivesDropByDropDoesNotKeepAnotherFileRotten() {
    Grid.TestFile dripping = grid.file("a.mfz", 100, 60_000, "alpha");
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile tile = line.get(1);
    line.forEach(t -> List.of(dripping, file).forEach(f -> t.live.put(name(f), f)));
    grid.startAll();
    grid.run(Grid.SECOND);
    long[] gaveAt = {0};
    line.get(0).wires.get(Direction.ET).tamper =
        packet -> {
          boolean drips =
              Codec.decode(packet) instanceof Decoded.Good good
                  && good.message() instanceof Message.Data data
                  && data.key() == dripping.entry().manifestId().firstInt();
          if (drips && grid.now - gaveAt[0] < 5 * Grid.SECOND) {
            return new byte[0];
          }
          gaveAt[0] = drips ? grid.now : gaveAt[0];
          return packet;
        };
    tile.rot(name(dripping), 0);
    tile.rot(DEMO, 5 * CHUNK);
    tile.step(new Input.ScrubAsked(Optional.empty()));

    assertThat(grid.runUntil(() -> tile.holds(file), 60 * Grid.SECOND)).isTrue();
    assertThat(tile.holds(dripping)).isFalse();
    assertThat(tile.core.report().scrub().rotten().get(0).state()).contains("next to nothing");
  }

  @Test
  void aDeletedFileIsPulledAgainAsARottenOneIs() {
    List<Grid.Tile> line = lineWithTheFile(2);
    Grid.Tile tile = line.get(0);
    tile.misplaced = Optional.of(Misplaced.GONE);

    tile.step(new Input.LiveDoubted(DEMO));
    assertThat(tile.core.report().scrub().waiting()).containsExactly(DEMO);
    int key = file.entry().manifestId().firstInt();
    Message.Want want = new Message.Want(key, 8, List.of(new Message.Range(0, 100)));
    tile.step(new Input.Received(Direction.ET, want));
    assertThat(tile.sent).contains(new Message.None(key, Reason.NOT_HELD));
    grid.run(10 * Grid.MILLI);

    TileReport.Rotten rotten = tile.core.report().scrub().rotten().get(0);
    assertThat(rotten.misplaced()).isEqualTo("live/demo.mfz is gone: somebody has deleted it");
    assertThat(texts(tile)).anyMatch(text -> text.contains("live/demo.mfz is gone"));
    assertThat(grid.runUntil(() -> count(tile, "files_mended") == 1, 60 * Grid.SECOND)).isTrue();
    assertThat(tile.core.report().scrub()).isEqualTo(TileReport.Scrub.CALM);
    assertThat(count(tile, "bytes_received")).isEqualTo(60_000);
  }

  @Test
  void aFolderInItsPlaceIsNamedAndNothingIsPulledUntilItIsMovedAway() {
    List<Grid.Tile> line = lineWithTheFile(2);
    Grid.Tile tile = line.get(0);
    tile.misplaced = Optional.of(Misplaced.FOLDER);

    tile.step(new Input.ScrubAsked(Optional.empty()));
    grid.run(2000 * Grid.SECOND);

    TileReport.Rotten rotten = tile.core.report().scrub().rotten().get(0);
    assertThat(rotten.stuck()).isTrue();
    assertThat(rotten.misplaced()).startsWith("a folder lies at live/demo.mfz");
    assertThat(rotten.state()).contains("move away what lies at live/demo.mfz");
    assertThat(tile.core.report().counters()).doesNotContainKey("bytes_received");

    tile.misplaced = Optional.of(Misplaced.GONE);
    tile.step(new Input.LiveDoubted(DEMO));

    assertThat(grid.runUntil(() -> count(tile, "files_mended") == 1, 60 * Grid.SECOND)).isTrue();
  }

  @Test
  void aFolderThatIsPutThereWhileItIsMendedEndsTheMending() {
    Grid.Tile tile = lineWithTheFile(2).get(0);
    tile.misplaced = Optional.of(Misplaced.GONE);
    tile.step(new Input.LiveDoubted(DEMO));
    assertThat(grid.runUntil(() -> count(tile, "bytes_received") > 0, 10 * Grid.SECOND)).isTrue();

    tile.misplaced = Optional.of(Misplaced.FOLDER);
    tile.step(new Input.LiveDoubted(DEMO));
    grid.run(Grid.SECOND);

    assertThat(tile.core.report().scrub().rotten().get(0).state()).contains("move away what lies");
    assertThat(tile.staging).isEmpty();
  }

  @Test
  void aFileThatHasGrownIsPutRightWithoutANeighbor() {
    Grid.Tile tile = lineWithTheFile(1).get(0);
    tile.misplaced = Optional.of(Misplaced.LONGER);

    tile.step(new Input.ScrubAsked(Optional.of(DEMO)));

    assertThat(grid.runUntil(() -> count(tile, "files_mended") == 1, 10 * Grid.SECOND)).isTrue();
    assertThat(tile.holds(file)).isTrue();
    assertThat(tile.core.report().scrub()).isEqualTo(TileReport.Scrub.CALM);
    assertThat(texts(tile)).anyMatch(text -> text.contains("nothing of it had to be pulled"));
  }

  @Test
  void whatSomebodyPutsBackWhileItIsMendedEndsTheMending() {
    List<Grid.Tile> line = lineWithTheFile(2);
    Grid.Tile tile = line.get(0);
    Grid.TestFile other = grid.file("other.mfz", 100, 60_000, "alpha");
    tile.misplaced = Optional.of(Misplaced.GONE);
    tile.step(new Input.LiveDoubted(DEMO));
    assertThat(grid.runUntil(() -> count(tile, "bytes_received") > 0, 10 * Grid.SECOND)).isTrue();

    tile.misplaced = Optional.empty();
    tile.step(new Input.LiveDoubted(DEMO));
    grid.run(Grid.SECOND);

    assertThat(tile.core.report().scrub()).isEqualTo(TileReport.Scrub.CALM);
    assertThat(tile.staging).isEmpty();
    assertThat(count(tile, "files_mended")).isZero();
    line.get(1).drop(1, other);
    assertThat(grid.runUntil(() -> tile.holds(other), 10 * Grid.SECOND)).isTrue();
    tile.rot(DEMO, 0);
    tile.step(new Input.ScrubAsked(Optional.of(DEMO)));
    assertThat(grid.runUntil(() -> tile.holds(file), 10 * Grid.SECOND)).isTrue();
  }

  @Test
  void whatIsFoundWholeAgainIsToldToWhoCameWhileItWasNot() {
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile tile = line.get(0);
    tile.live.put(DEMO, file);
    tile.start();
    tile.misplaced = Optional.of(Misplaced.FOLDER);
    tile.step(new Input.LiveDoubted(DEMO));
    grid.run(Grid.SECOND);
    line.get(1).start();
    grid.run(1000 * Grid.SECOND);
    assertThat(line.get(1).live).isEmpty();

    tile.misplaced = Optional.empty();
    tile.step(new Input.LiveDoubted(DEMO));

    assertThat(grid.runUntil(() -> line.get(1).holds(file), 30 * Grid.SECOND)).isTrue();
  }

  /** It was told that it is there, and its word that it has it too was lost. */
  @Test
  void aNeighborOfWhichItIsNotKnownThatItHasTheFileIsAsked() {
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile tile = line.get(0);
    Grid.Tile source = line.get(1);
    Grid.TestFile other = grid.file("other.mfz", 100, 100, "beta");
    line.forEach(t -> t.live.put(DEMO, file));
    tile.live.put(name(other), other);
    tile.trust = Grid.trustIn("alpha", "beta");
    source.wires.get(Direction.WT).lose(Message.Advertisement.class::isInstance);
    grid.startAll();
    assertThat(grid.runUntil(() -> said(tile, DEMO) && said(source, DEMO), Grid.SECOND)).isTrue();

    tile.rot(DEMO, 0);
    tile.step(new Input.ScrubAsked(Optional.of(DEMO)));
    grid.run(Grid.SECOND);
    source.wires.get(Direction.WT).loseNothing();

    assertThat(grid.runUntil(() -> tile.holds(file), 20 * Grid.SECOND)).isTrue();
  }

  /** Each would cost a transfer, three rows and ever longer waiting for what can be had. */
  @Test
  void claimsOfWhatHasRottedSinceAreTakenBack() {
    List<Grid.TestFile> files = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      files.add(grid.file("demo-" + i + ".mfz", 100, 60_000, "alpha"));
    }
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile tile = line.get(0);
    Grid.Tile asker = line.get(1);
    files.forEach(f -> tile.live.put(name(f), f));
    grid.startAll();
    assertThat(
            grid.runUntil(
                () -> count(asker, "transfers_begun") > 0 && claims(asker) >= 6, Grid.SECOND))
        .isTrue();

    files.subList(0, 8).forEach(f -> tile.rot(name(f), 0));
    tile.step(new Input.ScrubAsked(Optional.empty()));
    grid.run(3600 * Grid.SECOND);

    assertThat(asker.holds(files.get(8))).isTrue();
    assertThat(asker.live).hasSize(1);
    assertThat(count(asker, "transfers_begun")).isLessThanOrEqualTo(3);
    assertThat(claims(asker)).isZero();
  }

  @Test
  void theSameFileFromTheInboxTakesThePlaceOfARottenOne() {
    Grid.Tile tile = lineWithTheFile(1).get(0);
    int activated = tile.activated.size();
    tile.rot(DEMO, 5 * CHUNK);

    tile.drop(1, file);

    assertThat(grid.runUntil(() -> tile.holds(file), 10 * Grid.SECOND)).isTrue();
    assertThat(tile.verdicts.get(1L)).isEqualTo(new Verdict.Mended(file.entry()));
    assertThat(tile.core.report().scrub()).isEqualTo(TileReport.Scrub.CALM);
    assertThat(count(tile, "files_mended")).isEqualTo(1);
    assertThat(tile.activated).hasSize(activated);
    assertThat(texts(tile)).anyMatch(text -> text.contains("the same file from the inbox"));
    tile.drop(2, file);
    grid.run(Grid.SECOND);
    assertThat(tile.verdicts.get(2L)).isInstanceOf(Verdict.AlreadyLive.class);
  }

  @Test
  void theSameFileFromTheInboxEndsAMendingThatIsUnderWay() {
    List<Grid.Tile> line = lineWithTheFile(2);
    Grid.Tile tile = line.get(0);
    tile.misplaced = Optional.of(Misplaced.GONE);
    tile.step(new Input.LiveDoubted(DEMO));
    assertThat(grid.runUntil(() -> count(tile, "bytes_received") > 0, 10 * Grid.SECOND)).isTrue();

    tile.drop(1, file);
    grid.run(10 * Grid.SECOND);

    assertThat(tile.verdicts.get(1L)).isInstanceOf(Verdict.Mended.class);
    assertThat(tile.staging).isEmpty();
    assertThat(count(tile, "files_mended")).isEqualTo(1);
    assertThat(tile.core.report().scrub()).isEqualTo(TileReport.Scrub.CALM);
  }

  @Test
  void aPersonsWordOrAChangeOfTheKeysHasWhatWasPutOffTriedAtOnce() {
    Grid.Tile tile = lineWithTheFile(2).get(0);
    for (Input word :
        List.of(
            new Input.ScrubAsked(Optional.of(DEMO)),
            new Input.TrustChanged(Grid.trustIn("alpha", "beta")))) {
      long before = count(tile, "files_mended");
      tile.rot(DEMO, 5 * CHUNK);
      tile.unreadable = Integer.MAX_VALUE;
      tile.step(new Input.ScrubAsked(Optional.of(DEMO)));
      grid.run(2000 * Grid.SECOND);
      assertThat(tile.core.report().scrub().rotten().get(0).stuck()).isTrue();
      // Tried again after minutes by now; a step that says nothing changes nothing.
      tile.unreadable = 0;
      int inspections = tile.inspections;
      tile.step(new Input.Tick());
      grid.run(Grid.SECOND);
      assertThat(tile.inspections).isEqualTo(inspections);

      tile.step(word);

      assertThat(grid.runUntil(() -> count(tile, "files_mended") == before + 1, 2 * Grid.SECOND))
          .as("%s", word)
          .isTrue();
    }
  }

  private List<Grid.Tile> lineWithTheFile(int count) {
    List<Grid.Tile> line = grid.line(count);
    line.forEach(tile -> tile.live.put(DEMO, file));
    grid.startAll();
    grid.run(Grid.SECOND);
    return line;
  }

  private static Name name(Grid.TestFile file) {
    return file.entry().version().name();
  }

  private static long count(Grid.Tile tile, String counter) {
    return tile.core.report().counters().getOrDefault(counter, 0L);
  }

  private static boolean said(Grid.Tile tile, Name name) {
    return tile.sent.stream()
        .anyMatch(m -> m instanceof Message.Advertisement ad && ad.name().equals(name));
  }

  private static int claims(Grid.Tile tile) {
    return tile.core.report().claims().size();
  }

  private static List<String> texts(Grid.Tile tile) {
    return tile.events.stream().map(TileEvent::text).toList();
  }
}
