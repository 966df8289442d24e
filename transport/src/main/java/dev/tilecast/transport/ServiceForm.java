package dev.tilecast.transport;

/**
 * How the second byte of a packet spells a service number: a property of the link, not of the
 * service (PACKETS.md, Byte 1). The lower six bits are the number; the upper two depend on who else
 * reads the byte.
 */
public enum ServiceForm {
  /**
   * Both upper bits 0, as the founding notes have it. On links that carry nobody else's packets.
   */
  PLAIN(0x00),

  /**
   * Bit 7 set. The packet driver of a T2 tile reads it as "bulk"; without it, a packet reaches the
   * command channel of the physics.
   */
  BULK(0x80);

  private static final int FORM_BITS = 0xC0;

  private final int bits;

  ServiceForm(int bits) {
    this.bits = bits;
  }

  /**
   * The byte, 0 to 255, that names {@code service}.
   *
   * @param service 1 to 63
   */
  public int byteOf(int service) {
    PacketHeader.requireService(service);
    return bits | service;
  }

  /** Whether the upper two bits of {@code serviceByte} are those of this form. */
  boolean isOf(int serviceByte) {
    return (serviceByte & FORM_BITS) == bits;
  }
}
