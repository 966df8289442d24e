package dev.tilecast.cli.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tilecast.engine.sending.FileCodec;
import dev.tilecast.engine.sending.FileEffect;
import dev.tilecast.engine.sending.FileMessage;
import dev.tilecast.engine.sending.FileName;
import dev.tilecast.engine.sending.Objection;
import dev.tilecast.engine.sending.Receiver;
import dev.tilecast.engine.sending.Sender;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.ServiceForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends on real files, in a time that only the test moves. */
final class SendingFilesTest {
  private static final long STEP_NANOS = 1_000_000;
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final Optional<Sender.Ending> DELIVERED =
      Optional.of(new Sender.Ending.Delivered());

  @TempDir private Path home;
  private final Random random = new Random(7);
  private final Queue<byte[]> toReceiver = new ArrayDeque<>();
  private final Queue<byte[]> toSender = new ArrayDeque<>();
  private final List<FileEffect.Told> told = new ArrayList<>();
  private final List<String> trouble = new ArrayList<>();
  private Path received;
  private double loss;
  private long now;
  private SentFile file;
  private Sending sending;
  private ReceivedFolder folder;
  private Receiving receiving;

  @BeforeEach
  void begin() throws IOException {
    received = home.resolve("received");
    receive();
  }

  @AfterEach
  void end() throws IOException {
    folder.close();
    if (file != null) {
      file.close();
    }
  }

  /** Begins to receive, or again after an end without a word. */
  private void receive() throws IOException {
    folder = new ReceivedFolder(received, 10 << 20, 0);
    receiving =
        new Receiving(
            new Receiver(EnumSet.of(Direction.WT), 4 << 20),
            folder,
            (to, content) -> transmit(toSender, to, content),
            told::add,
            (from, failure) -> trouble.add(from + ": " + failure.getMessage()));
  }

  private void transmit(Queue<byte[]> queue, Direction to, byte[] content) {
    if (random.nextDouble() >= loss) {
      byte[] packet = new byte[PacketHeader.BYTES + content.length];
      System.arraycopy(content, 0, packet, PacketHeader.BYTES, content.length);
      PacketHeader.toService(to, FileCodec.SERVICE, ServiceForm.PLAIN).writeInto(packet);
      queue.add(packet);
    }
  }

  private Path source(int bytes) throws IOException {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    return Files.write(home.resolve("source"), content);
  }

  private void send(Path source) throws IOException {
    file = SentFile.open(source, new FileName("a file"), read -> {});
    sending =
        new Sending(
            file,
            Direction.ET,
            10 * SECOND_NANOS,
            (to, content) -> transmit(toReceiver, to, content),
            now);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(received)) {
      return paths
          .map(it -> it.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .toList();
    }
  }

  private void step() {
    now += STEP_NANOS;
    for (int i = toReceiver.size(); i > 0; i--) {
      receiving.received(Direction.WT, toReceiver.remove(), now);
    }
    for (int i = toSender.size(); i > 0; i--) {
      sending.received(Direction.ET, toSender.remove(), now);
    }
    if (sending.wakeAtNanos() <= now) {
      sending.tick(now);
    }
    if (receiving.hasWork()) {
      receiving.work(now);
    }
    if (receiving.wakeAtNanos() <= now) {
      receiving.tick(now);
    }
  }

  private Optional<Sender.Ending> run() {
    for (long end = now + 300 * SECOND_NANOS; sending.ending().isEmpty() && now < end; ) {
      step();
    }
    return sending.ending();
  }

  private void runUntilHeldThere(int bytes) {
    while (sending.heldThere() < bytes) {
      step();
      assertThat(sending.ending()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 240, 3_000_001})
  void aFileArrivesOverALinkThatLosesPackets(int bytes) throws IOException {
    loss = 0.05;
    Path source = source(bytes);
    send(source);

    assertThat(run()).isEqualTo(DELIVERED);

    assertThat(received.resolve("a file")).hasSameBinaryContentAs(source);
    assertThat(names()).containsExactly("a file");
    assertThat(sending.servedBytes()).isLessThanOrEqualTo((long) (bytes * 1.2) + 1000);
  }

  @Test
  void aReceiverThatIsKilledGoesOnWhereItHadKept() throws IOException {
    Path source = source(3 << 20);
    send(source);
    runUntilHeldThere(2 << 20);
    folder.close();
    receive();

    assertThat(run()).isEqualTo(DELIVERED);

    assertThat(received.resolve("a file")).hasSameBinaryContentAs(source);
    // One MiB may not have been kept yet, and a window of packets was on its way.
    assertThat(sending.servedBytes()).isBetween(3L << 20, (4L << 20) + 64 * 240);
  }

  @Test
  void whoeverIsStoppedHasKeptAll() throws IOException {
    Path source = source(3 << 20);
    send(source);
    runUntilHeldThere(1_500_000);
    sending.stop(Objection.STOPPED);
    step();
    step();
    long before = sending.servedBytes();
    file.close();
    send(source);

    assertThat(run()).isEqualTo(DELIVERED);

    assertThat(received.resolve("a file")).hasSameBinaryContentAs(source);
    assertThat(before + sending.servedBytes()).isLessThan((3L << 20) + 64 * 240);
    assertThat(told)
        .extracting(FileEffect.Told::state)
        .containsExactly(
            FileEffect.Told.State.COMING,
            FileEffect.Told.State.ENDED,
            FileEffect.Told.State.COMING,
            FileEffect.Told.State.RECEIVED);
  }

  @Test
  void aFileThatChangesMeanwhileIsNotSentAndLeavesNothing() throws IOException {
    Path source = source(1 << 20);
    send(source);
    runUntilHeldThere(1000);
    Files.write(source, new byte[1], StandardOpenOption.APPEND);

    assertThat(run()).isEqualTo(Optional.of(new Sender.Ending.Stopped(Objection.CHANGED)));

    step();
    step();
    assertThat(names()).isEmpty();
  }

  @Test
  void aFileThatIsCutShortWithoutATraceIsToldAsWhatItIs() throws IOException {
    Path source = source(1 << 20);
    FileTime modified = Files.getLastModifiedTime(source);
    byte[] other = Files.readAllBytes(source);
    other[(1 << 20) - 1] ^= 1;
    send(source);
    runUntilHeldThere(1000);
    Files.write(source, other);
    Files.setLastModifiedTime(source, modified);

    assertThat(run()).isEqualTo(Optional.of(new Sender.Ending.Refused(Objection.WRONG_CHECKSUM)));

    assertThat(names()).isEmpty();
    assertThat(sending.servedBytes()).isBetween(2L << 20, (2L << 20) + 64 * 240);
  }

  @Test
  void aReceiverThatTakesLongToLookIsWaitedFor() throws IOException {
    Path source = source(1 << 20);
    send(source);
    assertThat(run()).isEqualTo(DELIVERED);
    folder.close();
    receive();
    file.close();
    send(source);

    // It looks at the file that is there for ten minutes, and answers meanwhile.
    for (long end = now + 600 * SECOND_NANOS; now < end; now += 100 * STEP_NANOS) {
      now += STEP_NANOS;
      sending.tick(now);
      for (int i = toReceiver.size(); i > 0; i--) {
        receiving.received(Direction.WT, toReceiver.remove(), now);
      }
      for (int i = toSender.size(); i > 0; i--) {
        sending.received(Direction.ET, toSender.remove(), now);
      }
      assertThat(sending.ending()).isEmpty();
    }

    assertThat(run()).isEqualTo(DELIVERED);
    assertThat(sending.servedBytes()).isZero();
  }

  @Test
  void whatComesUnaskedTakesNoRoom() throws IOException {
    send(source(1 << 20));
    now += STEP_NANOS;
    sending.tick(now);
    receiving.received(Direction.WT, toReceiver.remove(), now);
    FileMessage.Offer offer = file.offer();
    for (int offset = 64 * 240; offset < (1 << 20) - 240; offset += 480) {
      FileMessage data = new FileMessage.Data(offer.key(), offset, file.read(offset, 240));
      receiving.received(Direction.WT, FileCodec.encode(data, Direction.WT), now);
    }

    assertThat(receiving.coming().get(0).heldBytes()).isZero();
    assertThat(receiving.counters().get("data_not_needed")).isGreaterThan(2000L);
  }

  @Test
  void aFileThatIsLongerThanItsSizeSaysIsNotSent() {
    Path endless = Path.of("/proc/cpuinfo");
    assumeThat(endless).exists();

    assertThatThrownBy(() -> send(endless))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more bytes than its size says");
  }

  @Test
  void aFolderThatGoesAwayIsToldToBothSides() throws IOException {
    send(source(3 << 20));
    runUntilHeldThere(1000);
    Files.move(received, home.resolve("elsewhere"));

    assertThat(run()).isEqualTo(Optional.of(new Sender.Ending.Refused(Objection.DISK_FAILED)));

    assertThat(trouble).isNotEmpty().allMatch(line -> line.contains("received"));
  }

  @Test
  void fromElsewhereNothingIsTaken() throws IOException {
    send(source(1000));
    now += STEP_NANOS;
    sending.tick(now);
    receiving.received(Direction.NE, toReceiver.remove(), now);
    receiving.received(Direction.WT, new byte[] {1, 2, 3}, now);

    assertThat(names()).isEmpty();
    assertThat(told)
        .extracting(FileEffect.Told::text)
        .containsExactly("nothing is taken from there");
    assertThat(receiving.counters()).containsEntry("bad_packets", 1L).containsEntry("refused", 1L);
  }

  @Test
  void onlyPlainFilesAreSent() throws IOException {
    assertThatThrownBy(() -> send(Files.createDirectory(home.resolve("folder"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no plain file");
    Path large = Files.createFile(home.resolve("large"));
    try (var channel = Files.newByteChannel(large, StandardOpenOption.WRITE)) {
      channel.position(1L << 30).write(java.nio.ByteBuffer.allocate(1));
    }
    assertThatThrownBy(() -> send(large))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("divide it");
  }
}
