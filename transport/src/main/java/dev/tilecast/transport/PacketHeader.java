package dev.tilecast.transport;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The two bytes that every packet begins with (PACKETS.md, Header).
 *
 * @param direction on the way out the direction that the packet leaves by, on the way in the one
 *     that it came from: the receiving side writes it, so no neighbor can forge it
 * @param service the number of the service that the packet is for, 1 to 63
 */
public record PacketHeader(Direction direction, int service) {
  /** Bytes of the header, and of the shortest packet. */
  public static final int BYTES = 2;

  /** The longest packet that any link may carry, in bytes. */
  public static final int PACKET_BYTES_MAX = 65535;

  /** The highest service number; 0 is no service. */
  public static final int SERVICE_MAX = 63;

  private static final int STANDARD = 0x80;
  private static final int DIRECTION_BITS = 0x07;
  private static final int RESERVED_BITS = 0x78;
  private static final int SERVICE_BITS = 0x3F;

  public PacketHeader {
    requireNonNull(direction);
    requireService(service);
  }

  /** Writes this header over the first two bytes of {@code packet}. */
  public void writeInto(byte[] packet, ServiceForm form) {
    packet[0] = (byte) (STANDARD | direction.code());
    packet[1] = (byte) form.byteOf(service);
  }

  /**
   * Marks {@code packet} as come from {@code from}: the three direction bits are ours to write, all
   * other bits stay what the neighbor sent. Every link does this to every packet that it receives.
   */
  public static void markReceived(byte[] packet, Direction from) {
    packet[0] = (byte) ((packet[0] & ~DIRECTION_BITS) | from.code());
  }

  /**
   * What is wrong with a received packet before its service is looked at, or empty.
   *
   * @param mtu of the link that it came by
   * @param form of the link that it came by
   */
  public static Optional<PacketFault> faultOf(byte[] packet, int mtu, ServiceForm form) {
    if (packet.length < BYTES) {
      return Optional.of(PacketFault.TOO_SHORT);
    } else if (packet.length > mtu) {
      return Optional.of(PacketFault.TOO_LONG);
    } else if ((packet[0] & STANDARD) == 0) {
      return Optional.of(PacketFault.NOT_STANDARD);
    } else if ((packet[0] & RESERVED_BITS) != 0) {
      return Optional.of(PacketFault.RESERVED_BITS);
    } else if (!form.isOf(packet[1])) {
      return Optional.of(PacketFault.OTHER_FORM);
    }
    return Optional.empty();
  }

  /** The service number of {@code packet}, 0 to 63. */
  public static int serviceOf(byte[] packet) {
    return packet[1] & SERVICE_BITS;
  }

  static void requireService(int service) {
    if (service < 1 || service > SERVICE_MAX) {
      throw new IllegalArgumentException("service " + service + ", expected 1 to " + SERVICE_MAX);
    }
  }
}
