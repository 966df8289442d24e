package dev.tilecast.engine.daemon;

import dev.tilecast.engine.message.ManifestHead;

/**
 * The bounds that an operator may change, {@code [limits]} of the settings.
 *
 * @param fileBytesMax the largest file that is pulled or published; a quarter of the free space
 *     bounds it, too
 * @param transfersMax versions pulled at once: more would only slow each other on one slow link
 * @param catalogNamesMax names that may be live: each costs a few kilobytes of memory and disk
 * @param reserveBytes free space that no transfer may touch: the tile has other tenants
 * @param inboxRestMillis how long a dropped file must have been left alone before it is looked at,
 *     since nothing tells when a copy is complete
 * @param scrubSeconds within how long all of {@code live/} is read again, to find what the disk has
 *     changed; 0 for never
 */
public record LimitSettings(
    long fileBytesMax,
    int transfersMax,
    int catalogNamesMax,
    long reserveBytes,
    int inboxRestMillis,
    int scrubSeconds) {
  /** What a tile has unless its settings say otherwise. */
  public static final LimitSettings DEFAULT =
      new LimitSettings(ManifestHead.FILE_BYTES_MAX, 4, 4096, 64L << 20, 1000, 604_800);

  static final int TRANSFERS_MAX = 64;
  static final int CATALOG_NAMES_MAX = 65_536;
  static final long RESERVE_BYTES_MAX = 1L << 50;
  static final int SCRUB_SECONDS_MAX = 31_536_000;
  static final int INBOX_REST_MILLIS_MAX = 3_600_000;
}
