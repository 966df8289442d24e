package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.Limits;
import dev.tilecast.engine.core.Trust;
import java.util.List;

/**
 * What a simulated tile is like.
 *
 * @param group the grid's name
 * @param limits its bounds
 * @param trust whose word counts on it
 * @param turnNanos from an arriving packet to the turn that takes it, with all that came meanwhile;
 *     0 takes each at once
 * @param inspectNanos an inspection of a whole file
 * @param diskNanos one step of a promotion: a sync, a rename
 * @param restNanos how long a dropped file must have been left alone
 * @param respawnNanos from a process that ended by itself to its next start
 * @param scrubNanos within how long all of {@code live/} is read again
 */
public record TileModel(
    String group,
    Limits limits,
    Trust trust,
    long turnNanos,
    long inspectNanos,
    long diskNanos,
    long restNanos,
    long respawnNanos,
    long scrubNanos) {
  private static final long MILLI = 1_000_000L;

  /** The one signer whom every tile of a world knows unless told otherwise. */
  public static final String SIGNER = "alpha";

  /** A tile that takes each packet at once, with a quick disk. */
  public static final TileModel QUICK =
      new TileModel(
          "world",
          Limits.DEFAULT,
          Mint.trustIn(List.of(SIGNER)),
          0,
          2 * MILLI,
          MILLI,
          1000 * MILLI,
          2000 * MILLI,
          Limits.SCRUB_NANOS);

  /** The same with other keys. */
  public TileModel trusting(Trust other) {
    return new TileModel(
        group,
        limits,
        other,
        turnNanos,
        inspectNanos,
        diskNanos,
        restNanos,
        respawnNanos,
        scrubNanos);
  }

  /** The same in another grid's group. */
  public TileModel inGroup(String other) {
    return new TileModel(
        other,
        limits,
        trust,
        turnNanos,
        inspectNanos,
        diskNanos,
        restNanos,
        respawnNanos,
        scrubNanos);
  }

  /** The same with other bounds. */
  public TileModel within(Limits other) {
    return new TileModel(
        group,
        other,
        trust,
        turnNanos,
        inspectNanos,
        diskNanos,
        restNanos,
        respawnNanos,
        scrubNanos);
  }

  /** The same with another speed of its processor and disk. */
  public TileModel slow(long turn, long inspect, long disk) {
    return new TileModel(
        group, limits, trust, turn, inspect, disk, restNanos, respawnNanos, scrubNanos);
  }

  /** The same, that reads all of {@code live/} again within {@code nanos}. */
  public TileModel scrubbing(long nanos) {
    return new TileModel(
        group, limits, trust, turnNanos, inspectNanos, diskNanos, restNanos, respawnNanos, nanos);
  }
}
