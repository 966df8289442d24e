package dev.tilecast.testbed.storm;

import java.util.concurrent.TimeUnit;

/**
 * What a storm is to be.
 *
 * @param tiles how many daemons; the last one has the tiny disk
 * @param millis how long it lasts; what follows until everybody agrees is not counted
 * @param seed everything random in {@link Schedule} comes from it
 */
public record StormPlan(int tiles, long millis, long seed) {
  /** More daemons than this do not get to work on one machine while some of them always start. */
  public static final int TILES_MAX = 16;

  private static final double MINUTES_MIN = 0.1;
  private static final double MINUTES_MAX = 1440;

  public StormPlan {
    if (tiles < 2 || tiles > TILES_MAX) {
      throw new IllegalArgumentException(
          "a storm over " + tiles + " tiles; from 2 to " + TILES_MAX + " are possible");
    }
  }

  /** A storm of {@code minutes}, with their fraction. */
  public static StormPlan of(int tiles, double minutes, long seed) {
    if (!(minutes >= MINUTES_MIN && minutes <= MINUTES_MAX)) {
      throw new IllegalArgumentException(
          "a storm of "
              + minutes
              + " minutes; from "
              + MINUTES_MIN
              + " to "
              + (int) MINUTES_MAX
              + " are possible");
    }
    return new StormPlan(tiles, Math.round(minutes * TimeUnit.MINUTES.toMillis(1)), seed);
  }

  /** The tile whose disk is tiny. */
  int tinyTile() {
    return tiles - 1;
  }
}
