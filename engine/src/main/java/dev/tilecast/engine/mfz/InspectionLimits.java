package dev.tilecast.engine.mfz;

import dev.tilecast.engine.message.ManifestHead;

/**
 * What the inspector takes at most. Each bound holds before the bytes behind it are touched.
 *
 * @param fileBytesMax the whole file
 * @param unpackedBytesMax MFZ.ZIP, and separately all its members together, when decompressed
 * @param ratioMax decompressed bytes per compressed byte, in each of the two zips
 * @param ratioFreeBytes decompressed bytes that are not judged by the ratio
 * @param entriesMax entries of MFZ.ZIP
 * @param pathBytesMax the path of a member
 * @param pathPartBytesMax one part of such a path
 * @param wrapperPercentMax what the file may hold beside MFZ.ZIP, in percent of MFZ.ZIP
 * @param wrapperFreeBytes what it may hold beside MFZ.ZIP in any case
 */
public record InspectionLimits(
    long fileBytesMax,
    long unpackedBytesMax,
    int ratioMax,
    long ratioFreeBytes,
    int entriesMax,
    int pathBytesMax,
    int pathPartBytesMax,
    int wrapperPercentMax,
    int wrapperFreeBytes) {
  /** The most bytes of a public key file, handle line included: 4096 bits need about 850. */
  public static final int KEY_BYTES_MAX = 4096;

  /** The most bytes of MFZSIG.DAT: base64 of the 512 bytes of a 4096-bit key is 684. */
  public static final int SIGNATURE_TEXT_BYTES_MAX = 684;

  /** The most bytes of MFZNAME.DAT. Names end at 100; the rest is for a good message. */
  public static final int NAME_BYTES_MAX = 256;

  /** The exact size of ANNOUNCE.PKT, which {@code mfzmake cdmake} wrote for three weeks of 2020. */
  public static final int ANNOUNCEMENT_BYTES = 200;

  public InspectionLimits {
    if (fileBytesMax < 1 || fileBytesMax > ManifestHead.FILE_BYTES_MAX) {
      throw new IllegalArgumentException("a limit of " + fileBytesMax + " bytes for a file");
    }
    if (unpackedBytesMax < 1 || ratioMax < 1 || ratioFreeBytes < 0 || entriesMax < 1) {
      throw new IllegalArgumentException("a limit below its least value");
    }
    if (pathBytesMax < 1 || pathPartBytesMax < 1 || wrapperPercentMax < 0 || wrapperFreeBytes < 0) {
      throw new IllegalArgumentException("a limit below its least value");
    }
  }

  /** The limits of this version of tilecast. */
  public static InspectionLimits defaults() {
    return new InspectionLimits(
        // What a manifest head can describe.
        ManifestHead.FILE_BYTES_MAX,
        // More than half of a tile's 3.5 GB of flash could never be unpacked beside what it holds.
        2L << 30,
        // Repetitive logs reach 30, and deflate itself 1032; the bombs we know reach 1000.
        100,
        // So much costs a tile less than a second, and lets small files be as regular as they like.
        8L << 20,
        // Field packages hold tens of files. With the longest paths, 2048 entries fit into 2 MB.
        2048,
        // mfzmake stores absolute paths of build machines, which stay below this.
        512,
        // NAME_MAX of the file systems that a member may be unpacked on.
        255,
        // Two headers and a signature are all that a wrapper needs, plus deflate's own 0.03 %.
        1,
        4096);
  }

  /** These limits, with files of at most {@code bytes}. */
  public InspectionLimits withFileBytesMax(long bytes) {
    return new InspectionLimits(
        bytes,
        unpackedBytesMax,
        ratioMax,
        ratioFreeBytes,
        entriesMax,
        pathBytesMax,
        pathPartBytesMax,
        wrapperPercentMax,
        wrapperFreeBytes);
  }

  /** Whether {@code unpacked} bytes out of {@code stored} ones are too good a ratio. */
  boolean ratioExceeded(long unpacked, long stored) {
    return unpacked > ratioFreeBytes && unpacked - ratioFreeBytes > stored * ratioMax;
  }
}
