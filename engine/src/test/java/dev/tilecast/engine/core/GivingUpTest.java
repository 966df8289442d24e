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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A neighbor that has its heads and pages ready, forged around one stolen signature, and gives each
 * file up when its bytes are asked for: each costs a verification, a synced row and a staging file,
 * so it must cost the neighbor time.
 */
final class GivingUpTest {
  private static final int PART_BYTES = 200;

  private final Grid grid = new Grid(21);
  private final Grid.Tile liar = grid.tile("liar");
  private final Grid.Tile middle = grid.tile("middle");
  private final Version stolen = grid.file("demo.mfz", 100, 200_000, "alpha").entry().version();
  private final Map<Integer, Manifest> forged = new HashMap<>();
  private int stamp = 5;

  private void begin(Consumer<Message.Want> asked) {
    grid.join(liar, Direction.ET, middle);
    liar.hostile =
        Optional.of(
            message -> {
              if (message instanceof Message.ManifestWant want && forged.containsKey(want.key())) {
                giveUnit(want);
              } else if (message instanceof Message.Want want && forged.containsKey(want.key())) {
                asked.accept(want);
              }
            });
    grid.startAll();
    liar.sayHello();
    grid.run(100 * Grid.MILLI);
  }

  private void giveUnit(Message.ManifestWant want) {
    Manifest manifest = forged.get(want.key());
    if (want.unit() == Message.ManifestWant.SEAL) {
      return;
    }
    Bytes unit =
        want.unit() == Message.ManifestWant.HEAD
            ? manifest.head().encode()
            : manifest.pages().get(want.unit()).encode();
    for (int at = want.offset(); at < unit.length(); at += PART_BYTES) {
      Bytes part = unit.slice(at, Math.min(unit.length(), at + PART_BYTES));
      liar.transmit(
          Direction.ET, new Message.ManifestPart(want.key(), want.unit(), at, unit.length(), part));
    }
  }

  private void claim(String name) {
    Version version = new Version(new Name(name), stamp++, stolen.innerDigest());
    Manifest manifest =
        Manifest.of(
            version,
            "alpha",
            Grid.fingerprint("alpha"),
            Grid.signature(stolen, "alpha"),
            List.of(new ChunkRef(4096, Bytes.sha256(new byte[4096]))));
    forged.put(manifest.head().id().firstInt(), manifest);
    liar.transmit(
        Direction.ET,
        new Message.Advertisement(
            version.name(),
            version.stamp(),
            version.innerDigest().prefix(Message.Advertisement.DIGEST_PREFIX_BYTES),
            manifest.head().id(),
            manifest.head().fileLength(),
            manifest.head().fingerprint().prefix(Message.Advertisement.SIGNER_BYTES),
            false,
            Message.Advertisement.HELD_WHOLE));
  }

  private long begun() {
    return middle.core.report().counters().get("transfers_begun");
  }

  @Test
  void goingOnToEverNewerVersionsCostsTime() {
    begin(want -> claim("demo.mfz"));

    claim("demo.mfz");
    grid.run(20 * Grid.SECOND);

    assertThat(begun()).isBetween(2L, 10L);
  }

  @Test
  void soDoesGivingUpWhatAnEarlierBootHadClaimed() {
    begin(want -> liar.transmit(Direction.ET, new Message.None(want.key(), Reason.NOT_HELD)));
    for (int i = 0; i < 200; i++) {
      claim("x" + i + ".mfz");
    }
    grid.at(grid.now + 1200 * Grid.MILLI, () -> liar.sayHello(667));

    grid.run(60 * Grid.SECOND);

    assertThat(begun()).isBetween(2L, 12L);
  }
}
