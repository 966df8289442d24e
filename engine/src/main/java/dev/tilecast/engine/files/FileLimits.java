package dev.tilecast.engine.files;

import dev.tilecast.engine.message.ManifestHead;
import java.util.concurrent.TimeUnit;

/**
 * The bounds of what files may cost a tile.
 *
 * @param fileBytesMax the longest file taken from the inbox or a neighbor; besides, no file may
 *     take more than a quarter of the free space
 * @param reserveBytes free space that is left to the rest of the tile, whatever comes
 * @param archiveBytesMax of previous versions; besides, never more than a quarter of the free space
 * @param refusedFilesMax refused files that are kept
 * @param refusedBytesMax bytes of refused files that are kept; the newest one is kept in any case
 * @param filesPerLookMax files that one look at the inbox gives
 * @param restNanos how long a file must lie unchanged to be taken for whole
 * @param openLiveFilesMax live files that are held open for reading
 */
public record FileLimits(
    long fileBytesMax,
    long reserveBytes,
    long archiveBytesMax,
    int refusedFilesMax,
    long refusedBytesMax,
    int filesPerLookMax,
    long restNanos,
    int openLiveFilesMax) {
  /** Entries of the inbox that one look reads; what lies beyond waits until others are gone. */
  static final int INBOX_ENTRIES_MAX = 4096;

  /** How long a seal may lie in the inbox without its file: whoever drops both drops it first. */
  static final long LONE_SEAL_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** Bytes of the buffer through which files are copied and hashed. */
  static final int BUFFER_BYTES = 64 * 1024;

  public FileLimits {
    if (fileBytesMax < 1 || fileBytesMax > ManifestHead.FILE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a file limit of "
              + fileBytesMax
              + " bytes, expected 1 to "
              + ManifestHead.FILE_BYTES_MAX);
    }
    if (reserveBytes < 0 || archiveBytesMax < 0 || refusedBytesMax < 0 || restNanos < 0) {
      throw new IllegalArgumentException(
          "negative limit: reserve "
              + reserveBytes
              + ", archive "
              + archiveBytesMax
              + ", refused "
              + refusedBytesMax
              + ", rest "
              + restNanos);
    }
    if (refusedFilesMax < 1 || filesPerLookMax < 1 || openLiveFilesMax < 1) {
      throw new IllegalArgumentException(
          "limit below 1: refused "
              + refusedFilesMax
              + ", look "
              + filesPerLookMax
              + ", open "
              + openLiveFilesMax);
    }
  }

  /** What holds where {@code tilecast.toml} says nothing. */
  public static FileLimits defaults() {
    return new FileLimits(
        ManifestHead.FILE_BYTES_MAX,
        32L << 20, // the rest of a tile's system logs and updates itself on the same flash
        128L << 20, // a few versions of the physics and engine of a tile
        32, // enough to find out what went wrong, on one screen
        64L << 20, // the largest files of today are a fifth of this
        64, // bounds what one turn of the loop may take; the rest comes with the next look
        TimeUnit.SECONDS.toNanos(1), // a copy that stalls for longer goes under a temporary name
        16); // of 1024 descriptors that a process usually has
  }

  /** These limits with another longest file. */
  public FileLimits withFileBytesMax(long bytes) {
    return new FileLimits(
        bytes,
        reserveBytes,
        archiveBytesMax,
        refusedFilesMax,
        refusedBytesMax,
        filesPerLookMax,
        restNanos,
        openLiveFilesMax);
  }

  /** These limits with another reserve of free space. */
  public FileLimits withReserveBytes(long bytes) {
    return new FileLimits(
        fileBytesMax,
        bytes,
        archiveBytesMax,
        refusedFilesMax,
        refusedBytesMax,
        filesPerLookMax,
        restNanos,
        openLiveFilesMax);
  }

  /** These limits with another time for which a dropped file must have been left alone. */
  public FileLimits withRestNanos(long nanos) {
    return new FileLimits(
        fileBytesMax,
        reserveBytes,
        archiveBytesMax,
        refusedFilesMax,
        refusedBytesMax,
        filesPerLookMax,
        nanos,
        openLiveFilesMax);
  }
}
