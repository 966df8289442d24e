package dev.tilecast.transport.local;

import dev.tilecast.transport.PacketHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bytes of one stream, cut into packets: two bytes of length before each, big-endian
 * (PACKETS.md, Sockets for programs). Holds at most one packet that is not whole yet.
 */
final class Frames {
  /** Bytes of the length before each packet. */
  static final int LENGTH_BYTES = 2;

  private static final int START_BYTES = 512;

  private byte[] held = new byte[START_BYTES];
  private int count;
  private int taken;

  /** {@code packet} with its length before it. */
  static ByteBuffer of(byte[] packet) {
    return ByteBuffer.allocate(LENGTH_BYTES + packet.length)
        .putShort((short) packet.length)
        .put(packet)
        .flip();
  }

  /** Where the next bytes of the stream are to be put; there is always room for some. */
  ByteBuffer room() {
    if (taken > 0) {
      System.arraycopy(held, taken, held, 0, count - taken);
      count -= taken;
      taken = 0;
    }
    if (count == held.length) {
      held = Arrays.copyOf(held, Math.min(LENGTH_BYTES + PacketHeader.PACKET_BYTES_MAX, 2 * count));
    }
    return ByteBuffer.wrap(held, count, held.length - count);
  }

  /** So many bytes were put there. */
  void filled(int bytes) {
    count += bytes;
  }

  /** The length that the next frame begins with, as far as it has come. */
  Optional<Integer> nextLength() {
    if (count - taken < LENGTH_BYTES) {
      return Optional.empty();
    }
    return Optional.of((held[taken] & 0xFF) << 8 | (held[taken + 1] & 0xFF));
  }

  /** The next packet, if it is here whole. */
  Optional<byte[]> next() {
    int length = nextLength().orElse(Integer.MAX_VALUE - LENGTH_BYTES);
    if (count - taken < LENGTH_BYTES + length) {
      return Optional.empty();
    }
    int from = taken + LENGTH_BYTES;
    taken = from + length;
    return Optional.of(Arrays.copyOfRange(held, from, taken));
  }
}
