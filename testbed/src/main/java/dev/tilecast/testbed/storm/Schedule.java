package dev.tilecast.testbed.storm;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Everything that a storm will do, drawn from its seed before it begins: the same plan, links and
 * names give the same schedule. Each inner list is in the order of time, and is carried out one
 * after the other.
 *
 * @param kills a list for each tile
 * @param breaks a list for each link
 * @param publishes a list for each name, and one for files whose names are used once
 * @param fills of the tiny disk
 */
record Schedule(
    List<List<Strike.Kill>> kills,
    List<List<Strike.Break>> breaks,
    List<List<Strike.Publish>> publishes,
    List<Strike.Fill> fills) {
  /** Of one tile from one strike to the next: in between it must get to pull something. */
  private static final long KILL_GAP_MILLIS = 6300;

  /** A start takes a second on a machine that has nothing else to do. */
  private static final long START_MICROS_MAX = 1_200_000;

  /** So many tiles can be struck at that pace; more of them take turns. */
  private static final int TILES_AT_PACE = 5;

  private static final long BREAK_GAP_MILLIS = 15_000;
  private static final long PUBLISH_GAP_MILLIS = 1050;
  private static final long FILL_GAP_MILLIS = 20_000;

  /** A storm shorter than this has no time to see a full disk get room again. */
  private static final long FILL_STORM_MILLIS_MIN = 60_000;

  Schedule {
    kills = kills.stream().map(List::copyOf).toList();
    breaks = breaks.stream().map(List::copyOf).toList();
    publishes = publishes.stream().map(List::copyOf).toList();
    fills = List.copyOf(fills);
  }

  /** Draws the schedule of {@code plan} over so many links and names. */
  static Schedule draw(StormPlan plan, int links, int names) {
    SplittableRandom random = new SplittableRandom(plan.seed());
    SplittableRandom ofKills = random.split();
    SplittableRandom ofBreaks = random.split();
    SplittableRandom ofPublishes = random.split();
    SplittableRandom ofFills = random.split();
    List<List<Strike.Kill>> kills = new ArrayList<>();
    for (int tile = 0; tile < plan.tiles(); tile++) {
      kills.add(kills(plan, tile, ofKills.split()));
    }
    List<List<Strike.Break>> breaks = new ArrayList<>();
    for (int link = 0; link < links; link++) {
      breaks.add(breaks(plan, link, ofBreaks.split()));
    }
    return new Schedule(kills, breaks, publishes(plan, names, ofPublishes), fills(plan, ofFills));
  }

  /** How many strikes there are in all. */
  int count() {
    return Stream.of(kills, breaks, publishes).flatMap(List::stream).mapToInt(List::size).sum()
        + fills.size();
  }

  private static List<Strike.Kill> kills(StormPlan plan, int tile, SplittableRandom random) {
    long gap = KILL_GAP_MILLIS * Math.max(plan.tiles(), TILES_AT_PACE) / TILES_AT_PACE;
    List<Strike.Kill> kills = new ArrayList<>();
    for (long at = around(gap, random); at < plan.millis(); at += around(gap, random)) {
      Strike.Aim aim = aim(random.nextInt(100));
      long waitMicros =
          switch (aim) {
            case ANYWHERE, START -> 0;
            case TRANSFER -> random.nextLong(400_000);
            case PROMOTION -> random.nextLong(4000);
          };
      List<Long> startMicros = new ArrayList<>();
      if (aim == Strike.Aim.START) {
        random.longs(random.nextInt(1, 5), 0, START_MICROS_MAX).forEach(startMicros::add);
      }
      boolean databaseDeleted = random.nextInt(100) < 15;
      kills.add(
          new Strike.Kill(
              at, tile, aim, waitMicros, startMicros, downMillis(random), databaseDeleted));
    }
    return kills;
  }

  private static Strike.Aim aim(int percent) {
    if (percent < 25) {
      return Strike.Aim.ANYWHERE;
    }
    if (percent < 52) {
      return Strike.Aim.TRANSFER;
    }
    return percent < 72 ? Strike.Aim.PROMOTION : Strike.Aim.START;
  }

  private static long downMillis(SplittableRandom random) {
    int percent = random.nextInt(100);
    if (percent < 60) {
      return random.nextLong(300);
    }
    return percent < 92 ? random.nextLong(300, 1500) : random.nextLong(2000, 5000);
  }

  private static List<Strike.Break> breaks(StormPlan plan, int link, SplittableRandom random) {
    List<Strike.Break> breaks = new ArrayList<>();
    long at = around(BREAK_GAP_MILLIS, random);
    while (at < plan.millis()) {
      boolean stalled = random.nextInt(100) < 40;
      // Most are over before a neighbor counts as silent, some long after.
      long lasts =
          random.nextInt(100) < 90 ? random.nextLong(50, 4000) : random.nextLong(10_000, 40_000);
      breaks.add(new Strike.Break(at, link, stalled, lasts));
      at += lasts + around(BREAK_GAP_MILLIS, random);
    }
    return breaks;
  }

  private static List<List<Strike.Publish>> publishes(
      StormPlan plan, int names, SplittableRandom random) {
    List<List<Strike.Publish>> publishes = new ArrayList<>();
    for (int name = 0; name <= names; name++) {
      publishes.add(new ArrayList<>());
    }
    for (long at = 100; at < plan.millis(); at += around(PUBLISH_GAP_MILLIS, random)) {
      // The first ones bring each name to life, the others strike a random one.
      int soFar = publishes.stream().mapToInt(List::size).sum();
      int name = soFar < names ? soFar : Math.min(names, random.nextInt(names * 3 / 2));
      Strike.Way way = way(random.nextInt(100));
      int changed = 1 + random.nextInt(8);
      publishes
          .get(name)
          .add(new Strike.Publish(at, name, random.nextInt(plan.tiles()), way, changed));
    }
    return publishes;
  }

  private static Strike.Way way(int percent) {
    if (percent < 45) {
      return Strike.Way.INBOX;
    }
    return percent < 88 ? Strike.Way.COMMAND : Strike.Way.OLD;
  }

  private static List<Strike.Fill> fills(StormPlan plan, SplittableRandom random) {
    List<Strike.Fill> fills = new ArrayList<>();
    if (plan.millis() < FILL_STORM_MILLIS_MIN) {
      return fills;
    }
    long at = around(FILL_GAP_MILLIS, random);
    while (at < plan.millis()) {
      long left = random.nextInt(100) < 40 ? 0 : random.nextLong(6L << 20);
      long lasts = random.nextLong(1000, 12_000);
      fills.add(new Strike.Fill(at, left, lasts));
      at += lasts + around(FILL_GAP_MILLIS, random);
    }
    return fills;
  }

  /** From a quarter of {@code millis} to seven quarters: its mean is {@code millis}. */
  private static long around(long millis, SplittableRandom random) {
    return millis / 4 + random.nextLong(millis * 6 / 4);
  }
}
