package dev.tilecast.transport.itc;

import dev.tilecast.transport.Direction;
import java.nio.file.Path;
import java.util.Set;

/**
 * Which device a tile has, and how much of it is ours.
 *
 * @param device the character device
 * @param status the file that tells which directions are up
 * @param statistics the file that counts how often each came up; need not be there
 * @param directions that get a link, none of them NT or ST
 * @param queuedBytesMax of ours in the driver toward one direction: what MFM may have to wait for
 * @param drainBytesPerSecond what the driver sends toward one direction
 * @param stuckSeconds after which a write that does not return is told
 */
public record ItcSettings(
    Path device,
    Path status,
    Path statistics,
    Set<Direction> directions,
    int queuedBytesMax,
    int drainBytesPerSecond,
    int stuckSeconds) {
  /** The directions that a T2 tile has. */
  public static final Set<Direction> T2_DIRECTIONS =
      Set.of(Direction.NE, Direction.ET, Direction.SE, Direction.SW, Direction.WT, Direction.NW);

  /** Two packets: one on its way out, and the next one ready behind it. */
  public static final int QUEUED_BYTES_DEFAULT = 510;

  /** What a T2 link was measured to carry in one direction while all six are busy. */
  public static final int DRAIN_DEFAULT = 65_536;

  /** Ten times what a full driver needs to send everything. */
  public static final int STUCK_SECONDS_DEFAULT = 5;

  /** A stock T2 tile, all six directions. */
  public static final ItcSettings T2 =
      new ItcSettings(
          Path.of("/dev/itc/bulk"),
          Path.of("/sys/class/itc_pkt/status"),
          Path.of("/sys/class/itc_pkt/statistics"),
          T2_DIRECTIONS,
          QUEUED_BYTES_DEFAULT,
          DRAIN_DEFAULT,
          STUCK_SECONDS_DEFAULT);

  public ItcSettings {
    directions = Set.copyOf(directions);
    if (!T2_DIRECTIONS.containsAll(directions)) {
      throw new IllegalArgumentException("directions " + directions);
    }
    if (queuedBytesMax < ItcLink.MTU || drainBytesPerSecond < 1 || stuckSeconds < 1) {
      throw new IllegalArgumentException(
          "%d bytes queued, %d bytes/s, %d s"
              .formatted(queuedBytesMax, drainBytesPerSecond, stuckSeconds));
    }
  }
}
