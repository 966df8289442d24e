package dev.tilecast.engine.mfz;

import dev.tilecast.engine.message.Bytes;

/**
 * The checked map of {@code mfzmake cdmake} that stands before an MFZ.
 *
 * @param slot 1 to 255
 * @param stamp the 24-bit count of five minutes
 * @param label 1 to 16 printable characters
 * @param payloadBytes length of what follows the map
 * @param blockBytes bytes of a block
 * @param handle whose key signed it
 * @param payloadDigest the SHA-512 of what follows the map
 */
public record CdmMap(
    int slot,
    int stamp,
    String label,
    long payloadBytes,
    long blockBytes,
    String handle,
    Bytes payloadDigest) {
  /** Bytes of a map. */
  public static final int BYTES = 1024;

  /** The file name that belongs to it. */
  public String fileName() {
    return String.format("cdmss-%02x-%06x.mfz", slot, stamp);
  }
}
