package dev.tilecast.engine.sending;

import static dev.tilecast.engine.sending.PlayedPair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendingTest {
  private static final Optional<Sender.Ending> DELIVERED =
      Optional.of(new Sender.Ending.Delivered());

  private static PlayedPair pair(long seed, int bytes) {
    PlayedPair pair = new PlayedPair(seed);
    byte[] content = new byte[bytes];
    pair.random.nextBytes(content);
    pair.content = Bytes.copyOf(content);
    return pair;
  }

  private static Optional<Sender.Ending> refused(Objection why) {
    return Optional.of(new Sender.Ending.Refused(why));
  }

  private static void assertThatAllIsThere(PlayedPair pair, String name) {
    assertThat(pair.folder.placed.get(name)).isEqualTo(pair.content);
    assertThat(pair.folder.hasPart()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 239, 240, 241, 100_000})
  void aFileArrivesInItsOwnPacketsOnACleanLink(int bytes) {
    PlayedPair pair = pair(1, bytes);
    pair.receive();
    pair.send(pair.offer("a file"));

    assertThat(pair.run(60 * SECOND)).isEqualTo(DELIVERED);

    assertThatAllIsThere(pair, "a file");
    assertThat(pair.sent[FileMessage.Offer.KIND]).isEqualTo(1);
    assertThat(pair.sent[FileMessage.Data.KIND]).isEqualTo((bytes + 239) / 240);
    assertThat(pair.sender.orElseThrow().heldThere()).isEqualTo(bytes);
    // At 64000 bytes a second, and a little for the window to grow.
    assertThat(pair.now).isLessThan(SECOND + (long) (bytes * 255.0 / 240 / 64000 * SECOND));
  }

  @Test
  void whatWasDeliveredAndDeletedIsPulledAgainAtOnce() {
    PlayedPair pair = pair(3, 1000);
    pair.receive();
    pair.send(pair.offer("a file"));
    assertThat(pair.run(60 * SECOND)).isEqualTo(DELIVERED);
    pair.folder.placed.clear();
    pair.send(pair.offer("a file"));

    assertThat(pair.run(60 * SECOND)).isEqualTo(DELIVERED);

    assertThatAllIsThere(pair, "a file");
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 150);
  }

  /** Replay: the seed is the argument. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whateverHappensTheWholeFileArrivesInABoundedNumberOfPackets(long seed) {
    PlayedPair pair = pair(seed, new Random(seed).nextInt(3_000_000) + 1);
    pair.content = pair.content.prefix(Math.min(pair.content.length(), 1 << 20));
    FileMessage.Offer offer = pair.offer("big");
    pair.loss = pair.random.nextDouble() * 0.3;
    pair.twice = pair.random.nextDouble() * 0.2;
    pair.jitterNanos = pair.random.nextInt(3) * 20_000_000L;
    pair.damages = pair.random.nextBoolean();
    // Longer than all these faults together, which may leave nothing through for 10 s.
    pair.answerNanos = 60 * SECOND;
    pair.receive();
    pair.send(offer);
    int restarts = 0;
    for (long at = SECOND; at < 20 * SECOND; at += SECOND + pair.random.nextLong(4 * SECOND)) {
      restarts++;
      switch (pair.random.nextInt(3)) {
        case 0 -> {
          pair.at(at, () -> pair.cut = true);
          pair.at(at + pair.random.nextLong(4 * SECOND), () -> pair.cut = false);
        }
        case 1 -> {
          pair.at(
              at,
              () -> {
                pair.folder.powerGoes(pair.random);
                pair.receiver = Optional.empty();
              });
          pair.at(at + pair.random.nextLong(3 * SECOND), pair::receive);
        }
        default -> pair.at(at, () -> pair.send(offer));
      }
    }
    pair.runAll(30 * SECOND);
    assertThat(pair.folder.placed.values()).isSubsetOf(pair.content);

    assertThat(pair.run(600 * SECOND)).isEqualTo(DELIVERED);

    assertThatAllIsThere(pair, "big");
    int packets = (pair.content.length() + 239) / 240;
    int lostAtRestart = FileLimits.KEEP_BYTES / 240;
    assertThat(pair.sent[FileMessage.Data.KIND])
        .isLessThan(2 * packets + restarts * (64 + Math.min(packets, lostAtRestart)));
  }

  @Test
  void aSeedIsOneStory() {
    List<List<Object>> stories = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      PlayedPair pair = pair(5, 50_000);
      pair.loss = 0.2;
      pair.jitterNanos = 10_000_000;
      pair.receive();
      pair.send(pair.offer("x"));
      pair.run(100 * SECOND);
      stories.add(List.of(pair.now, pair.sent[1], pair.sent[2], pair.sent[3], pair.told));
    }

    assertThat(stories.get(0)).isEqualTo(stories.get(1));
  }

  @Test
  void nobodyReceivesIsToldInTime() {
    PlayedPair pair = pair(1, 1000);
    pair.send(pair.offer("x"));

    assertThat(pair.run(60 * SECOND)).contains(new Sender.Ending.Unanswered());
    assertThat(pair.now).isEqualTo(10 * SECOND);
    assertThat(pair.sent[FileMessage.Offer.KIND]).isBetween(4, 7);
  }

  @Test
  void whatWasKeptIsNotAskedForAgain() {
    PlayedPair pair = pair(2, 1_000_000);
    pair.receive();
    pair.send(pair.offer("x"));
    pair.run(10 * SECOND);
    List<FileEffect> out = new ArrayList<>();
    pair.receiver.orElseThrow().stop(out);
    pair.carryOut(out);
    int kept = pair.folder.keptBytes();
    assertThat(kept).isBetween(500_000, 900_000);
    pair.folder.powerGoes(pair.random);
    pair.sender = Optional.empty();
    pair.runAll(20 * SECOND);
    int before = pair.sent[FileMessage.Data.KIND];

    pair.receive();
    pair.send(pair.offer("x"));

    assertThat(pair.run(60 * SECOND)).isEqualTo(DELIVERED);
    assertThatAllIsThere(pair, "x");
    assertThat(pair.sent[FileMessage.Data.KIND] - before)
        .isBetween((1_000_000 - kept) / 240, (1_000_000 - kept) / 240 + 2);
  }

  @Test
  void whatWasKeptAndHasRottenIsPulledOnceMore() {
    PlayedPair pair = pair(3, 200_000);
    pair.receive();
    pair.send(pair.offer("x"));
    pair.run(2 * SECOND);
    List<FileEffect> out = new ArrayList<>();
    pair.receiver.orElseThrow().stop(out);
    pair.carryOut(out);
    pair.sender = Optional.empty();
    pair.runAll(4 * SECOND);
    pair.folder.rot();
    pair.receive();
    pair.send(pair.offer("x"));

    assertThat(pair.run(60 * SECOND)).isEqualTo(DELIVERED);

    assertThatAllIsThere(pair, "x");
    assertThat(pair.receiver.orElseThrow().counters()).containsEntry("pulled_again", 1L);
  }

  @Test
  void aLieAboutTheDigestCostsTwoPullsAndLeavesNothing() {
    PlayedPair pair = pair(4, 24_000);
    pair.receive();
    pair.send(new FileMessage.Offer(new FileName("x"), 24_000, Bytes.sha256(new byte[] {1})));

    assertThat(pair.run(60 * SECOND)).isEqualTo(refused(Objection.WRONG_CHECKSUM));

    assertThat(pair.folder.placed).isEmpty();
    assertThat(pair.folder.hasPart()).isFalse();
    assertThat(pair.sent[FileMessage.Data.KIND]).isEqualTo(200);
  }

  @Test
  void anotherContentUnderTheNameStaysAndTheSameIsASuccess() {
    PlayedPair pair = pair(5, 1000);
    pair.folder.placed.put("x", Bytes.ofHex("00"));
    pair.folder.placed.put("y", pair.content);
    pair.receive();
    pair.send(pair.offer("x"));

    assertThat(pair.run(60 * SECOND)).isEqualTo(refused(Objection.NAME_TAKEN));
    pair.send(pair.offer("y"));
    assertThat(pair.run(60 * SECOND)).isEqualTo(DELIVERED);

    assertThat(pair.folder.placed.get("x")).isEqualTo(Bytes.ofHex("00"));
    assertThat(pair.sent[FileMessage.Data.KIND]).isZero();
  }

  @Test
  void aNameThatIsTakenMeanwhileIsNotOverwritten() {
    PlayedPair pair = pair(5, 100_000);
    pair.receive();
    pair.send(pair.offer("x"));
    pair.at(SECOND, () -> pair.folder.placed.put("x", Bytes.ofHex("00")));

    assertThat(pair.run(60 * SECOND)).isEqualTo(refused(Objection.NAME_TAKEN));
    assertThat(pair.folder.placed.get("x")).isEqualTo(Bytes.ofHex("00"));
    assertThat(pair.folder.hasPart()).isFalse();
  }

  @Test
  void aFullDiskEndsItAndGivesTheRoomBack() {
    PlayedPair pair = pair(6, 100_000);
    pair.folder.room = 50_000;
    pair.receive();
    pair.send(pair.offer("x"));

    assertThat(pair.run(60 * SECOND)).isEqualTo(refused(Objection.NO_ROOM));
    assertThat(pair.folder.hasPart()).isFalse();
  }

  @Test
  void whatIsTooLongOrFromElsewhereIsRefused() {
    PlayedPair pair = pair(7, (1 << 20) + 1);
    pair.receive();
    pair.send(pair.offer("x"));
    assertThat(pair.run(60 * SECOND)).isEqualTo(refused(Objection.TOO_LARGE));

    pair.receiver = Optional.of(new Receiver(Set.of(Direction.NE), 1 << 21));
    pair.send(pair.offer("x"));
    assertThat(pair.run(60 * SECOND)).isEqualTo(refused(Objection.NOT_ALLOWED));
    assertThat(pair.sent[FileMessage.Data.KIND]).isZero();
  }

  @Test
  void aSenderThatFallsSilentCostsNoMoreThanItsPart() {
    PlayedPair pair = pair(8, 100_000);
    pair.receive();
    pair.send(pair.offer("x"));
    pair.run(SECOND);
    pair.sender = Optional.empty();
    pair.runAll(200 * SECOND);

    assertThat(pair.folder.isOpen()).isFalse();
    assertThat(pair.folder.keptBytes()).isPositive();
    assertThat(pair.folder.placed).isEmpty();
    assertThat(pair.receiver.orElseThrow().counters()).containsEntry("stalled", 1L);
    assertThat(pair.receiver.orElseThrow().wakeAtNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aReceiverThatFallsSilentEndsTheSender() {
    PlayedPair pair = pair(8, 100_000);
    pair.receive();
    pair.send(pair.offer("x"));
    pair.run(SECOND);
    pair.receiver = Optional.empty();

    assertThat(pair.run(200 * SECOND)).contains(new Sender.Ending.Silent());
    assertThat(pair.now).isLessThan(123 * SECOND);
  }

  @Test
  void aFileThatHasChangedIsThrownAwayThere() {
    PlayedPair pair = pair(9, 100_000);
    pair.receive();
    pair.send(pair.offer("x"));
    pair.run(SECOND);
    List<FileEffect> out = new ArrayList<>();
    pair.sender.orElseThrow().stop(Objection.CHANGED, out);
    pair.carryOut(out);
    pair.runAll(5 * SECOND);

    assertThat(pair.folder.hasPart()).isFalse();
    assertThat(pair.folder.placed).isEmpty();
  }

  @Test
  void anotherFileWaitsUntilTheFirstHasNoBytesForAWhile() {
    PlayedPair pair = pair(10, 100_000);
    pair.receive();
    pair.send(pair.offer("first"));
    pair.run(SECOND);
    pair.send(pair.offer("second"));

    assertThat(pair.run(60 * SECOND)).isEqualTo(DELIVERED);

    assertThat(pair.folder.placed).containsOnlyKeys("second");
    assertThat(pair.receiver.orElseThrow().counters()).containsKeys("busy", "gave_way");
  }

  @Test
  void aFloodOfOffersOpensFew() {
    PlayedPair pair = pair(11, 1000);
    pair.receive();
    List<FileEffect> out = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      FileMessage.Offer offer =
          new FileMessage.Offer(new FileName("f" + i), i, Bytes.copyOf(new byte[32]));
      pair.receiver.orElseThrow().received(Direction.WT, offer, i, out);
      if (i == 0) {
        pair.receiver
            .orElseThrow()
            .opened(Direction.WT, new Opening.Refused(Objection.NO_ROOM), i, out);
      }
    }

    assertThat(out).filteredOn(FileEffect.Open.class::isInstance).hasSize(2);
    assertThat(out).hasSizeLessThan(10);
    assertThat(pair.receiver.orElseThrow().counters()).containsEntry("offers_too_many", 996L);
  }

  @Test
  void aRepeatedOfferGetsTheSameAnswerWithoutALookAtTheDisk() {
    Receiver receiver = new Receiver(Set.of(Direction.WT), 1000);
    FileMessage.Offer offer = pair(1, 10).offer("x");
    FileEffect refusal =
        new FileEffect.Send(
            Direction.WT, new FileMessage.Refuse(offer.key(), Objection.NAME_TAKEN));
    List<FileEffect> out = new ArrayList<>();
    receiver.received(Direction.WT, offer, 0, out);
    receiver.opened(Direction.WT, new Opening.Refused(Objection.NAME_TAKEN), 0, out);
    out.clear();

    receiver.received(Direction.WT, offer, 9 * SECOND, out);
    assertThat(out).containsExactly(refusal);
    out.clear();
    receiver.received(Direction.WT, offer, 10 * SECOND, out);
    assertThat(out).containsExactly(new FileEffect.Open(Direction.WT, offer));
  }

  @Test
  void aPacketIsWrittenOnceAndOnlyInItsPlace() {
    Receiver receiver = new Receiver(Set.of(Direction.WT), 1000);
    FileMessage.Offer offer = pair(1, 500).offer("x");
    List<FileEffect> out = new ArrayList<>();
    receiver.received(Direction.WT, offer, 0, out);
    receiver.opened(Direction.WT, new Opening.Ready(List.of()), 0, out);
    Bytes whole = Bytes.copyOf(new byte[240]);
    out.clear();

    for (int offset : new int[] {240, 240, 480, 1, 720}) {
      receiver.received(
          Direction.WT, new FileMessage.Data(offer.key(), offset, whole), SECOND, out);
    }

    assertThat(out)
        .filteredOn(FileEffect.Write.class::isInstance)
        .containsExactly(new FileEffect.Write(Direction.WT, 240, whole));
    assertThat(receiver.counters()).containsEntry("data_not_needed", 4L);
  }

  @Test
  void whoAsksWithoutEndIsServedSoMuchAndNoMore() {
    PlayedPair pair = pair(12, 100_000);
    FileMessage.Offer offer = pair.offer("x");
    Sender sender = new Sender(offer, Direction.ET, SECOND, 0);
    List<FileEffect> out = new ArrayList<>();
    FileMessage.Want want =
        new FileMessage.Want(offer.key(), 0, 0xFFFF, List.of(new Message.Range(0, 100_000)));
    int most = 0;
    for (int i = 0; i < 10_000; i++) {
      out.clear();
      sender.received(want, i, out);
      out.removeIf(FileEffect.Send.class::isInstance);
      most = Math.max(most, out.size());
    }

    assertThat(most).isEqualTo(64);
    assertThat(sender.ending()).contains(new Sender.Ending.Insatiable());
    assertThat(sender.servedBytes()).isLessThan(8 * 100_000 + (1 << 20) + 64 * 240);
  }

  @Test
  void whatIsBeyondTheFileIsNotServed() {
    PlayedPair pair = pair(13, 1000);
    FileMessage.Offer offer = pair.offer("x");
    Sender sender = new Sender(offer, Direction.ET, SECOND, 0);
    List<FileEffect> out = new ArrayList<>();
    sender.received(
        new FileMessage.Want(
            offer.key(), 0, 9, List.of(new Message.Range(900, 101), new Message.Range(999, 1))),
        0,
        out);

    assertThat(out).containsExactly(new FileEffect.Serve(Direction.ET, offer.key(), 999, 1));
    assertThat(sender.ignored()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void hostilePacketsBreakNothing(long seed) {
    PlayedPair pair = pair(seed, 60_000);
    FileMessage.Offer offer = pair.offer("x");
    pair.receive();
    pair.send(offer);
    for (long at = 0; at < 3 * SECOND; at += SECOND / 500) {
      pair.at(at, () -> pair.arrive(Direction.ET, hostile(pair, offer)));
      pair.at(at, () -> pair.arrive(Direction.WT, hostile(pair, offer)));
    }

    pair.runAll(100 * SECOND);

    // Bytes that are not of the file may be taken for its own, at the cost of another pull.
    assertThat(pair.folder.placed.getOrDefault("x", pair.content)).isEqualTo(pair.content);
    assertThat(pair.folder.isOpen()).isFalse();
    pair.send(offer);
    assertThat(pair.run(200 * SECOND)).isEqualTo(DELIVERED);
    assertThatAllIsThere(pair, "x");
  }

  /** Any body under the right key, or with the right key, but never a digest that is right. */
  private static byte[] hostile(PlayedPair pair, FileMessage.Offer offer) {
    int kind = 1 + pair.random.nextInt(5);
    int length = kind == FileMessage.Data.KIND ? 248 : 4 + pair.random.nextInt(60);
    byte[] packet = Codec.frame(length, kind, Direction.WT, FileCodec.SERVICE);
    ByteBuffer body = Codec.bodyOf(packet);
    body.putInt(pair.random.nextInt(4) == 0 ? pair.random.nextInt() : offer.key());
    if (kind == FileMessage.Data.KIND) {
      body.putInt(240 * pair.random.nextInt(300));
    }
    while (body.hasRemaining()) {
      body.put((byte) pair.random.nextInt(3));
    }
    Codec.putChecksum(packet);
    return packet;
  }
}
