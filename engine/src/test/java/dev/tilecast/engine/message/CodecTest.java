package dev.tilecast.engine.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
  private static final int SERVICE = 8;
  private static final int KEY = 0xCAFE0102;
  private static final Decoded MALFORMED = new Decoded.Bad(Fault.MALFORMED);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatIsEncodedIsDecoded(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      for (Message message : oneOfEach(random)) {
        byte[] packet = Codec.encode(message, Direction.SE, SERVICE);

        assertThat(Codec.decode(packet)).isEqualTo(new Decoded.Good(message));
      }
    }
  }

  @Test
  void everyMessageAtItsLargestFitsInto255Bytes() {
    Bytes big = bytes(new Random(1), 255);
    Name longest = new Name("n".repeat(96) + ".mfz");
    List<Message.Range> ranges = new ArrayList<>();
    for (int i = 0; i < Message.Want.RANGES_MAX; i++) {
      ranges.add(new Message.Range(i, 1));
    }
    List<Message> largest =
        List.of(
            hello(new Random(1)),
            new Message.Advertisement(
                longest, 1, big.prefix(16), big.prefix(32), 1, big.prefix(8), true, 1000),
            new Message.Digest(
                KeyPrefix.of(big, 7),
                Message.Digest.Form.CHILDREN,
                1,
                2,
                0xFFFF,
                0xFFFF,
                Collections.nCopies(Message.Digest.DIGESTS_MAX, big.prefix(12))),
            new Message.ManifestWant(1, Message.ManifestWant.HEAD, 65535, 65535),
            new Message.ManifestPart(1, 1, 0, 60000, big.prefix(Codec.partBytes(255))),
            new Message.Want(1, 64, ranges),
            new Message.Data(1, 0, big.prefix(Codec.dataBytes(255))),
            new Message.Have(
                1, 4096, Collections.nCopies(Message.Have.RUNS_MAX, new Message.Run(4095, 1))),
            new Message.None(1, Reason.NO_SPACE));

    assertThat(kinds(largest)).isEqualTo(allKinds());
    for (Message message : largest) {
      byte[] packet = Codec.encode(message, Direction.NT, SERVICE);
      assertThat(packet.length).as(message.toString()).isLessThanOrEqualTo(255);
      assertThat(Codec.decode(packet)).isEqualTo(new Decoded.Good(message));
    }
    assertThat(Codec.dataBytes(255)).isEqualTo(240);
  }

  @Test
  void everyTruncationIsRefused() {
    for (Message message : oneOfEach(new Random(7))) {
      byte[] packet = Codec.encode(message, Direction.WT, SERVICE);
      for (int length = 0; length < packet.length; length++) {
        assertThat(Codec.decode(Arrays.copyOf(packet, length))).isInstanceOf(Decoded.Bad.class);
      }
    }
  }

  @Test
  void everyTruncatedBodyWithARightChecksumIsAValueOrAFault() {
    for (Message message : oneOfEach(new Random(7))) {
      byte[] packet = Codec.encode(message, Direction.WT, SERVICE);
      for (int length = 3; length < packet.length - 4; length++) {
        // Never an exception, whatever it becomes.
        assertThat(Codec.decode(sealed(Arrays.copyOf(packet, length)))).isNotNull();
      }
    }
  }

  @Test
  void everyFlippedBitButTheDirectionsIsNoticed() {
    for (Message message : oneOfEach(new Random(9))) {
      byte[] packet = Codec.encode(message, Direction.ET, SERVICE);
      for (int bit = 8; bit < packet.length * 8; bit++) {
        byte[] flipped = packet.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(Codec.decode(flipped)).isEqualTo(new Decoded.Bad(Fault.CHECKSUM));
      }
    }
  }

  @Test
  void theDirectionIsOutsideTheChecksumSinceTheLinkRewritesIt() {
    byte[] packet = Codec.encode(new Message.None(1, Reason.NOT_HELD), Direction.ET, SERVICE);
    packet[0] = (byte) 0x86;

    assertThat(Codec.decode(packet)).isInstanceOf(Decoded.Good.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void randomBodiesWithRightChecksumsNeverThrow(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 50_000; i++) {
      byte[] packet = new byte[3 + random.nextInt(250)];
      random.nextBytes(packet);
      packet[2] = (byte) (0x10 | random.nextInt(16));

      assertThat(Codec.decode(sealed(packet))).isNotNull();
    }
  }

  @Test
  void trailingBytesOfAKnownKindAreIgnored() {
    Message message = new Message.None(77, Reason.OLDER);
    byte[] packet = Codec.encode(message, Direction.ET, SERVICE);
    byte[] longer = Arrays.copyOf(packet, packet.length - 4 + 9);

    assertThat(Codec.decode(sealed(longer))).isEqualTo(new Decoded.Good(message));
  }

  @Test
  void otherVersionsAndKindsAreToldApart() {
    byte[] packet = Codec.encode(new Message.None(1, Reason.OLDER), Direction.ET, SERVICE);
    byte[] body = Arrays.copyOf(packet, packet.length - 4);

    body[2] = 0x29;
    assertThat(Codec.decode(sealed(body))).isEqualTo(new Decoded.Bad(Fault.NEWER_VERSION));
    body[2] = 0x09;
    assertThat(Codec.decode(sealed(body))).isEqualTo(new Decoded.Bad(Fault.NO_VERSION));
    body[2] = 0x1F;
    assertThat(Codec.decode(sealed(body))).isEqualTo(new Decoded.Bad(Fault.UNKNOWN_KIND));
  }

  @Test
  void aDigestOutOfBoundsIsMalformed() {
    KeyPrefix prefix = new KeyPrefix(1, 0x40000000);
    Message message =
        new Message.Digest(prefix, Message.Digest.Form.ENTRIES, 1, 2, 3, 0, List.of());
    byte[] packet = Codec.encode(message, Direction.ET, SERVICE);
    byte[] body = Arrays.copyOf(packet, packet.length - 4);
    assertThat(Codec.decode(sealed(body))).isEqualTo(new Decoded.Good(message));

    assertThat(decodedWith(body, 3, 0x31)).as("form 3").isEqualTo(MALFORMED);
    assertThat(decodedWith(body, 3, 0x19)).as("depth 9").isEqualTo(MALFORMED);
    assertThat(decodedWith(body, 4, 0x48)).as("bits below").isEqualTo(MALFORMED);
    assertThat(decodedWith(body, 16, 17)).as("17 digests").isEqualTo(MALFORMED);
    assertThat(decodedWith(body, 16, 1)).as("a digest too few").isEqualTo(MALFORMED);
    byte[] deepest = Arrays.copyOf(body, body.length + 3);
    deepest[3] = 0x08;
    assertThat(Codec.decode(sealed(deepest))).as("children of depth 8").isEqualTo(MALFORMED);
  }

  private static Decoded decodedWith(byte[] body, int at, int value) {
    byte[] changed = body.clone();
    changed[at] = (byte) value;
    return Codec.decode(sealed(changed));
  }

  @Test
  void aReasonOfALaterVersionMeansNotHeld() {
    byte[] packet = Codec.encode(new Message.None(1, Reason.OLDER), Direction.ET, SERVICE);
    byte[] body = Arrays.copyOf(packet, packet.length - 4);
    body[7] = (byte) 250;

    assertThat(Codec.decode(sealed(body)))
        .isEqualTo(new Decoded.Good(new Message.None(1, Reason.NOT_HELD)));
  }

  @Test
  void theVectorsOfThePageHold() throws IOException {
    Bytes s10 = run(0x10, 16);
    List<Message> messages =
        List.of(
            new Message.Hello(
                1,
                1,
                0x0102030405060708L,
                s10,
                Bytes.sha256("my-grid".getBytes(UTF_8)).prefix(16),
                255,
                10,
                Bytes.copyOf(new byte[12])),
            new Message.Advertisement(
                new Name("demo.mfz"),
                1_600_000_000L,
                run(0x20, 16),
                run(0x40, 32),
                2_097_152,
                run(0x60, 8),
                false,
                1000),
            new Message.Digest(
                new KeyPrefix(3, 0x4A700000),
                Message.Digest.Form.CHILDREN,
                0x85894634,
                0x01020304,
                0x0080,
                0x8001,
                List.of(run(0x20, 12), run(0x40, 12))),
            new Message.ManifestWant(KEY, Message.ManifestWant.HEAD, 0, 4886),
            new Message.ManifestPart(KEY, 0, 36, 72, run(0x80, 36)),
            new Message.Want(
                KEY, 3, List.of(new Message.Range(0, 480), new Message.Range(4096, 9))),
            new Message.Data(KEY, 4096, Bytes.copyOf("tilecast!".getBytes(UTF_8))),
            new Message.Have(KEY, 9, List.of(new Message.Run(0, 8), new Message.Run(31, 1))),
            new Message.None(KEY, Reason.UNKNOWN_SIGNER));
    String page = Files.readString(Path.of("PROTOCOL.md"));

    assertThat(kinds(messages)).isEqualTo(allKinds());
    for (Message message : messages) {
      String packet = HexFormat.of().formatHex(Codec.encode(message, Direction.ET, SERVICE));
      assertThat(page).contains("`" + packet + "`");
    }
  }

  private static Bytes run(int first, int length) {
    byte[] run = new byte[length];
    for (int i = 0; i < length; i++) {
      run[i] = (byte) (first + i);
    }
    return Bytes.copyOf(run);
  }

  private static byte[] sealed(byte[] withoutChecksum) {
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(withoutChecksum, 1, withoutChecksum.length - 1);
    byte[] packet = Arrays.copyOf(withoutChecksum, withoutChecksum.length + 4);
    java.nio.ByteBuffer.wrap(packet).putInt(packet.length - 4, (int) crc.getValue());
    return packet;
  }

  private static List<Message> oneOfEach(Random random) {
    int key = random.nextInt();
    List<Message> messages =
        List.of(
            hello(random),
            new Message.Advertisement(
                new Name("a" + random.nextInt(1000) + "_b-c.mfz"),
                random.nextLong(),
                bytes(random, 16),
                bytes(random, 32),
                1 + random.nextInt(1 << 30),
                bytes(random, 8),
                random.nextBoolean(),
                random.nextInt(1001)),
            digest(random),
            new Message.ManifestWant(
                key, random.nextInt(65536), random.nextInt(65536), 1 + random.nextInt(65535)),
            new Message.ManifestPart(
                key, random.nextInt(65536), 100, 400, bytes(random, 1 + random.nextInt(200))),
            new Message.Want(
                key,
                1 + random.nextInt(64),
                List.of(
                    new Message.Range(random.nextInt(1 << 29), 1 + random.nextInt(1 << 20)),
                    new Message.Range(random.nextInt(1 << 29), 1 + random.nextInt(1 << 20)))),
            new Message.Data(key, random.nextInt(1 << 29), bytes(random, 1 + random.nextInt(2000))),
            new Message.Have(
                key,
                random.nextInt(4097),
                List.of(new Message.Run(random.nextInt(2000), 1 + random.nextInt(2096)))),
            new Message.None(key, Reason.values()[random.nextInt(Reason.values().length)]));
    assertThat(kinds(messages)).isEqualTo(allKinds());
    return messages;
  }

  private static Message digest(Random random) {
    Message.Digest.Form form = Message.Digest.Form.values()[random.nextInt(3)];
    boolean entries = form != Message.Digest.Form.CHILDREN;
    int children = entries ? 0 : random.nextInt(1 << 16);
    int count = entries ? random.nextInt(17) : Integer.bitCount(children);
    List<Bytes> digests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      digests.add(bytes(random, 12));
    }
    KeyPrefix prefix = KeyPrefix.of(bytes(random, 32), random.nextInt(entries ? 9 : 8));
    int siblings = random.nextInt(1 << 16);
    return new Message.Digest(
        prefix, form, random.nextInt(), random.nextInt(), siblings, children, digests);
  }

  private static Message.Hello hello(Random random) {
    return new Message.Hello(
        1,
        1 + random.nextInt(15),
        random.nextLong(),
        bytes(random, 16),
        bytes(random, 16),
        255 + random.nextInt(65281),
        1 + random.nextInt(65535),
        bytes(random, 12));
  }

  private static Bytes bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.copyOf(bytes);
  }

  private static List<String> kinds(List<Message> messages) {
    return messages.stream().map(m -> m.getClass().getName()).sorted().toList();
  }

  private static List<String> allKinds() {
    return Arrays.stream(Message.class.getPermittedSubclasses())
        .map(Class::getName)
        .sorted()
        .collect(Collectors.toList());
  }

  @Test
  void aPacketMadeAroundItsBytesIsTheSame() {
    Bytes bytes = Bytes.copyOf("some bytes of a file".getBytes(UTF_8));
    DataPacket packet = new DataPacket(KEY, 70_000, bytes.length(), Direction.NE, 0x88);
    bytes.putInto(packet.bytes());

    Message.Data message = new Message.Data(KEY, 70_000, bytes);
    byte[] made = packet.finish();
    assertThat(made).isEqualTo(Codec.encode(message, Direction.NE, 0x88));
    assertThat(Codec.decode(made)).isEqualTo(new Decoded.Good(message));
  }

  @Test
  void bytesThatArePartOfAPacketAreLikeAnyOthers() {
    byte[] array = {9, 9, 1, 2, 3, 4, 5};
    Bytes part = Bytes.wrapRest(ByteBuffer.wrap(array, 2, 5));
    Bytes own = Bytes.copyOf(new byte[] {1, 2, 3, 4, 5});

    assertThat(part).isEqualTo(own).hasSameHashCodeAs(own).isEqualByComparingTo(own);
    assertThat(own.hashCode()).isEqualTo(Arrays.hashCode(own.toArray()));
    assertThat(part.toArray()).isEqualTo(own.toArray());
    assertThat(part.toHex()).isEqualTo("0102030405");
    assertThat(part.at(4)).isEqualTo(5);
    assertThat(part.slice(1, 3)).isEqualTo(own.slice(1, 3));
    assertThat(part.prefix(2)).isEqualTo(own.prefix(2));
    assertThat(part.startsWith(own.prefix(3))).isTrue();
    assertThat(own.startsWith(part.prefix(3))).isTrue();
    assertThat(part.firstInt()).isEqualTo(0x01020304);
    assertThat(part.toBuffer()).isEqualTo(own.toBuffer());
    assertThatThrownBy(() -> part.at(5)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> part.slice(0, 6)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
