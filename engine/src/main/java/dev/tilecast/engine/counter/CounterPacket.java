package dev.tilecast.engine.counter;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The one packet of the counter's service (PACKETS.md, The counter), behind the header of two
 * bytes.
 *
 * @param value the counter, 0 or more
 * @param nextSeconds when it is said again at the latest, 1 to 65535
 * @param asks whether its sender has not heard the other's counter yet
 */
public record CounterPacket(long value, int nextSeconds, boolean asks) {
  private static final byte TELLS = 0x11;
  private static final byte ASKS_TOO = 0x12;
  private static final int HEADER_BYTES = 2;
  private static final int BYTES = 1 + Long.BYTES + Short.BYTES + Integer.BYTES;
  private static final int UNCHECKED_BYTES = Integer.BYTES;

  /** Why a packet is none. */
  enum Fault {
    /** Not as many bytes as it needs. */
    LENGTH,
    /** Damaged on the way. */
    CHECKSUM,
    /** Of a version or kind that is not ours. */
    UNKNOWN,
    /** A number that cannot be. */
    VALUE
  }

  public CounterPacket {
    if (value < 0 || nextSeconds < 1 || nextSeconds > 0xFFFF) {
      throw new IllegalArgumentException(value + ", again in " + nextSeconds + " s");
    }
  }

  /** The bytes behind the header. */
  public byte[] content() {
    ByteBuffer out = ByteBuffer.allocate(BYTES).put(asks ? ASKS_TOO : TELLS).putLong(value);
    out.putShort((short) nextSeconds);
    return out.putInt(checksum(out.array(), 0, BYTES - UNCHECKED_BYTES)).array();
  }

  /** Why {@code packet}, header included, is none; or empty. */
  static Optional<Fault> faultOf(byte[] packet) {
    if (packet.length <= HEADER_BYTES + UNCHECKED_BYTES) {
      return Optional.of(Fault.LENGTH);
    }
    int end = packet.length - UNCHECKED_BYTES;
    ByteBuffer in = ByteBuffer.wrap(packet);
    if (in.getInt(end) != checksum(packet, HEADER_BYTES, end)) {
      return Optional.of(Fault.CHECKSUM);
    } else if (in.get(HEADER_BYTES) != TELLS && in.get(HEADER_BYTES) != ASKS_TOO) {
      return Optional.of(Fault.UNKNOWN);
    } else if (packet.length < HEADER_BYTES + BYTES) {
      return Optional.of(Fault.LENGTH);
    }
    boolean can = in.getLong(HEADER_BYTES + 1) >= 0 && in.getShort(HEADER_BYTES + 9) != 0;
    return can ? Optional.empty() : Optional.of(Fault.VALUE);
  }

  /** What {@code packet}, of which nothing is wrong, says; bytes behind it are not ours. */
  static CounterPacket of(byte[] packet) {
    ByteBuffer in = ByteBuffer.wrap(packet, HEADER_BYTES + 1, packet.length - HEADER_BYTES - 1);
    return new CounterPacket(
        in.getLong(), in.getShort() & 0xFFFF, packet[HEADER_BYTES] == ASKS_TOO);
  }

  /** Of the bytes from {@code from} to before {@code end}: the header changes on the way. */
  private static int checksum(byte[] bytes, int from, int end) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, end - from);
    return (int) crc.getValue();
  }
}
