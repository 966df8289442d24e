package dev.tilecast.transport.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FramesTest {
  private final Frames frames = new Frames();

  private List<byte[]> give(byte... bytes) {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    List<byte[]> packets = new ArrayList<>();
    while (left.hasRemaining()) {
      ByteBuffer room = frames.room();
      int part = Math.min(room.remaining(), left.remaining());
      room.put(left.slice().limit(part));
      left.position(left.position() + part);
      frames.filled(part);
      frames.next().ifPresent(packets::add);
    }
    for (var next = frames.next(); next.isPresent(); next = frames.next()) {
      packets.add(next.get());
    }
    return packets;
  }

  @Test
  void packetsAreCutOutHoweverTheStreamIsCut() {
    byte[] stream = {0, 2, 10, 11, 0, 3, 20, 21, 22};
    List<byte[]> packets = new ArrayList<>();
    for (byte one : stream) {
      packets.addAll(give(one));
    }

    assertThat(packets).containsExactly(new byte[] {10, 11}, new byte[] {20, 21, 22});
    assertThat(give(stream)).hasSize(2);
  }

  @Test
  void theLongestPacketFits() {
    byte[] stream = new byte[2 + 65535];
    stream[0] = -1;
    stream[1] = -1;
    stream[65536] = 7;

    assertThat(give(stream)).hasSize(1).first().satisfies(p -> assertThat(p).hasSize(65535));
    assertThat(give((byte) 0, (byte) 2, (byte) 1, (byte) 2)).hasSize(1);
  }

  @Test
  void aLengthIsKnownBeforeItsPacket() {
    give((byte) 0);
    assertThat(frames.nextLength()).isEmpty();
    give((byte) 1);
    assertThat(frames.nextLength()).contains(1);
  }
}
