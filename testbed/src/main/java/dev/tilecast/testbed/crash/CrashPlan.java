package dev.tilecast.testbed.crash;

import dev.tilecast.testbed.disk.PowerCut;
import java.util.List;

/**
 * What is to be tried.
 *
 * @param only some of {@link CrashRun#NAMES}; empty for all
 * @param distinctMax after so many different disks no more are tried
 * @param seed the first of the draws of what a power cut leaves
 * @param draws how many of them at each operation
 * @param threads how many disks are tried at the same time
 * @param rowsEach of so many disks one has its database opened again at the end
 * @param cuts empty for all; else only this one, or, where there are two, the second of a start
 *     after the first
 */
public record CrashPlan(
    List<String> only,
    int distinctMax,
    long seed,
    int draws,
    int threads,
    int rowsEach,
    List<PowerCut> cuts) {
  /** Draws at each operation unless told otherwise. */
  public static final int DRAWS = 2;

  /** To open a database costs as much as everything else of a trial. */
  private static final int ROWS_EACH = 4;

  public CrashPlan {
    only = List.copyOf(only);
    cuts = List.copyOf(cuts);
    if (distinctMax < 1 || draws < 1 || threads < 1 || rowsEach < 1) {
      throw new IllegalArgumentException(
          "distinct disks " + distinctMax + ", draws " + draws + ", threads " + threads);
    }
    if (!only.stream().allMatch(CrashRun::isName)) {
      throw new IllegalArgumentException("stories " + only + ", there are " + CrashRun.NAMES);
    }
    if (!cuts.isEmpty() && (only.size() != 1 || !CrashRun.hasCuts(only.get(0)))) {
      throw new IllegalArgumentException("a cut is one of a story, not of " + only);
    }
  }

  /** Everything, with as many threads as there are processors. */
  public static CrashPlan everything() {
    return new CrashPlan(
        List.of(),
        Integer.MAX_VALUE,
        1,
        DRAWS,
        Runtime.getRuntime().availableProcessors(),
        ROWS_EACH,
        List.of());
  }

  /** The same for some stories only. */
  public CrashPlan withOnly(List<String> stories) {
    return new CrashPlan(stories, distinctMax, seed, draws, threads, rowsEach, cuts);
  }

  /** The same with an end after so many different disks. */
  public CrashPlan withDistinctMax(int max) {
    return new CrashPlan(only, max, seed, draws, threads, rowsEach, cuts);
  }

  /** The same with other draws. */
  public CrashPlan withSeed(long other) {
    return new CrashPlan(only, distinctMax, other, draws, threads, rowsEach, cuts);
  }

  /** The same with as many draws at each operation. */
  public CrashPlan withDraws(int count) {
    return new CrashPlan(only, distinctMax, seed, count, threads, rowsEach, cuts);
  }

  /** The same for one cut, or one cut of a start after another one. */
  public CrashPlan withCuts(List<PowerCut> path) {
    return new CrashPlan(only, distinctMax, seed, draws, threads, rowsEach, path);
  }
}
