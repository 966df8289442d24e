package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What must not hold up a transfer, or have its bytes asked for twice. */
final class HeldUpTest {
  private final Grid grid = new Grid(21);
  private Grid.Tile liar;
  private Grid.Tile middle;
  private Grid.Tile honest;
  private boolean drips;
  private long dripDelay = 100 * Grid.MILLI;

  @Test
  void whatCannotGoLiveKeepsNoSlot() {
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile first = line.get(0);
    Grid.Tile last = line.get(1);
    last.unpromotable = true;
    for (int i = 0; i < 4; i++) {
      first.beginsWith(grid.file("bad" + i + ".mfz", 100, 5_000, "alpha"));
    }
    grid.startAll();
    grid.run(20 * Grid.SECOND);
    Grid.TestFile good = grid.file("good.mfz", 100, 5_000, "alpha");
    first.drop(1, good);
    assertThat(grid.runUntil(() -> last.holds(good), 3600 * Grid.SECOND)).isTrue();
  }

  /** Three in a line, of which the first has so many long files and a slow link to the second. */
  private List<Grid.Tile> slowMiddleAndOther(int files, int bytes) {
    List<Grid.Tile> line = grid.line(3);
    Grid.Tile slow = line.get(0);
    for (int i = 0; i < files; i++) {
      slow.beginsSealedWith(grid.file("long" + i + ".mfz", 100, bytes, "alpha"));
    }
    slow.wires.get(Direction.ET).rate = 20_000;
    return line;
  }

  @Test
  void longFilesOfOneSlowNeighborLeaveASlotToTheOthers() {
    List<Grid.Tile> line = slowMiddleAndOther(6, 3_000_000);
    Grid.Tile middle = line.get(1);
    Grid.Tile other = line.get(2);
    grid.startAll();
    grid.run(20 * Grid.SECOND);
    assertThat(middle.core.report().transfers()).hasSize(3);

    Grid.TestFile small = grid.file("small.mfz", 100, 20_000, "alpha");
    other.drop(1, small);
    long begun = grid.now;

    assertThat(grid.runUntil(() -> middle.holds(small), 3600 * Grid.SECOND)).isTrue();
    assertThat((grid.now - begun) / Grid.SECOND).isLessThan(10);
  }

  @Test
  void whoseLinkPausesGivesNoSlotAwayToWhoMayNotHaveIt() {
    List<Grid.Tile> line = slowMiddleAndOther(4, 20_000_000);
    final Grid.Tile middle = line.get(1);
    Grid.Tile other = line.get(2);
    Grid.TestFile file = grid.file("demo.mfz", 100, 4_000_000, "alpha");
    other.beginsSealedWith(file);
    Grid.Wire wire = other.wires.get(Direction.WT);
    wire.rate = 20_000;
    for (int i = 1; i < 100; i++) {
      grid.at(grid.now + i * 100L * Grid.SECOND, () -> wire.cut = true);
      grid.at(grid.now + (i * 100L + 40) * Grid.SECOND, () -> wire.cut = false);
    }
    grid.startAll();
    final long begun = grid.now;

    assertThat(grid.runUntil(() -> middle.holds(file), 3600 * Grid.SECOND)).isTrue();

    // 200 s of sending, with some pauses of 40 s.
    assertThat((grid.now - begun) / Grid.SECOND).isLessThan(600);
  }

  /** A third one in the northeast of the second of three, with a file that comes later. */
  private Grid.Tile third(Grid.Tile middle) {
    Grid.Tile third = grid.tile("third");
    grid.join(middle, Direction.NE, third);
    return third;
  }

  private static boolean isFollowing(Grid.Tile tile, int files) {
    return tile.core.report().transfers().stream().filter(t -> t.verifiedBytes() > 0).count()
        >= files;
  }

  @Test
  void whoHasAFileFromUsDoesNotKeepItsSlotWhenTheSourceIsBack() {
    Grid.Tile slow = grid.tile("slow");
    Grid.Tile middle = grid.tile("middle");
    grid.join(slow, Direction.ET, middle);
    for (int i = 0; i < 4; i++) {
      slow.beginsSealedWith(grid.file("long" + i + ".mfz", 100, 6_000_000, "alpha"));
    }
    slow.wires.get(Direction.ET).rate = 20_000;
    Grid.Tile third = third(middle);
    grid.startAll();
    assertThat(grid.runUntil(() -> isFollowing(third, 3), 120 * Grid.SECOND)).isTrue();
    middle.step(new Input.LinkDown(Direction.WT, "pulled"));
    slow.step(new Input.LinkDown(Direction.ET, "pulled"));
    grid.run(3 * Grid.SECOND);
    middle.step(new Input.LinkUp(Direction.WT, 255));
    slow.step(new Input.LinkUp(Direction.ET, 255));
    grid.run(10 * Grid.SECOND);

    Grid.TestFile small = grid.file("small.mfz", 100, 20_000, "alpha");
    third.drop(1, small);

    assertThat(grid.runUntil(() -> middle.holds(small), 30 * Grid.SECOND)).isTrue();
  }

  /** It had failed to go live for another reason before, so others have all slots by then. */
  @Test
  void whatTheDiskDoesNotTakeAtItsPromotionTakesNoSlotThatIsNotFree() {
    List<Grid.Tile> line = slowMiddleAndOther(3, 6_000_000);
    Grid.Tile slow = line.get(0);
    Grid.Tile middle = line.get(1);
    Grid.Tile other = line.get(2);
    Grid.TestFile bad = grid.file("bad.mfz", 100, 5_000, "alpha");
    slow.beginsSealedWith(bad);
    other.beginsSealedWith(grid.file("another.mfz", 100, 6_000_000, "alpha"));
    other.wires.get(Direction.WT).rate = 20_000;
    middle.unpromotable = true;
    slow.start();
    middle.start();
    grid.run(20 * Grid.SECOND);
    other.start();
    grid.run(20 * Grid.SECOND);
    assertThat(middle.core.sizes().running()).isEqualTo(4);
    assertThat(middle.core.report().transfers()).hasSize(5);

    middle.unpromotable = false;
    middle.unsynced = 1;
    // The grid itself looks at how many run, after each step.
    assertThat(grid.runUntil(() -> middle.unsynced == 0, 60 * Grid.SECOND)).isTrue();
    assertThat(grid.runUntil(() -> middle.holds(bad), 3600 * Grid.SECOND)).isTrue();
  }

  /** Two have the same long files, and the one goes on with what began on the word of the other. */
  @Test
  void whoTakesOverTheLastSlotTooLeavesOneToTheOthers() {
    Grid.Tile slow = grid.tile("slow");
    Grid.Tile middle = grid.tile("middle");
    Grid.Tile other = grid.tile("other");
    grid.join(slow, Direction.ET, middle);
    grid.join(middle, Direction.ET, other);
    for (int i = 0; i < 4; i++) {
      Grid.TestFile file = grid.file("long" + i + ".mfz", 100, 6_000_000, "alpha");
      slow.beginsSealedWith(file);
      other.beginsSealedWith(file);
    }
    slow.wires.get(Direction.ET).rate = 20_000;
    other.wires.get(Direction.WT).rate = 20_000;
    Grid.Tile third = third(middle);
    List.of(slow, middle, third).forEach(Grid.Tile::start);
    grid.run(10 * Grid.SECOND);
    other.start();
    grid.run(10 * Grid.SECOND);
    middle.step(new Input.LinkDown(Direction.ET, "pulled"));
    grid.run(3 * Grid.SECOND);
    assertThat(middle.core.report().transfers()).hasSize(4).noneMatch(TileReport.Transfer::parked);

    List<Grid.TestFile> small = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      small.add(grid.file("small" + i + ".mfz", 100, 20_000, "alpha"));
      third.drop(i, small.get(i));
    }

    assertThat(grid.runUntil(() -> small.stream().allMatch(middle::holds), 30 * Grid.SECOND))
        .isTrue();
    // Nothing was given up for it, and it is one more at the most.
    assertThat(middle.core.report().transfers()).hasSize(4).noneMatch(TileReport.Transfer::parked);
    assertThat(middle.core.report().counters()).doesNotContainKey("parked_dropped");
  }

  @Test
  void whatIsNotProvenDropsNothingThatWaits() {
    Grid.Tile liar = grid.tile("liar");
    Grid.Tile middle = grid.tile("middle");
    Grid.Tile honest = grid.tile("honest");
    grid.join(liar, Direction.ET, middle);
    grid.join(middle, Direction.ET, honest);
    Version stolen = grid.file("other.mfz", 100, 200_000, "alpha").entry().version();
    Version version = new Version(new Name("fake.mfz"), 500, stolen.innerDigest());
    List<ChunkRef> chunks = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      chunks.add(new ChunkRef(16384, Bytes.sha256(new byte[] {(byte) i})));
    }
    Manifest forged =
        Manifest.of(
            version, "alpha", Grid.fingerprint("alpha"), Grid.signature(stolen, "alpha"), chunks);
    liar.hostile =
        Optional.of(
            message -> {
              if (message instanceof Message.ManifestWant want
                  && want.unit() != Message.ManifestWant.HELD) {
                Grid.giveUnit(liar, Direction.ET, forged, want);
              }
            });
    middle.room = 2_000_000;
    Grid.TestFile file = grid.file("demo.mfz", 100, 1_000_000, "alpha");
    honest.beginsSealedWith(file);
    honest.wires.get(Direction.WT).rate = 50_000;
    grid.startAll();
    liar.sayHello();
    grid.run(15 * Grid.SECOND);
    middle.step(new Input.LinkDown(Direction.ET, "pulled"));
    grid.run(Grid.SECOND);
    long parked = middle.core.report().transfers().get(0).verifiedBytes();
    liar.transmit(Direction.ET, Grid.advertisement(forged, false, 1000));
    grid.run(5 * Grid.SECOND);
    assertThat(middle.core.report().transfers()).anyMatch(t -> t.verifiedBytes() == parked);
  }

  @Test
  void whoOffersAnewWhatStalledWithAnotherIsAskedAtOnce() {
    Grid.TestFile file = grid.file("demo.mfz", 100, 300_000, "alpha");
    Grid.TestFile bait = grid.file("bait.mfz", 100, 300_000, "alpha");
    givesNothingBeyond(file, 4096);
    liar.transmit(Direction.WT, Grid.advertisement(file.manifest(), false, 1000));
    grid.run(Grid.SECOND);
    // Something of the liar waits all the time.
    for (int i = 0; i < 100; i++) {
      grid.at(
          grid.now + i * 20L * Grid.SECOND,
          () -> liar.transmit(Direction.WT, Grid.advertisement(bait.manifest(), false, 1000)));
    }
    grid.run(1000 * Grid.SECOND);
    grid.runUntil(
        () ->
            middle.core.report().transfers().stream()
                .anyMatch(t -> t.parked() && t.pace().againNanos() > 400 * Grid.SECOND),
        900 * Grid.SECOND);
    honest.drop(1, file);
    long begun = grid.now;
    grid.runUntil(() -> middle.holds(file), 3600 * Grid.SECOND);
    assertThat((grid.now - begun) / Grid.SECOND).isLessThan(30);
  }

  @Test
  void whoMayNotBeginMakesNobodyWait() {
    double alone = withPauses(false);
    double beside = new HeldUpTest().withPauses(true);
    assertThat(beside).isLessThan(alone * 1.3);
  }

  @Test
  void whoGivesAChunkByteByByteIsLeft() {
    assertThat(drip(4096, false)).isLessThan(120);
  }

  /** Longer than the first time-out. */
  @Test
  void aLinkWithALongRoundTripIsMeasured() {
    List<Grid.Tile> line = grid.line(2);
    Grid.TestFile file = grid.file("demo.mfz", 100, 400_000, "alpha");
    line.get(0).beginsWith(file);
    line.get(0).wires.get(Direction.ET).delay = 1250 * Grid.MILLI;
    line.get(1).wires.get(Direction.WT).delay = 1250 * Grid.MILLI;
    grid.startAll();

    assertThat(grid.runUntil(() -> line.get(1).holds(file), 3600 * Grid.SECOND)).isTrue();
    assertThat(line.get(0).wires.get(Direction.ET).bytes).isLessThan(600_000);
  }

  @Test
  void whoStalledOnceAndComesBackLaterIsAskedAtOnce() {
    Grid.TestFile file = grid.file("demo.mfz", 100, 300_000, "alpha");
    Grid.TestFile bait = grid.file("bait.mfz", 100, 300_000, "alpha");
    givesNothingBeyond(file, 4096);
    liar.transmit(Direction.WT, Grid.advertisement(file.manifest(), false, 1000));
    grid.run(Grid.SECOND);
    honest.wires.get(Direction.ET).lose(Message.Data.class::isInstance);
    honest.drop(1, file);
    for (int i = 0; i < 200; i++) {
      grid.at(
          grid.now + i * 20L * Grid.SECOND,
          () -> liar.transmit(Direction.WT, Grid.advertisement(bait.manifest(), false, 1000)));
    }
    grid.run(60 * Grid.SECOND);
    middle.step(new Input.LinkDown(Direction.WT, "pulled"));
    honest.step(new Input.LinkDown(Direction.ET, "pulled"));
    honest.wires.get(Direction.ET).loseNothing();
    grid.run(1000 * Grid.SECOND);
    grid.runUntil(
        () ->
            middle.core.report().transfers().stream()
                .anyMatch(t -> t.parked() && t.pace().againNanos() > 400 * Grid.SECOND),
        1500 * Grid.SECOND);

    middle.step(new Input.LinkUp(Direction.WT, 255));
    honest.step(new Input.LinkUp(Direction.ET, 255));

    assertThat(grid.runUntil(() -> middle.holds(file), 60 * Grid.SECOND)).isTrue();
  }

  @Test
  void theWindowGrowsAgainAfterAFewPauses() {
    double calm = throughput(false);
    double afterwards = new HeldUpTest().throughput(true);
    assertThat(afterwards).isGreaterThan(calm * 0.8);
  }

  @Test
  void noneAboutOneFileAsksNothingOfAnotherTwice() {
    Grid.TestFile plain = grid.file("plain.mfz", 100, 3_000_000, "alpha");
    Grid.TestFile old = grid.file("other.mfz", 100, 2_900_000, "alpha");
    List<Grid.Tile> line = pullingBoth(plain, old);
    Grid.Tile first = line.get(0);
    Grid.Tile last = line.get(1);
    // The word of the newer version is lost, as packets are.
    Grid.Wire wire = first.wires.get(Direction.ET);
    wire.loss = 1;
    first.drop(1, grid.next(old, 200, 0, 100_000));
    grid.run(2 * Grid.MILLI);
    wire.loss = 0;
    grid.runUntil(() -> last.holds(plain), 400 * Grid.SECOND);
    long data =
        first.sent.stream()
            .filter(Message.Data.class::isInstance)
            .map(Message.Data.class::cast)
            .filter(d -> d.key() == plain.manifest().head().id().firstInt())
            .mapToLong(d -> d.bytes().length())
            .sum();
    assertThat(data).isLessThan(3_002_000);
  }

  @Test
  void noneAboutOneFileLeavesTheRequestsOfOthers() {
    Grid.TestFile plain = grid.file("plain.mfz", 100, 3_000_000, "alpha");
    Grid.TestFile old = grid.file("other.mfz", 100, 2_900_000, "alpha");
    Grid.Tile last = pullingBoth(plain, old).get(1);
    last.step(
        new Input.Received(
            Direction.WT,
            new Message.None(old.manifest().head().id().firstInt(), Reason.NOT_HELD)));
    grid.run(5 * Grid.SECOND);
    assertThat(counters(last, Direction.WT).getOrDefault("data_not_asked", 0L)).isLessThan(40);
  }

  /** Two tiles; the second is pulling both files of the first, over a slow link. */
  private List<Grid.Tile> pullingBoth(Grid.TestFile one, Grid.TestFile other) {
    List<Grid.Tile> line = grid.line(2);
    line.get(0).wires.get(Direction.ET).rate = 60_000;
    line.get(0).beginsSealedWith(one);
    line.get(0).beginsSealedWith(other);
    grid.startAll();
    grid.run(20 * Grid.SECOND);
    return line;
  }

  private static Map<String, Long> counters(Grid.Tile tile, Direction direction) {
    return tile.core.report().neighbors().stream()
        .filter(n -> n.direction() == direction)
        .findFirst()
        .orElseThrow()
        .counters();
  }

  private double throughput(boolean spikes) {
    List<Grid.Tile> line = grid.line(2);
    Grid.Tile first = line.get(0);
    Grid.Tile last = line.get(1);
    Grid.Wire there = first.wires.get(Direction.ET);
    Grid.Wire back = last.wires.get(Direction.WT);
    there.delay = 100 * Grid.MILLI;
    back.delay = 100 * Grid.MILLI;
    first.beginsSealedWith(grid.file("big.mfz", 100, 30_000_000, "alpha"));
    grid.startAll();
    grid.run(20 * Grid.SECOND);
    if (spikes) {
      // For a few seconds the link stands still now and then, up to half a second; nothing is lost.
      for (int i = 0; i < 10; i++) {
        long stop = grid.now + grid.chance.nextInt(500) * Grid.MILLI + 100 * Grid.MILLI;
        there.rate = 0;
        there.freeAt = stop;
        grid.run(Grid.SECOND);
      }
    }
    grid.run(30 * Grid.SECOND);
    long before = last.core.report().counters().get("bytes_received");
    grid.run(60 * Grid.SECOND);
    return (last.core.report().counters().get("bytes_received") - before) / 60.0;
  }

  private double drip(int length, boolean whole) {
    Grid.Tile liar = grid.tile("liar");
    Grid.Tile middle = grid.tile("middle");
    Grid.Tile honest = grid.tile("honest");
    grid.join(middle, Direction.ET, liar);
    grid.join(middle, Direction.WT, honest);
    Grid.TestFile file = grid.file("demo.mfz", 100, length, "alpha");
    Manifest manifest = file.manifest();
    int key = manifest.head().id().firstInt();
    liar.hostile =
        Optional.of(
            message -> {
              if (message instanceof Message.ManifestWant want
                  && want.key() == key
                  && want.unit() != Message.ManifestWant.HELD) {
                Grid.giveUnit(liar, Direction.WT, manifest, want);
              } else if (message instanceof Message.Want want && want.key() == key) {
                if (drips) {
                  dripDelay = Math.min(8 * Grid.SECOND, dripDelay + dripDelay / 10);
                }
                for (Message.Range range : want.ranges()) {
                  for (long at = range.offset(); at < range.end(); at += 240) {
                    int full = (int) Math.min(240, range.end() - at);
                    long offset = at;
                    if (drips) {
                      Bytes one = file.content().slice((int) at, (int) at + (whole ? full : 1));
                      grid.at(
                          grid.now + dripDelay,
                          () -> liar.transmit(Direction.WT, new Message.Data(key, offset, one)));
                    } else {
                      Bytes wrong = Bytes.copyOf(new byte[full]);
                      liar.transmit(Direction.WT, new Message.Data(key, offset, wrong));
                    }
                  }
                }
              }
            });
    honest.beginsWith(file);
    middle.start();
    honest.start();
    // Wrong bytes until a chunk has to come from one alone; then drops.
    liar.sayHello();
    liar.transmit(Direction.WT, Grid.advertisement(manifest, false, 1000));
    for (int i = 1; i < 1000; i++) {
      grid.at(grid.now + i * 30L * Grid.SECOND, () -> liar.sayHello());
    }
    long begun = grid.now;
    grid.runUntil(
        () ->
            middle.core.report().counters().getOrDefault("chunks_wrong", 0L) > 0
                || middle.holds(file),
        60 * Grid.SECOND);
    drips = true;
    grid.runUntil(() -> middle.holds(file), 3 * 3600 * Grid.SECOND);
    return (grid.now - begun) / 1e9;
  }

  /** A liar in the east that gives heads and pages of the file, and so many of its first bytes. */
  private void givesNothingBeyond(Grid.TestFile file, long end) {
    liar = grid.tile("liar");
    middle = grid.tile("middle");
    honest = grid.tile("honest");
    grid.join(middle, Direction.ET, liar);
    grid.join(middle, Direction.WT, honest);
    liar.hostile = Optional.of(message -> Grid.giveUpTo(end, liar, Direction.WT, file, message));
    middle.start();
    honest.start();
    liar.sayHello();
    for (int i = 1; i < 1000; i++) {
      grid.at(grid.now + i * 30L * Grid.SECOND, () -> liar.sayHello());
    }
    grid.run(Grid.SECOND);
  }

  /** How long a file takes over a link that stands still for 40 s in each 100 s. */
  private double withPauses(boolean lies) {
    liar = grid.tile("liar");
    middle = grid.tile("middle");
    honest = grid.tile("honest");
    grid.join(middle, Direction.ET, liar);
    grid.join(middle, Direction.WT, honest);
    liar.hostile = Optional.of(message -> {});
    Grid.TestFile file = grid.file("demo.mfz", 100, 4_000_000, "alpha");
    honest.beginsSealedWith(file);
    Grid.Wire wire = honest.wires.get(Direction.ET);
    wire.rate = 20_000;
    middle.start();
    honest.start();
    liar.sayHello();
    grid.run(Grid.SECOND);
    for (int i = 1; i < 1000; i++) {
      Grid.TestFile bait =
          i < 3
              ? grid.file("bait" + i + ".mfz", 100, 300_000, "alpha")
              : grid.originals.get(1 + i % 2);
      grid.at(
          grid.now + i * 5L * Grid.SECOND,
          () -> {
            liar.sayHello();
            if (lies) {
              liar.transmit(Direction.WT, Grid.advertisement(bait.manifest(), false, 1000));
            }
          });
      grid.at(grid.now + i * 100L * Grid.SECOND, () -> wire.cut = true);
      grid.at(grid.now + (i * 100L + 40) * Grid.SECOND, () -> wire.cut = false);
    }
    long begun = grid.now;
    grid.runUntil(() -> middle.holds(file), 2 * 3600 * Grid.SECOND);
    return (grid.now - begun) / 1e9;
  }
}
