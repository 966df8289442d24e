package dev.tilecast.testbed.process;

import static java.util.Objects.requireNonNull;

/**
 * What a demo is to show.
 *
 * @param width columns of tiles
 * @param height rows of tiles
 * @param wiring who is whose neighbor
 * @param fileBytes about how long the published file is
 * @param keep whether the folder stays after a success, too
 */
public record DemoPlan(int width, int height, Wiring wiring, long fileBytes, boolean keep) {
  /** More daemons than this do not start in reasonable time on one machine. */
  public static final int TILES_MAX = 64;

  /** The shortest file: each of its members has some bytes. */
  public static final long FILE_BYTES_MIN = 16 * 1024;

  /** The longest file: every tile holds it twice while it changes versions. */
  public static final long FILE_BYTES_MAX = 256L << 20;

  public DemoPlan {
    requireNonNull(wiring);
    if (width < 1 || height < 1 || width * height < 2 || width * height > TILES_MAX) {
      throw new IllegalArgumentException(
          "a grid of " + width + "x" + height + " tiles; from 2 to " + TILES_MAX + " are possible");
    }
    if (fileBytes < FILE_BYTES_MIN || fileBytes > FILE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a file of "
              + fileBytes
              + " bytes; from "
              + FILE_BYTES_MIN
              + " to "
              + FILE_BYTES_MAX
              + " are possible");
    }
  }
}
