package dev.tilecast.transport;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The two bytes that every packet begins with (PACKETS.md, Header). Each of the 65536 pairs is one
 * header, and gives the same two bytes back. What the second byte of a routed packet means depends
 * on the link: {@link ServiceForm}.
 */
public sealed interface PacketHeader {
  /** Bytes of the header, and of the shortest packet. */
  int BYTES = 2;

  /** The longest packet that any link may carry, in bytes. */
  int PACKET_BYTES_MAX = 65535;

  /** The second byte, 0 to 255. */
  int second();

  /** The first byte, 0 to 255. */
  int first();

  /**
   * A packet between neighbors.
   *
   * @param direction on the way out the direction that the packet leaves by, on the way in the one
   *     that it came from: the receiving side writes it, so no neighbor can forge it
   * @param mfm whether it belongs to the simulation, which then owns the second byte
   * @param overrun whether the hardware had no room for it and gave it back to its sender
   * @param error whether the hardware found it damaged or misrouted
   */
  record Routed(Direction direction, boolean mfm, boolean overrun, boolean error, int second)
      implements PacketHeader {
    public Routed {
      requireNonNull(direction);
      requireBits(second, 0xFF, "second byte");
    }

    @Override
    public int first() {
      return STANDARD
          | (mfm ? MFM : 0)
          | (overrun ? OVERRUN : 0)
          | (error ? ERROR : 0)
          | direction.code();
    }
  }

  /**
   * A standard packet that never leaves a tile: its hardware talks to its kernel.
   *
   * @param spare the bit that is MFM in routed packets and means nothing here
   * @param type 0 to 31, of which the founding notes name 0 illegal, 1 labelled value, 2 thread
   *     debug, 3 thread status and 4 tile event
   */
  record Local(boolean spare, int type, int second) implements PacketHeader {
    public Local {
      requireBits(type, 0x1F, "local type");
      requireBits(second, 0xFF, "second byte");
    }

    @Override
    public int first() {
      return STANDARD | LOCAL | (spare ? MFM : 0) | type;
    }
  }

  /**
   * Text that the hardware tells whoever debugs it.
   *
   * @param ascii the first character, 0 to 127
   */
  record NonStandard(int ascii, int second) implements PacketHeader {
    public NonStandard {
      requireBits(ascii, 0x7F, "character");
      requireBits(second, 0xFF, "second byte");
    }

    @Override
    public int first() {
      return ascii;
    }
  }

  /** Bit 7 of byte 0. */
  int STANDARD = 0x80;

  /** Bit 6 of byte 0. */
  int LOCAL = 0x40;

  /** Bit 5 of byte 0. */
  int MFM = 0x20;

  /** Bit 4 of byte 0. */
  int OVERRUN = 0x10;

  /** Bit 3 of byte 0. */
  int ERROR = 0x08;

  /** Bits 2 to 0 of byte 0. */
  int DIRECTION_BITS = 0x07;

  /** The header of a packet to {@code service} over a link of this form. */
  static Routed toService(Direction direction, int service, ServiceForm form) {
    return new Routed(direction, false, false, false, form.byteOf(service));
  }

  /** The header of {@code packet}, which has two bytes or more. */
  static PacketHeader of(byte[] packet) {
    int first = packet[0] & 0xFF;
    int second = packet[1] & 0xFF;
    if ((first & STANDARD) == 0) {
      return new NonStandard(first, second);
    } else if ((first & LOCAL) != 0) {
      return new Local((first & MFM) != 0, first & 0x1F, second);
    }
    return new Routed(
        Direction.ofCode(first),
        (first & MFM) != 0,
        (first & OVERRUN) != 0,
        (first & ERROR) != 0,
        second);
  }

  /** Writes this header over the first two bytes of {@code packet}. */
  default void writeInto(byte[] packet) {
    packet[0] = (byte) first();
    packet[1] = (byte) second();
  }

  /**
   * Marks {@code packet} as come from {@code from}: the three direction bits are ours to write, all
   * other bits stay what the neighbor sent. Every link does this to every packet that it receives.
   */
  static void markReceived(byte[] packet, Direction from) {
    packet[0] = (byte) ((packet[0] & ~DIRECTION_BITS) | from.code());
  }

  /**
   * What is wrong with a received packet before its service is looked at, or empty.
   *
   * @param mtu of the link that it came by
   * @param form of the link that it came by
   */
  static Optional<PacketFault> faultOf(byte[] packet, int mtu, ServiceForm form) {
    if (packet.length < BYTES) {
      return Optional.of(PacketFault.TOO_SHORT);
    } else if (packet.length > mtu) {
      return Optional.of(PacketFault.TOO_LONG);
    }
    PacketHeader header = of(packet);
    if (header instanceof NonStandard) {
      return Optional.of(PacketFault.NOT_STANDARD);
    } else if (header instanceof Local) {
      return Optional.of(PacketFault.LOCAL_PACKET);
    } else if (header instanceof Routed routed) {
      return faultOf(routed, form);
    }
    throw new AssertionError(header);
  }

  private static Optional<PacketFault> faultOf(Routed routed, ServiceForm form) {
    if (routed.overrun()) {
      return Optional.of(PacketFault.OVERRUN_BIT);
    } else if (routed.error()) {
      return Optional.of(PacketFault.ERROR_BIT);
    } else if (routed.mfm()) {
      return Optional.of(PacketFault.MFM_PACKET);
    } else if (!form.isOf(routed.second())) {
      return Optional.of(PacketFault.OTHER_FORM);
    }
    return Optional.empty();
  }

  private static void requireBits(int value, int mask, String what) {
    if ((value & ~mask) != 0) {
      throw new IllegalArgumentException(what + " " + value + ", expected 0 to " + mask);
    }
  }
}
