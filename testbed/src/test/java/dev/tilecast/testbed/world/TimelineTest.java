package dev.tilecast.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private final Timeline timeline = new Timeline(7);
  private final List<String> ran = new ArrayList<>();

  private record Planned(long instant, int number) {}

  @Test
  void eventsRunInTheOrderOfTheirInstants() {
    timeline.at(30, () -> ran.add("c"));
    timeline.at(10, () -> ran.add("a"));
    timeline.at(20, () -> ran.add("b"));

    assertThat(timeline.nextAt()).isEqualTo(10);
    assertThat(timeline.step()).isTrue();
    assertThat(timeline.now()).isEqualTo(10);
    timeline.runUntil(29);
    assertThat(ran).containsExactly("a", "b");
    assertThat(timeline.now()).isEqualTo(29);
    timeline.runUntil(30);
    assertThat(ran).containsExactly("a", "b", "c");
    assertThat(timeline.step()).isFalse();
    assertThat(timeline.nextAt()).isEqualTo(Long.MAX_VALUE);
    assertThat(timeline.executed()).isEqualTo(3);
  }

  @Test
  void equalInstantsRunInTheOrderOfTheirMaking() {
    for (int i = 0; i < 5000; i++) {
      int number = i;
      timeline.at(number % 3, () -> ran.add(number % 3 + ":" + number / 3));
    }

    timeline.runUntil(10);

    List<String> expected = new ArrayList<>();
    for (int instant = 0; instant < 3; instant++) {
      for (int i = instant; i < 5000; i += 3) {
        expected.add(instant + ":" + i / 3);
      }
    }
    assertThat(ran).isEqualTo(expected);
  }

  @Test
  void anyMixOfPlansRunsLikeASortedList() {
    SplittableRandom random = new SplittableRandom(11);
    List<Planned> planned = new ArrayList<>();
    List<Planned> executed = new ArrayList<>();

    for (int i = 0; i < 20_000; i++) {
      Planned event = new Planned(timeline.now() + random.nextLong(50), i);
      planned.add(event);
      timeline.at(event.instant(), () -> executed.add(event));
      if (random.nextInt(3) == 0) {
        timeline.step();
      }
    }
    timeline.runUntil(Long.MAX_VALUE);

    planned.sort(Comparator.comparingLong(Planned::instant).thenComparingInt(Planned::number));
    assertThat(executed).isEqualTo(planned);
  }

  @Test
  void aPassedInstantMeansNow() {
    timeline.runUntil(100);

    timeline.at(5, () -> ran.add("late at " + timeline.now()));
    timeline.after(0, () -> ran.add("now at " + timeline.now()));
    timeline.runUntil(100);

    assertThat(ran).containsExactly("late at 100", "now at 100");
  }

  @Test
  void anEventMayPlanOthers() {
    timeline.at(10, () -> timeline.after(5, () -> ran.add("at " + timeline.now())));

    timeline.runUntil(20);

    assertThat(ran).containsExactly("at 15");
  }

  @Test
  void chanceComesFromTheSeedAndThePurposeAlone() {
    timeline.chance().nextLong();
    long drawn = timeline.fork("link 0,0 ET").nextLong();

    assertThat(new Timeline(7).fork("link 0,0 ET").nextLong()).isEqualTo(drawn);
    assertThat(new Timeline(7).fork("link 0,0 WT").nextLong()).isNotEqualTo(drawn);
    assertThat(new Timeline(8).fork("link 0,0 ET").nextLong()).isNotEqualTo(drawn);
  }

  @Test
  void neighboringSeedsDrawIndependently() {
    int equal = 0;
    for (long seed = 0; seed < 2000; seed++) {
      boolean one = new Timeline(seed).fork("x").nextBoolean();
      boolean next = new Timeline(seed + 1).fork("x").nextBoolean();
      equal += one == next ? 1 : 0;
    }

    assertThat(equal).isBetween(900, 1100);
  }
}
