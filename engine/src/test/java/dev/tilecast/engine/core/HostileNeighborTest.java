package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A liar to the west, an honest tile to the east, and between them the one that must not care. */
class HostileNeighborTest {
  private static final long MINUTE = 60 * Grid.SECOND;

  private final Grid grid = new Grid(21);
  private final Grid.Tile liar = grid.tile("liar");
  private final Grid.Tile middle = grid.tile("middle");
  private final Grid.Tile honest = grid.tile("honest");

  HostileNeighborTest() {
    grid.join(liar, Direction.ET, middle);
    grid.join(middle, Direction.ET, honest);
    liar.hostile = Optional.of(message -> {});
  }

  @Test
  void whoHasNoKeyCanMakeUsDoNothingMoreThanLookAtHeads() {
    Manifest forged = forged("demo.mfz", 500, "alpha", Bytes.copyOf(new byte[96]), 40);
    serveManifest(forged, false);
    begin();
    advertiseEverySecond(forged);

    grid.run(60 * MINUTE);

    assertThat(middle.staging).isEmpty();
    assertThat(middle.events).noneMatch(e -> e.kind() == TileEvent.Kind.TRANSFER);
    // The head, and with it the first page, once.
    assertThat(middle.sent(Message.ManifestWant.class)).isEqualTo(2);
    assertThat(middle.core.report().claims().get(0).state()).contains("bad signature");
  }

  @Test
  void newForgeriesComeEverMoreRarely() {
    List<Manifest> served = new ArrayList<>();
    liar.hostile =
        Optional.of(
            message -> {
              if (message instanceof Message.ManifestWant want) {
                served.stream()
                    .filter(m -> m.head().id().firstInt() == want.key())
                    .findFirst()
                    .ifPresent(m -> answer(m, want));
              }
            });
    begin();
    for (int i = 0; i < 3600; i++) {
      Manifest forged = forged("demo.mfz", 500 + i, "alpha", Bytes.copyOf(new byte[96]), 2);
      grid.at(
          grid.now + (i + 1) * Grid.SECOND,
          () -> {
            served.add(forged);
            advertise(forged);
          });
    }

    grid.run(70 * MINUTE);

    // Waits of 4, 8, 16, .. 600 s: about a dozen in an hour, not thousands.
    assertThat(middle.core.report().counters().get("transfers_failed")).isBetween(5L, 20L);
  }

  @Test
  void aReplayedSignatureOverPoisonedChunksDelaysNobody() {
    Grid.TestFile genuine = grid.file("demo.mfz", 100, 200_000, "alpha");
    Version stolen = genuine.entry().version();
    Manifest poisoned =
        forged("demo.mfz", 9_000_000, "alpha", Grid.signature(stolen, "alpha"), stolen, 100);
    serveManifest(poisoned, true);
    begin();
    advertiseEverySecond(poisoned);
    grid.run(2 * Grid.SECOND);
    honest.drop(1, genuine);

    assertThat(grid.runUntil(() -> middle.holds(genuine), 30 * Grid.SECOND)).isTrue();
    grid.run(10 * MINUTE);

    assertThat(middle.holds(genuine)).isTrue();
    assertThat(middle.core.report().transfers()).isEmpty();
    assertThat(middle.core.report().counters()).containsKey("transfers_failed");
  }

  @Test
  void aFloodOfClaimsTakesOneSlotAndBoundedMemory() {
    Grid.TestFile genuine = grid.file("demo.mfz", 100, 50_000, "alpha");
    begin();
    for (int i = 0; i < 5000; i++) {
      Manifest never = forged("x" + i + ".mfz", 100, "alpha", Bytes.copyOf(new byte[96]), 1);
      grid.at(grid.now + i * Grid.MILLI, () -> advertise(never));
    }
    grid.run(3 * Grid.SECOND);
    honest.drop(1, genuine);

    assertThat(grid.runUntil(() -> middle.holds(genuine), 10 * Grid.SECOND)).isTrue();
    TileReport report = middle.core.report();
    assertThat(report.claims()).hasSizeLessThanOrEqualTo(Limits.CLAIMS_MAX);
    assertThat(report.neighbors().get(1).counters()).containsKey("claims_over_limit");
    assertThat(report.transfers()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void whoPromisesAndNeverDeliversLosesItsSlotToOneWhoWaits() {
    grid.limits = new Limits(1 << 20, 1, 100);
    Grid.TestFile genuine = grid.file("demo.mfz", 100, 50_000, "alpha");
    Grid.TestFile withheld = grid.file("other.mfz", 100, 50_000, "alpha");
    serveManifest(withheld.manifest(), false);
    begin();
    advertiseEverySecond(withheld.manifest());
    grid.run(5 * Grid.SECOND);
    assertThat(middle.core.report().transfers()).hasSize(1);
    honest.drop(1, genuine);

    assertThat(grid.runUntil(() -> middle.holds(genuine), 2 * MINUTE)).isTrue();
  }

  @Test
  void bytesThatNobodyAskedForChangeNothing() {
    Grid.TestFile genuine = grid.file("demo.mfz", 100, 100_000, "alpha");
    middle.wires.values().forEach(wire -> wire.rate = 64_000);
    honest.wires.values().forEach(wire -> wire.rate = 64_000);
    begin();
    honest.drop(1, genuine);
    int key = genuine.manifest().head().id().firstInt();
    for (int i = 0; i < 2000; i++) {
      long offset = 240L * (long) grid.chance.nextInt(400);
      grid.at(
          grid.now + i * Grid.MILLI,
          () ->
              liar.transmit(
                  Direction.ET, new Message.Data(key, offset, Bytes.copyOf(new byte[240]))));
    }

    assertThat(grid.runUntil(() -> middle.holds(genuine), MINUTE)).isTrue();
    assertThat(middle.core.report().counters()).doesNotContainKey("chunks_wrong");
    assertThat(middle.core.report().neighbors().get(1).counters()).containsKey("data_not_asked");
  }

  @Test
  void requestsBeyondAllMeasureAreAnsweredWithinMeasure() {
    Grid.TestFile genuine = grid.file("demo.mfz", 100, 100_000, "alpha");
    middle.live.put(new Name("demo.mfz"), genuine);
    begin();
    int key = genuine.manifest().head().id().firstInt();
    List<Message.Range> everything = new ArrayList<>();
    for (int i = 0; i < Message.Want.RANGES_MAX; i++) {
      everything.add(new Message.Range(0, 100_000));
    }
    middle.sent.clear();

    liar.transmit(Direction.ET, new Message.Want(key, 60_000, everything));
    liar.transmit(Direction.ET, new Message.Want(key, 9, List.of(new Message.Range(99_990, 1000))));
    liar.transmit(Direction.ET, new Message.Want(key + 1, 9, List.of(new Message.Range(0, 1000))));
    grid.run(Grid.SECOND);

    assertThat(middle.sent(Message.Data.class)).isEqualTo(Limits.WINDOW_PACKETS_MAX);
    assertThat(middle.core.report().neighbors().get(1).counters())
        .containsEntry("wants_over_window", 1L)
        .containsEntry("wants_out_of_range", 1L)
        .containsEntry("wants_not_held", 1L);
  }

  @Test
  void oldNewsIsAnsweredAtOnceAlsoLongAfterEverythingWasTold() {
    Grid.TestFile young = grid.file("demo.mfz", 200, 50_000, "alpha");
    Grid.TestFile old = grid.file("demo.mfz", 100, 50_000, "alpha");
    middle.live.put(new Name("demo.mfz"), young);
    begin();
    advertise(young.manifest());
    grid.run(5 * MINUTE);
    middle.sent.clear();

    advertise(old.manifest());
    grid.run(10 * Grid.MILLI);

    assertThat(middle.sent)
        .singleElement()
        .isInstanceOfSatisfying(
            Message.Advertisement.class, ad -> assertThat(ad.stamp()).isEqualTo(200));
  }

  private void begin() {
    grid.startAll();
    liar.sayHello();
    for (int i = 1; i < 200; i++) {
      grid.at(grid.now + 50L * i * Grid.SECOND, liar::sayHello);
    }
    grid.run(100 * Grid.MILLI);
  }

  private void advertiseEverySecond(Manifest manifest) {
    for (int i = 0; i < 100; i++) {
      grid.at(grid.now + i * Grid.SECOND, () -> advertise(manifest));
    }
  }

  private void advertise(Manifest manifest) {
    Version version = manifest.head().version();
    liar.transmit(
        Direction.ET,
        new Message.Advertisement(
            version.name(),
            version.stamp(),
            version.innerDigest().prefix(16),
            manifest.head().id(),
            manifest.head().fileLength(),
            manifest.head().fingerprint().prefix(8),
            false,
            1000));
  }

  private void serveManifest(Manifest manifest, boolean dataToo) {
    int key = manifest.head().id().firstInt();
    liar.hostile =
        Optional.of(
            message -> {
              if (message instanceof Message.ManifestWant want && want.key() == key) {
                answer(manifest, want);
              } else if (message instanceof Message.Want want && want.key() == key && dataToo) {
                want.ranges().forEach(range -> zeros(key, range));
              }
            });
  }

  private void answer(Manifest manifest, Message.ManifestWant want) {
    Bytes unit =
        want.unit() == Message.ManifestWant.HEAD
            ? manifest.head().encode()
            : manifest.pages().get(want.unit()).encode();
    for (int at = want.offset(); at < unit.length(); at += 200) {
      Bytes part = unit.slice(at, Math.min(unit.length(), at + 200));
      liar.transmit(
          Direction.ET, new Message.ManifestPart(want.key(), want.unit(), at, unit.length(), part));
    }
  }

  private void zeros(int key, Message.Range range) {
    for (long at = range.offset(); at < range.end(); at += 240) {
      int length = (int) Math.min(240, range.end() - at);
      liar.transmit(Direction.ET, new Message.Data(key, at, Bytes.copyOf(new byte[length])));
    }
  }

  private static Manifest forged(
      String name, long stamp, String handle, Bytes signature, int chunks) {
    Version version = new Version(new Name(name), stamp, Bytes.copyOf(new byte[64]));
    return forged(name, stamp, handle, signature, version, chunks);
  }

  /** A manifest of chunks of zeros, under the digest of another version. */
  private static Manifest forged(
      String name, long stamp, String handle, Bytes signature, Version digestOf, int chunks) {
    List<ChunkRef> refs = new ArrayList<>();
    for (int i = 0; i < chunks; i++) {
      refs.add(new ChunkRef(4096, Bytes.sha256(new byte[4096])));
    }
    Version version = new Version(new Name(name), stamp, digestOf.innerDigest());
    return Manifest.of(version, handle, Grid.fingerprint(handle), signature, refs);
  }
}
