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
  /** A packet that should never have left its tile. */
  LOCAL_PACKET,
  /** The hardware had no room for a packet of ours and gave it back. */
  OVERRUN_BIT,
  /** The hardware found the packet damaged or misrouted. */
  ERROR_BIT,
  /** A packet of the simulation. */
  MFM_PACKET,
  /** The bits of byte 1 above the service number are not those of this link's form. */
  OTHER_FORM,
  /** A whole and proper packet, but nobody here serves its number. */
  UNKNOWN_SERVICE;

  /** The name of the counter: lower case, words joined by hyphens. */
  public String counter() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
