package dev.tilecast.transport;

import java.util.Locale;

/** Why a received packet went to no service (PACKETS.md, Counters). */
public enum PacketFault {
  /** Fewer than two bytes. */
  TOO_SHORT,
  /** More bytes than the MTU of the link. */
  TOO_LONG,
  /** Bit 7 of byte 0 is clear. */
  NOT_STANDARD,
  /** One of bits 6 to 3 of byte 0 is set: local, MFM, overrun or error. */
  RESERVED_BITS,
  /** The upper two bits of byte 1 are not those of this link's form. */
  OTHER_FORM,
  /** A whole and proper packet, but nobody here serves its number. */
  UNKNOWN_SERVICE;

  /** The name of the counter: lower case, words joined by hyphens. */
  public String counter() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
