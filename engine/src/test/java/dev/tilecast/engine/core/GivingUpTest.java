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
    liar.hostile = Optional.of(message -> answer(liar, Direction.ET, message, asked));
    grid.startAll();
    liar.sayHello();
    grid.run(100 * Grid.MILLI);
  }

  private void answer(Grid.Tile who, Direction to, Message message, Consumer<Message.Want> asked) {
    if (message instanceof Message.ManifestWant want && forged.containsKey(want.key())) {
      giveUnit(who, to, want);
    } else if (message instanceof Message.Want want && forged.containsKey(want.key())) {
      asked.accept(want);
    }
  }

  private void giveUnit(Grid.Tile who, Direction to, Message.ManifestWant want) {
    Manifest manifest = forged.get(want.key());
    if (want.unit() == Message.ManifestWant.HELD) {
      return;
    }
    Bytes unit =
        switch (want.unit()) {
          case Message.ManifestWant.HEAD -> manifest.head().encode();
          case Message.ManifestWant.SEAL -> Grid.seal(manifest.head());
          default -> manifest.pages().get(want.unit()).encode();
        };
    for (int at = want.offset(); at < unit.length(); at += PART_BYTES) {
      Bytes part = unit.slice(at, Math.min(unit.length(), at + PART_BYTES));
      who.transmit(to, new Message.ManifestPart(want.key(), want.unit(), at, unit.length(), part));
    }
  }

  private void claim(String name) {
    Manifest manifest = forge(name, 4096);
    liar.transmit(Direction.ET, claim(manifest, name, "alpha", stamp, false));
  }

  /** A manifest around the stolen signature. */
  private Manifest forge(String name, int chunkLength) {
    Version version = new Version(new Name(name), ++stamp, stolen.innerDigest());
    Manifest manifest =
        Manifest.of(
            version,
            "alpha",
            Grid.fingerprint("alpha"),
            Grid.signature(stolen, "alpha"),
            List.of(new ChunkRef(chunkLength, Bytes.sha256(new byte[4096]))));
    forged.put(manifest.head().id().firstInt(), manifest);
    return manifest;
  }

  private static Message.Advertisement claim(
      Manifest manifest, String name, String signer, long stamp, boolean sealed) {
    Bytes digest = manifest.head().version().innerDigest();
    return new Message.Advertisement(
        new Name(name),
        stamp,
        digest.prefix(Message.Advertisement.DIGEST_PREFIX_BYTES),
        manifest.head().id(),
        manifest.head().fileLength(),
        Grid.fingerprint(signer).prefix(Message.Advertisement.SIGNER_BYTES),
        sealed,
        Message.Advertisement.HELD_WHOLE);
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

  @Test
  void soDoesBeingAStrangerForAMoment() {
    begin(
        want -> {
          liar.group = "another";
          liar.sayHello();
          liar.group = "test";
          liar.sayHello();
          claim("demo.mfz");
        });

    claim("demo.mfz");
    grid.run(60 * Grid.SECOND);

    assertThat(begun()).isBetween(10L, 30L);
  }

  @Test
  void soDoesALinkThatFalls() {
    begin(
        want ->
            grid.at(
                grid.now + Grid.MILLI,
                () -> {
                  middle.step(new Input.LinkDown(Direction.WT, "closed"));
                  middle.step(new Input.LinkUp(Direction.WT, 255));
                  liar.sayHello();
                }));

    claim("demo.mfz");
    grid.run(60 * Grid.SECOND);

    assertThat(begun()).isBetween(10L, 30L);
  }

  /** The seal stands; what it goes on to is of a signer whom nobody knows. */
  @Test
  void soDoesGoingOnToWhatIsRefusedAndBack() {
    Grid.TestFile genuine = grid.file("good.mfz", 50, 200_000, "alpha");
    forged.put(genuine.manifest().head().id().firstInt(), genuine.manifest());
    Message.Advertisement sealed = genuine.entry().withSeal(true).advertisement();
    begin(
        want -> {
          Manifest other = forge("good.mfz", 4096);
          liar.transmit(
              Direction.ET, claim(other, "good.mfz", "nobody-" + stamp, 1000 + stamp, true));
          liar.transmit(Direction.ET, sealed);
        });

    liar.transmit(Direction.ET, sealed);
    grid.run(20 * Grid.SECOND);

    assertThat(begun()).isBetween(2L, 10L);
  }

  /** We object to the second word, and that costs it no less. */
  @Test
  void soDoesAnotherSignerForTheSameManifest() {
    Manifest manifest = forge("demo.mfz", 4096);
    begin(
        want -> {
          liar.transmit(Direction.ET, claim(manifest, "demo.mfz", "nobody", stamp, false));
          liar.transmit(Direction.ET, claim(manifest, "demo.mfz", "alpha", stamp, false));
        });

    liar.transmit(Direction.ET, claim(manifest, "demo.mfz", "alpha", stamp, false));
    grid.run(20 * Grid.SECOND);

    assertThat(begun()).isBetween(2L, 10L);
  }

  @Test
  void whatFindsNoRoomIsVerifiedNowAndThen() {
    middle.diskFull = true;
    begin(want -> {});
    Consumer<Message> before = liar.hostile.orElseThrow();
    int[] names = {0};
    liar.hostile =
        Optional.of(
            message -> {
              before.accept(message);
              if (message instanceof Message.None) {
                claim("x" + names[0]++ + ".mfz");
              }
            });

    claim("first.mfz");
    grid.run(10 * Grid.SECOND);

    assertThat(begun()).isBetween(20L, 50L);
  }

  /** There is an objection to each of them by now, and no place among those that have one. */
  @Test
  void claimsOfOneFailedManifestAreNotJudgedInEveryStep() {
    begin(want -> {});
    for (int i = 0; i < Limits.CLAIMS_MAX; i++) {
      String name = "s" + i + ".mfz";
      liar.transmit(Direction.ET, claim(forge(name, 4096), name, "nobody", stamp, false));
    }
    grid.run(Grid.SECOND);
    // Longer than any chunk of a file of its length.
    Manifest wrong = forge("y0.mfz", 40_000);
    for (int i = 0; i < Limits.CLAIMS_MAX; i++) {
      liar.transmit(Direction.ET, claim(wrong, "y" + i + ".mfz", "alpha", stamp, false));
    }
    grid.run(30 * Grid.SECOND);
    assertThat(middle.core.report().counters()).containsEntry("transfers_failed", 1L);

    long before = overLimit();
    for (int i = 0; i < 10; i++) {
      middle.step(new Input.Tick());
    }

    assertThat(overLimit()).isEqualTo(before).isPositive();
  }

  /** One of them is the sponsor when the first gives up, and the other when the second does. */
  @Test
  void twoWhoGiveUpWhatTheOtherOffersTooBothPayForIt() {
    Grid.Tile second = grid.tile("second");
    grid.join(second, Direction.SE, middle);
    int[] names = {0};
    Runnable next =
        () -> {
          String name = "x" + names[0]++ + ".mfz";
          Manifest manifest = forge(name, 4096);
          second.transmit(Direction.SE, claim(manifest, name, "alpha", stamp, false));
          liar.transmit(Direction.ET, claim(manifest, name, "alpha", stamp, false));
        };
    Consumer<Message.Want> giveUp =
        want -> {
          if (forged.remove(want.key()) != null) {
            liar.transmit(Direction.ET, new Message.None(want.key(), Reason.NOT_HELD));
            second.transmit(Direction.SE, new Message.None(want.key(), Reason.NOT_HELD));
            next.run();
          }
        };
    second.hostile = Optional.of(message -> answer(second, Direction.SE, message, giveUp));
    begin(giveUp);
    second.sayHello(667);
    grid.run(100 * Grid.MILLI);

    next.run();
    grid.run(20 * Grid.SECOND);

    assertThat(begun()).isBetween(2L, 30L);
  }

  private long overLimit() {
    return middle.core.report().neighbors().get(0).counters().getOrDefault("claims_over_limit", 0L);
  }
}
