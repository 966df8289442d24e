package dev.tilecast.transport;

/**
 * How the second byte of a packet spells a service number: a property of the kind of link, not of
 * the service (PACKETS.md, Byte 1). The lower bits are the number; the upper ones depend on who
 * else reads the byte.
 */
public enum ServiceForm {
  /**
   * Two reserved bits, both 0, and six bits of service, as the founding notes have it. On links
   * that carry nobody else's packets.
   */
  PLAIN(6, 0),

  /**
   * The bulk bit, set, and seven bits of service, as the packet driver of a T2 tile reads it.
   * Without the bulk bit, a packet reaches the command channel of the physics.
   */
  BULK(7, 1);

  /** The highest number of a service of ours, which both forms can spell; 0 is no service. */
  public static final int SERVICE_MAX = 63;

  private final int serviceBits;
  private final int upper;

  ServiceForm(int serviceBits, int upper) {
    this.serviceBits = serviceBits;
    this.upper = upper;
  }

  /**
   * The byte, 0 to 255, that names {@code service}.
   *
   * @param service 1 to 63
   */
  public int byteOf(int service) {
    requireService(service);
    return upper << serviceBits | service;
  }

  /** The service number in {@code serviceByte}: 0 to 63, or to 127 in the form {@link #BULK}. */
  public int serviceOf(int serviceByte) {
    return serviceByte & ((1 << serviceBits) - 1);
  }

  /** The bits above the service number: what is reserved, or the bulk bit. */
  public int upperOf(int serviceByte) {
    return (serviceByte & 0xFF) >> serviceBits;
  }

  /** Whether the upper bits of {@code serviceByte} are those of this form. */
  public boolean isOf(int serviceByte) {
    return upperOf(serviceByte) == upper;
  }

  static void requireService(int service) {
    if (service < 1 || service > SERVICE_MAX) {
      throw new IllegalArgumentException("service " + service + ", expected 1 to " + SERVICE_MAX);
    }
  }
}
