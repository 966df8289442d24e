package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What becomes of more claims than are remembered. */
final class ClaimsTest {
  /** More names than objections are remembered of, while the disk is full. */
  @Test
  void whatIsPutOffBeyondTheBoundComesAgain() {
    Grid full = new Grid(7);
    Grid.Tile there = full.tile("there");
    Grid.Tile here = full.tile("here");
    full.join(there, Direction.ET, here);
    int names = Limits.CLAIMS_MAX + 76;
    for (int i = 0; i < names; i++) {
      Grid.TestFile file = full.file("f" + i + ".mfz", 100, 20, "alpha");
      there.live.put(file.manifest().head().version().name(), file);
    }
    here.diskFull = true;
    there.start();
    here.start();
    full.run(50 * Grid.SECOND);
    here.diskFull = false;

    full.runUntil(() -> here.live.size() == names, 1800 * Grid.SECOND);

    assertThat(here.live).hasSize(names);
  }

  /** Half of them were refused, and will not be claimed again; as many others are open. */
  @Test
  void whatWasRefusedIsStillClaimedWhenItsKeyIsKnown() {
    Grid grid = new Grid(7);
    Grid.Tile there = grid.tile("there");
    Grid.Tile here = grid.tile("here");
    grid.join(there, Direction.ET, here);
    there.trust = Grid.trustIn("alpha", "beta");
    int names = 2 * Limits.CLAIMS_MAX + 50;
    for (int i = 0; i < names; i++) {
      Grid.TestFile file = grid.file("f" + i + ".mfz", 100, 20, i % 2 == 0 ? "alpha" : "beta");
      there.live.put(file.manifest().head().version().name(), file);
    }
    here.judgeNanos = 2 * Grid.SECOND;
    grid.startAll();
    grid.run(60 * Grid.SECOND);
    Set<Name> refused = claimed(here, claim -> claim.state().contains("does not know"));
    assertThat(refused).hasSizeGreaterThan(1000);

    here.trust = Grid.trustIn("alpha", "beta");
    here.step(new Input.TrustChanged(here.trust));

    assertThat(claimed(here, claim -> true)).containsAll(refused);
  }

  /** As when the keys cannot be read for a while. */
  @Test
  void whatWasRefusedIsStillClaimedWhenAllKeysGoAndComeBack() {
    Grid grid = new Grid(7);
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile there = line.get(0);
    Grid.Tile here = line.get(1);
    there.trust = Grid.trustIn("alpha", "beta");
    for (int i = 0; i < 1000; i++) {
      for (String who : List.of("alpha", "beta")) {
        Grid.TestFile file = grid.file(who + i + ".mfz", 100, 20, who);
        there.live.put(file.manifest().head().version().name(), file);
      }
    }
    here.judgeNanos = 1_000_000 * Grid.SECOND;
    grid.startAll();
    grid.run(120 * Grid.SECOND);
    Set<Name> refused = claimed(here, claim -> claim.state().contains("does not know"));
    assertThat(refused).hasSizeGreaterThan(900);

    here.step(new Input.TrustChanged(Grid.trustIn()));
    grid.run(60 * Grid.SECOND);
    here.step(new Input.TrustChanged(Grid.trustIn("alpha", "beta")));

    assertThat(claimed(here, claim -> true)).containsAll(refused);
  }

  private static Set<Name> claimed(Grid.Tile tile, Predicate<TileReport.Claim> which) {
    return tile.core.report().claims().stream()
        .filter(which)
        .map(TileReport.Claim::name)
        .collect(Collectors.toSet());
  }

  /** Nobody claims again what he was answered. */
  @Test
  void whatIsDueAndFindsNoRoomIsNotForgotten() {
    Grid grid = new Grid(3);
    Grid.Tile liar = grid.tile("liar");
    Grid.Tile here = grid.tile("here");
    grid.join(liar, Direction.ET, here);
    Grid.TestFile file = grid.file("first.mfz", 100, 20, "alpha");
    liar.hostile =
        Optional.of(
            message -> {
              if (message instanceof Message.ManifestWant want
                  && want.key() == file.manifest().head().id().firstInt()
                  && want.unit() == Message.ManifestWant.HEAD) {
                Bytes head = file.manifest().head().encode();
                Bytes part =
                    head.slice(want.offset(), Math.min(head.length(), want.offset() + 200));
                liar.transmit(
                    Direction.ET,
                    new Message.ManifestPart(
                        want.key(), want.unit(), want.offset(), head.length(), part));
              }
            });
    here.diskFull = true;
    grid.startAll();
    liar.sayHello();
    grid.run(100 * Grid.MILLI);
    liar.transmit(Direction.ET, file.entry().advertisement());
    grid.run(57 * Grid.SECOND);
    assertThat(stateOfFirst(here)).isNotEmpty();

    // When it is due, a minute later, as many others are open as are remembered.
    for (int second = 0; second < 6; second++) {
      for (int i = 0; i < Limits.CLAIMS_MAX + 100; i++) {
        liar.transmit(Direction.ET, silent(file, i));
      }
      grid.run(Grid.SECOND);
    }

    assertThat(stateOfFirst(here)).isNotEmpty();
    assertThat(here.core.report().neighbors().get(0).counters().get("claims_over_limit"))
        .isPositive();
  }

  /** Told while something newer comes in there, it is judged all the same, and is not forgotten. */
  @Test
  void whatIsOlderThanWhatStreamsIsRefusedAndWaits() {
    Grid grid = new Grid(3);
    Grid.TestFile older = grid.file("demo.mfz", 100, 20, "beta");
    Grid.TestFile newer = grid.file("demo.mfz", 102, 20, "alpha");
    Grid.Tile here = grid.tile("here");
    Grid.Tile there = besideOneThatOnlySpeaks(here, grid);
    there.transmit(Direction.ET, Grid.advertisement(newer.manifest(), true, 500));
    grid.run(Grid.MILLI);
    for (int times = 0; times < 2; times++) {
      there.transmit(Direction.ET, older.entry().advertisement());
      grid.run(Grid.MILLI);
    }

    assertThat(stamps(here)).containsExactly(102L);
    Message.None refusal =
        new Message.None(older.manifest().head().id().firstInt(), Reason.UNKNOWN_SIGNER);
    assertThat(here.sent).filteredOn(refusal::equals).hasSize(2);

    there.transmit(
        Direction.ET, new Message.None(newer.manifest().head().id().firstInt(), Reason.NOT_HELD));
    grid.run(Grid.MILLI);
    assertThat(stamps(here)).containsExactly(100L);
    assertThat(claimed(here, claim -> claim.state().contains("does not know"))).hasSize(1);
  }

  /** It cannot have all of what is newer, then. */
  @Test
  void whoHasNothingNewerThanWeLosesItsWordForAllOfItAlone() {
    Grid grid = new Grid(3);
    Grid.TestFile live = grid.file("demo.mfz", 100, 20, "alpha");
    Grid.TestFile newer = grid.file("demo.mfz", 102, 20, "alpha");
    Grid.Tile here = grid.tile("here");
    here.beginsWith(live);
    Grid.Tile there = besideOneThatOnlySpeaks(here, grid);
    for (int permille : List.of(500, Message.Advertisement.HELD_WHOLE)) {
      there.transmit(Direction.ET, Grid.advertisement(newer.manifest(), true, permille));
      grid.run(Grid.MILLI);
      assertThat(stamps(here)).containsExactly(102L);
      there.transmit(Direction.ET, live.entry().advertisement());
      grid.run(Grid.MILLI);
      assertThat(stamps(here)).hasSize(permille == 500 ? 1 : 0);
    }
  }

  /** Starts it with a neighbor in the west that says nothing but what it is made to. */
  private static Grid.Tile besideOneThatOnlySpeaks(Grid.Tile here, Grid grid) {
    Grid.Tile there = grid.tile("there");
    grid.join(there, Direction.ET, here);
    there.hostile = Optional.of(message -> {});
    grid.startAll();
    there.sayHello();
    grid.run(100 * Grid.MILLI);
    return there;
  }

  private static List<Long> stamps(Grid.Tile tile) {
    return tile.core.report().claims().stream().map(TileReport.Claim::stamp).toList();
  }

  /** A claim of which no head will ever come. */
  private static Message.Advertisement silent(Grid.TestFile like, int i) {
    Message.Advertisement ad = like.entry().advertisement();
    byte[] id = ad.manifestId().toArray();
    id[0] = (byte) (i >> 8);
    id[1] = (byte) i;
    id[2]++;
    return new Message.Advertisement(
        new Name("other-" + i + ".mfz"),
        ad.stamp(),
        ad.digestPrefix(),
        Bytes.copyOf(id),
        ad.fileLength(),
        ad.signer(),
        false,
        Message.Advertisement.HELD_WHOLE);
  }

  private static String stateOfFirst(Grid.Tile tile) {
    return tile.core.report().claims().stream()
        .filter(claim -> claim.name().text().equals("first.mfz"))
        .map(TileReport.Claim::state)
        .findFirst()
        .orElse("");
  }
}
