package dev.tilecast.engine.sending;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Fault;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileCodecTest {
  private static final int KEY = 0xCAFE0102;
  private static final FileCodec.Decoded MALFORMED = new FileCodec.Decoded.Bad(Fault.MALFORMED);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsEncodedIsDecoded(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      for (FileMessage message : oneOfEach(random)) {
        assertThat(FileCodec.decode(FileCodec.encode(message, Direction.SW)))
            .isEqualTo(new FileCodec.Decoded.Good(message));
      }
    }
  }

  @Test
  void everyMessageAtItsLargestFitsInto255Bytes() {
    List<FileMessage> largest = new ArrayList<>();
    largest.add(
        new FileMessage.Offer(
            new FileName("n".repeat(FileName.LENGTH_MAX)), 1 << 30, Bytes.copyOf(new byte[32])));
    Message.Range far = new Message.Range(0, 1 << 30);
    largest.add(
        new FileMessage.Want(
            KEY, 1 << 30, 0xFFFF, java.util.Collections.nCopies(FileMessage.Want.RANGES_MAX, far)));
    largest.add(new FileMessage.Data(KEY, 0, Bytes.copyOf(new byte[FileCodec.DATA_BYTES])));
    largest.add(new FileMessage.Done(KEY));
    largest.add(new FileMessage.Checking(KEY));
    largest.add(new FileMessage.Refuse(KEY, Objection.BUSY));

    assertThat(largest).hasSize(FileMessage.class.getPermittedSubclasses().length);
    for (FileMessage message : largest) {
      byte[] packet = FileCodec.encode(message, Direction.SW);

      assertThat(packet.length).as("%s", message).isLessThanOrEqualTo(255);
      assertThat(FileCodec.decode(packet)).isEqualTo(new FileCodec.Decoded.Good(message));
    }
    assertThat(FileCodec.encode(largest.get(2), Direction.SW)).hasSize(255);
  }

  @Test
  void whatIsCutOffOrChangedIsNoMessage() {
    for (FileMessage message : oneOfEach(new Random(4))) {
      byte[] packet = FileCodec.encode(message, Direction.SW);
      for (int bytes = 0; bytes < packet.length; bytes++) {
        assertThat(FileCodec.decode(Arrays.copyOf(packet, bytes)))
            .isInstanceOf(FileCodec.Decoded.Bad.class);
      }
      // Cut off before it got its checksum, which is therefore right.
      int least = message instanceof FileMessage.Data ? 9 : packet.length - Codec.OVERHEAD_BYTES;
      for (int body = 0; body < least; body++) {
        assertThat(FileCodec.decode(withBody(message.kind(), packet, body))).isEqualTo(MALFORMED);
      }
      packet[packet.length - 5] ^= 1;
      assertThat(FileCodec.decode(packet)).isEqualTo(new FileCodec.Decoded.Bad(Fault.CHECKSUM));
    }
  }

  @Test
  void valuesOutOfBoundsAreMalformed() {
    byte[] digest = new byte[32];
    assertThat(body(1, buffer(40).putInt(-1).put(digest).put((byte) 1).put((byte) 'x')))
        .isEqualTo(MALFORMED);
    assertThat(body(1, buffer(40).putInt((1 << 30) + 1).put(digest).put((byte) 1).put((byte) 'x')))
        .isEqualTo(MALFORMED);
    assertThat(body(1, buffer(40).putInt(1).put(digest).put((byte) 1).put((byte) '.')))
        .isEqualTo(MALFORMED);
    assertThat(body(2, want(1, 0, 1))).isInstanceOf(FileCodec.Decoded.Good.class);
    assertThat(body(2, want(0, 0, 1))).isEqualTo(MALFORMED);
    assertThat(body(2, want(1, 0, 0))).isEqualTo(MALFORMED);
    assertThat(body(2, want(1, -1, 1))).isEqualTo(MALFORMED);
    assertThat(body(2, want(1, 1, 1 << 30))).isEqualTo(MALFORMED);
    assertThat(body(2, want(1, 0, 1).putInt(4, -1))).isEqualTo(MALFORMED);
    assertThat(body(3, buffer(9).putInt(KEY).putInt(1 << 30).put((byte) 1))).isEqualTo(MALFORMED);
    assertThat(body(7, buffer(4).putInt(KEY)))
        .isEqualTo(new FileCodec.Decoded.Bad(Fault.UNKNOWN_KIND));
    assertThat(body(0, buffer(4).putInt(KEY)))
        .isEqualTo(new FileCodec.Decoded.Bad(Fault.UNKNOWN_KIND));
    assertThat(body(5, buffer(5).putInt(KEY).put((byte) 99)))
        .isEqualTo(new FileCodec.Decoded.Good(new FileMessage.Refuse(KEY, Objection.STOPPED)));
  }

  @Test
  void garbageIsNeverAnException() {
    Random random = new Random(11);
    for (int i = 0; i < 50_000; i++) {
      byte[] packet = Codec.frame(random.nextInt(60), random.nextInt(8), Direction.NE, 10);
      ByteBuffer body = Codec.bodyOf(packet);
      while (body.hasRemaining()) {
        body.put((byte) (random.nextBoolean() ? random.nextInt(4) : random.nextInt()));
      }
      Codec.putChecksum(packet);

      FileCodec.Decoded decoded = FileCodec.decode(packet);

      if (decoded instanceof FileCodec.Decoded.Bad bad) {
        assertThat(bad.fault()).isIn(Fault.MALFORMED, Fault.UNKNOWN_KIND);
      }
    }
  }

  @Test
  void namesAreSafeInAnyFolder() {
    for (String good : List.of("a", "notes (2).txt", "~x", "a..b", "x".repeat(64))) {
      assertThat(new FileName(good).text()).isEqualTo(good);
    }
    for (String bad :
        List.of(
            "", ".x", "..", "a/b", "a\\b", "-rf", " a", "a ", "a\n", "\u00e4", "x".repeat(65))) {
      assertThatThrownBy(() -> new FileName(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theVectorsOfThePageHold() throws IOException {
    Bytes digest = Bytes.sha256("tilecast!".getBytes(UTF_8));
    FileMessage.Offer offer = new FileMessage.Offer(new FileName("notes.txt"), 9, digest);
    int key = offer.key();
    String page = Files.readString(Path.of("PROTOCOL.md"));

    for (FileMessage message :
        List.of(
            offer,
            new FileMessage.Want(key, 0, 1, List.of(new Message.Range(0, 9))),
            new FileMessage.Data(key, 0, Bytes.copyOf("tilecast!".getBytes(UTF_8))),
            new FileMessage.Done(key),
            new FileMessage.Checking(key),
            new FileMessage.Refuse(key, Objection.NAME_TAKEN))) {
      String packet = HexFormat.of().formatHex(FileCodec.encode(message, Direction.ET));
      assertThat(page).contains("`" + packet + "`");
    }
  }

  private static List<FileMessage> oneOfEach(Random random) {
    byte[] some = new byte[32];
    random.nextBytes(some);
    List<FileMessage> messages =
        List.of(
            new FileMessage.Offer(
                new FileName("f" + random.nextInt(1000)),
                random.nextInt(1 << 30),
                Bytes.copyOf(some)),
            new FileMessage.Want(
                random.nextInt(),
                random.nextInt(1 << 30),
                1 + random.nextInt(0xFFFF),
                List.of(new Message.Range(random.nextInt(1 << 29), 1 + random.nextInt(9)))),
            new FileMessage.Data(
                random.nextInt(), random.nextInt(1 << 29), Bytes.copyOf(some, 0, 9)),
            new FileMessage.Done(random.nextInt()),
            new FileMessage.Checking(random.nextInt()),
            new FileMessage.Refuse(
                random.nextInt(), Objection.values()[random.nextInt(Objection.values().length)]));
    assertThat(messages).hasSize(FileMessage.class.getPermittedSubclasses().length);
    return messages;
  }

  private static byte[] withBody(int kind, byte[] from, int bytes) {
    byte[] packet = Codec.frame(bytes, kind, Direction.SW, FileCodec.SERVICE);
    Codec.bodyOf(packet).put(from, 3, bytes);
    Codec.putChecksum(packet);
    return packet;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes);
  }

  private static ByteBuffer want(int window, int offset, int length) {
    return buffer(19)
        .putInt(KEY)
        .putInt(0)
        .putShort((short) window)
        .put((byte) 1)
        .putInt(offset)
        .putInt(length);
  }

  private static FileCodec.Decoded body(int kind, ByteBuffer filled) {
    byte[] packet = Codec.frame(filled.position(), kind, Direction.SW, FileCodec.SERVICE);
    Codec.bodyOf(packet).put(filled.flip());
    Codec.putChecksum(packet);
    return FileCodec.decode(packet);
  }
}
