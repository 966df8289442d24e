package dev.tilecast.testbed.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.testbed.world.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FuzzTest {
  private final List<String> told = new ArrayList<>();

  private Fuzz.Result run(long seeds, long from, int shard, int shards) throws Exception {
    return run(seeds, from, shard, shards, false);
  }

  private Fuzz.Result run(long seeds, long from, int shard, int shards, boolean folders)
      throws Exception {
    Fuzz.Request request =
        new Fuzz.Request(
            seeds,
            from,
            Long.MAX_VALUE / 2,
            shard,
            shards,
            Optional.empty(),
            Optional.empty(),
            folders,
            Runtime.getRuntime().availableProcessors());
    return new Fuzz(request, System::nanoTime, told::add).run();
  }

  @Test
  void aHundredSeedsBreakNoPromise() throws Exception {
    Fuzz.Result result = run(100, 1, 1, 1);

    assertThat(told).isEmpty();
    assertThat(result.run()).isEqualTo(100);
    assertThat(result.twice()).isEqualTo(2);
    assertThat(result.judged()).isGreaterThan(100_000);
  }

  /** What each of them has shown is mended, and told in its commit. */
  @Test
  void seedsThatOnceBrokeAPromiseBreakNoneAnyMore() throws Exception {
    for (long seed :
        new long[] {
          265, 681, 912, 997, 1328, 2204, 2562, 2686, 3525, 5587, 6680, 9621, 24874, 31060, 32740,
          54397, 107411, 122014, 123009, 134868, 182008, 184441
        }) {
      run(1, seed, 1, 1);
    }
    for (long seed : new long[] {228, 307, 22097}) {
      run(1, seed, 1, 1, true);
    }

    assertThat(told).isEmpty();
  }

  @Test
  void aFewSeedsOnFoldersBreakNoPromise() throws Exception {
    Fuzz.Result result = run(4, 1, 1, 1, true);

    assertThat(told).isEmpty();
    assertThat(result.run()).isEqualTo(4);
    assertThat(result.judged()).isGreaterThan(1_000);
  }

  @Test
  void worldsOnFoldersAreFewAndHaveStampsOfRealFiles() {
    for (long seed = 1; seed <= 50; seed++) {
      Plan plan = Plan.ofFolders(seed, Optional.empty());

      assertThat(plan.topology().places()).hasSizeBetween(2, 6);
      assertThat(plan.publications())
          .allSatisfy(p -> assertThat(p.stamp()).isGreaterThan(1_600_000_000L).isEven());
    }
  }

  @Test
  void shardsShareTheSeedsWithoutGapOrOverlap() throws Exception {
    long run = 0;
    for (int shard = 1; shard <= 3; shard++) {
      run += run(4, 500, shard, 3).run();
    }

    assertThat(run).isEqualTo(4);
  }

  @Test
  void fewerFaultsLeaveEverythingElseAsItWas() {
    Plan whole = Plan.of(3, Optional.empty());

    Plan less = whole.withFaults(1);

    assertThat(less.publications()).isEqualTo(whole.publications());
    assertThat(less.faults()).isEqualTo(whole.faults().subList(0, 1));
    assertThat(less.faultNanos()).isEqualTo(whole.faultNanos());
  }

  @Test
  void oneSeedIsOneRunAndAnotherSeedAnother() {
    Trace one = Trial.run(Plan.of(7, Optional.empty()), Trace.digestOnly()).trace();
    Trace again = Trial.run(Plan.of(7, Optional.empty()), Trace.digestOnly()).trace();
    Trace other = Trial.run(Plan.of(8, Optional.empty()), Trace.digestOnly()).trace();

    assertThat(again.digest()).isEqualTo(one.digest());
    assertThat(again.count()).isEqualTo(one.count());
    assertThat(other.digest()).isNotEqualTo(one.digest());
  }
}
