package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.KeyPrefix;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two tiles with many names, of which few differ. */
class WalkTest {
  private static final int NAMES = 100;
  private static final long MINUTE = 60 * Grid.SECOND;

  private final Grid grid = new Grid(31);
  private final Grid.Tile west = grid.tile("west");
  private final Grid.Tile east = grid.tile("east");

  WalkTest() {
    grid.join(west, Direction.ET, east);
  }

  @Test
  void oneDifferingNameIsFoundWithoutTellingTheOthers() {
    both(NAMES);
    Grid.TestFile newer = give(east, "n7.mfz", 102);

    grid.startAll();

    assertThat(grid.runUntil(() -> west.holds(newer), 2 * Grid.SECOND)).isTrue();
    grid.run(20 * MINUTE);
    assertThat(west.sent(Message.Advertisement.class)).isLessThanOrEqualTo(3);
    assertThat(east.sent(Message.Advertisement.class)).isLessThanOrEqualTo(3);
    assertThat(west.sent(Message.Digest.class)).isLessThanOrEqualTo(3);
    assertThat(east.sent(Message.Digest.class)).isLessThanOrEqualTo(3);
  }

  @Test
  void namesThatOnlyOneHasAreFoundOnBothSides() {
    both(NAMES);
    List<Grid.TestFile> wests = new ArrayList<>();
    List<Grid.TestFile> easts = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      wests.add(give(west, "west-" + i + ".mfz", 100));
      easts.add(give(east, "east-" + i + ".mfz", 100));
    }

    grid.startAll();

    assertThat(grid.runUntil(() -> hold(west, easts) && hold(east, wests), 20 * Grid.SECOND))
        .isTrue();
    // Each name is told and acknowledged, and hardly any other.
    assertThat(west.sent(Message.Advertisement.class)).isLessThanOrEqualTo(40);
    assertThat(east.sent(Message.Advertisement.class)).isLessThanOrEqualTo(40);
  }

  @Test
  void fewNamesAreToldAtOnce() {
    both(Limits.TELL_DIRECTLY_MAX - 1);
    Grid.TestFile newer = give(east, "n0.mfz", 102);

    grid.startAll();

    assertThat(grid.runUntil(() -> west.holds(newer), Grid.SECOND)).isTrue();
    assertThat(west.sent(Message.Digest.class) + east.sent(Message.Digest.class)).isZero();
  }

  @Test
  void aTileWithNothingIsToldAllWithoutComparing() {
    for (int i = 0; i < 20; i++) {
      give(east, "n" + i + ".mfz", 100);
    }

    grid.startAll();

    assertThat(grid.runUntil(() -> west.live.size() == 20, 10 * Grid.SECOND)).isTrue();
    assertThat(east.sent(Message.Digest.class)).isZero();
  }

  @Test
  void whoDoesNotKnowDigestsIsToldEverything() {
    both(NAMES);
    Grid.TestFile newer = give(east, "n7.mfz", 102);
    west.wires.get(Direction.ET).lose(Message.Digest.class::isInstance);
    east.wires.get(Direction.WT).lose(Message.Digest.class::isInstance);

    grid.startAll();

    assertThat(grid.runUntil(() -> west.holds(newer), 10 * Grid.SECOND)).isTrue();
    assertThat(east.sent(Message.Digest.class)).isLessThanOrEqualTo(Limits.WALKS_MAX);
    grid.run(10 * MINUTE);
    assertThat(east.core.report().catalogRoot()).isEqualTo(west.core.report().catalogRoot());
  }

  @Test
  void lostPacketsDelayButDoNotPrevent() {
    both(NAMES);
    Grid.TestFile newer = give(east, "n7.mfz", 102);
    Grid.TestFile other = give(west, "other.mfz", 100);
    west.wires.get(Direction.ET).loss = 0.3;
    east.wires.get(Direction.WT).loss = 0.3;

    grid.startAll();

    boolean found = grid.runUntil(() -> west.holds(newer) && east.holds(other), 2 * MINUTE);
    assertThat(found).isTrue();
  }

  @Test
  void refusedVersionsAreNoReasonToCompareAgain() {
    both(NAMES);
    west.trust = Grid.trustIn("alpha");
    for (int i = 0; i < 20; i++) {
      Grid.TestFile foreign = grid.file("foreign-" + i + ".mfz", 100, 100, "beta");
      put(east, foreign);
    }
    east.trust = Grid.trustIn("alpha", "beta");

    grid.startAll();
    grid.run(10 * MINUTE);
    long told = east.sent(Message.Digest.class) + east.sent(Message.Advertisement.class);
    grid.run(60 * MINUTE);

    assertThat(west.live).hasSize(NAMES);
    assertThat(east.sent(Message.Digest.class) + east.sent(Message.Advertisement.class))
        .isEqualTo(told);
  }

  @Test
  void digestGamesCostBoundedLinkTimeAndDelayNobody() {
    both(30);
    Grid.Tile liar = grid.tile("liar");
    grid.join(east, Direction.ET, liar);
    liar.hostile = Optional.of(message -> {});
    grid.startAll();
    liar.sayHello();
    grid.run(Grid.SECOND);
    for (int i = 0; i < 6000; i++) {
      Message lie = lie(i);
      grid.at(grid.now + i * 50L * Grid.MILLI, () -> liar.transmit(Direction.WT, lie));
      if (i % 100 == 0) {
        grid.at(grid.now + i * 50L * Grid.MILLI, liar::sayHello);
      }
    }
    Grid.Wire wire = east.wires.get(Direction.ET);
    long before = wire.bytes;
    Grid.TestFile newer = grid.file("n7.mfz", 102, 5000, "alpha");
    grid.at(grid.now + MINUTE, () -> west.drop(1, newer));

    assertThat(grid.runUntil(() -> east.holds(newer), MINUTE + 2 * Grid.SECOND)).isTrue();
    grid.run(4 * MINUTE);

    // Eight packets a second, and all names a few times: a twentieth of a 64 KB/s link.
    assertThat(wire.bytes - before).isLessThan(300 * 3500L);
    assertThat(east.core.report().neighbors())
        .anySatisfy(n -> assertThat(n.counters()).containsKey("digests_over_budget"));
  }

  @Test
  void whatIsSaidOfSiblingsCountsForTheCatalogThatWasCompared() {
    both(20);
    west.hostile = Optional.of(message -> {});
    east.start();
    west.sayHello();
    grid.run(10 * Grid.MILLI);
    Message.Digest alike = allAlike(1234);

    west.transmit(Direction.ET, alike);
    grid.run(Grid.SECOND);
    assertThat(holders()).isZero();

    int root = Bytes.ofHex(east.core.report().catalogRoot()).firstInt();
    west.transmit(Direction.ET, allAlike(root));
    grid.run(Grid.SECOND);
    assertThat(holders()).isPositive();
  }

  private long holders() {
    return east.core.report().live().stream().filter(live -> !live.holders().isEmpty()).count();
  }

  /** Says that all children of the root but one are as in what it answers. */
  private static Message.Digest allAlike(int answered) {
    Message.Digest.Form form = Message.Digest.Form.ENTRIES_TOO;
    KeyPrefix prefix = KeyPrefix.ROOT.child(3);
    return new Message.Digest(prefix, form, 1, answered, 1 << 3, 0, List.of());
  }

  private static Message lie(int number) {
    KeyPrefix prefix = number % 3 == 0 ? KeyPrefix.ROOT : KeyPrefix.ROOT.child(number % 16);
    Message.Digest.Form form = Message.Digest.Form.values()[number % 3];
    boolean children = form == Message.Digest.Form.CHILDREN;
    Bytes false_ = Bytes.sha256(new byte[] {(byte) number}).prefix(12);
    List<Bytes> digests = Collections.nCopies(children ? 16 : number % 5, false_);
    return new Message.Digest(prefix, form, number, 0, 0xFFFF, children ? 0xFFFF : 0, digests);
  }

  /** Both have so many names, the same versions. */
  private void both(int names) {
    for (int i = 0; i < names; i++) {
      Grid.TestFile file = grid.file("n" + i + ".mfz", 100, 100, "alpha");
      put(west, file);
      put(east, file);
    }
  }

  private Grid.TestFile give(Grid.Tile tile, String name, long stamp) {
    Grid.TestFile file = grid.file(name, stamp, 1000, "alpha");
    put(tile, file);
    return file;
  }

  private static void put(Grid.Tile tile, Grid.TestFile file) {
    Name name = file.entry().version().name();
    tile.live.put(name, file);
    tile.marks.put(name, file.entry().version());
  }

  private static boolean hold(Grid.Tile tile, List<Grid.TestFile> files) {
    return files.stream().allMatch(tile::holds);
  }
}
