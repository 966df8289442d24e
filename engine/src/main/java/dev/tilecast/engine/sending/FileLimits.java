package dev.tilecast.engine.sending;

/** The bounds of what a transfer between two neighbors may cost, each with its reason. */
final class FileLimits {
  /** DATA in answer to one WANT: the largest window that a receiver has. */
  static final int PACKETS_PER_WANT = 64;

  /**
   * How many times its length a file is served in one transfer, and some packets: twice for a wrong
   * digest, and as often again for losses of half.
   */
  static final int SERVED_TIMES = 8;

  static final long SERVED_BYTES_MORE = 1L << 20;

  /** Between offers while nothing is asked for: who has restarted is found again that soon. */
  static final long OFFER_NANOS = 2_000_000_000L;

  /** After the first offer, for one that got lost; doubles up to {@link #OFFER_NANOS}. */
  static final long OFFER_FIRST_NANOS = 500_000_000L;

  /** Without a word a transfer ends: a cable pulled for a minute, a digest of a large file. */
  static final long SILENCE_NANOS = 120_000_000_000L;

  /** Offers looked at, of one direction: each may cost a look at the disk, or a digest. */
  static final int OFFERS_BURST = 4;

  static final long OFFER_GAP_NANOS = 1_000_000_000L;

  /** For so long the same offer gets the same refusal, without a look at the disk. */
  static final long ANSWER_NANOS = 10_000_000_000L;

  /** Without bytes for so long, a repeated offer means that the sender has forgotten requests. */
  static final long FORGOTTEN_NANOS = 1_000_000_000L;

  /** Without bytes for so long, a transfer gives way to another file from the same direction. */
  static final long GIVE_WAY_NANOS = 5_000_000_000L;

  /** What was received and may be lost when the power goes: small beside a flash erase budget. */
  static final int KEEP_BYTES = 1 << 20;

  /** How often a file is pulled before its digest is believed to be wrong. */
  static final int PULLS_MAX = 2;

  private FileLimits() {}
}
