package dev.tilecast.transport.itc;

import static java.util.Objects.requireNonNull;

import dev.tilecast.transport.BulkLimits;
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
 * @param drainBytesPerSecond what the driver is taken to send toward one direction where it does
 *     not count it
 * @param bulk what bulk may take toward each direction
 * @param stuckSeconds after which a write that does not return is told
 */
public record ItcSettings(
    Path device,
    Path status,
    Path statistics,
    Set<Direction> directions,
    int queuedBytesMax,
    int drainBytesPerSecond,
    BulkLimits bulk,
    int stuckSeconds) {
  /** The directions that a T2 tile has. */
  public static final Set<Direction> T2_DIRECTIONS =
      Set.of(Direction.NE, Direction.ET, Direction.SE, Direction.SW, Direction.WT, Direction.NW);

  /** A packet of any length must find room. */
  public static final int QUEUED_BYTES_LEAST = ItcLink.MTU;

  /** What the driver's queue holds for three directions together. */
  public static final int QUEUED_BYTES_MOST = 16_384;

  /** The slowest driver that is believed. */
  public static final int DRAIN_LEAST = 1000;

  /** Several times what the wires can carry. */
  public static final int DRAIN_MOST = 1_000_000;

  /** An hour. */
  public static final int STUCK_SECONDS_MOST = 3600;

  /** Two packets: one on its way out, and the next one ready behind it. */
  private static final int QUEUED_BYTES_DEFAULT = 510;

  /** What a T2 link was measured to carry in one direction while all six are busy. */
  private static final int DRAIN_DEFAULT = 65_536;

  /** Ten times what a full driver needs to send everything. */
  private static final int STUCK_SECONDS_DEFAULT = 5;

  /** A stock T2 tile, all six directions. */
  public static final ItcSettings T2 =
      new ItcSettings(
          Path.of("/dev/itc/bulk"),
          Path.of("/sys/class/itc_pkt/status"),
          Path.of("/sys/class/itc_pkt/statistics"),
          T2_DIRECTIONS,
          QUEUED_BYTES_DEFAULT,
          DRAIN_DEFAULT,
          BulkLimits.NONE,
          STUCK_SECONDS_DEFAULT);

  public ItcSettings {
    directions = Set.copyOf(directions);
    if (directions.isEmpty() || !T2_DIRECTIONS.containsAll(directions)) {
      throw new IllegalArgumentException("directions " + directions);
    }
    require(queuedBytesMax, QUEUED_BYTES_LEAST, QUEUED_BYTES_MOST);
    require(drainBytesPerSecond, DRAIN_LEAST, DRAIN_MOST);
    require(stuckSeconds, 1, STUCK_SECONDS_MOST);
    requireNonNull(bulk);
  }

  private static void require(int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(value + " is not within " + least + " to " + most);
    }
  }
}
