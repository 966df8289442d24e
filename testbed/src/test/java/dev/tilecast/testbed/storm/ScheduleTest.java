package dev.tilecast.testbed.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is drawn before a storm begins. */
final class ScheduleTest {
  private static final StormPlan PLAN = StormPlan.of(5, 3, 1);

  @Test
  void theSameSeedGivesTheSameScheduleAndAnotherOneAnother() {
    Schedule schedule = Schedule.draw(PLAN, 7, 5);

    assertThat(Schedule.draw(StormPlan.of(5, 3, 1), 7, 5)).isEqualTo(schedule);
    assertThat(Schedule.draw(StormPlan.of(5, 3, 2), 7, 5)).isNotEqualTo(schedule);
  }

  @Test
  void threeMinutesOverFiveTilesHoldTwoHundredKillsOfEveryKind() {
    for (long seed = 1; seed <= 20; seed++) {
      List<Strike.Kill> kills =
          Schedule.draw(StormPlan.of(5, 3, seed), 7, 5).kills().stream()
              .flatMap(List::stream)
              .toList();

      assertThat(kills.stream().mapToInt(kill -> 1 + kill.startMicros().size()).sum())
          .as("kills of seed %d", seed)
          .isGreaterThanOrEqualTo(200);
      assertThat(kills).extracting(Strike.Kill::aim).contains(Strike.Aim.values());
      assertThat(kills).anyMatch(Strike.Kill::databaseDeleted);
    }
  }

  @Test
  void everyListIsInOrderAndWithinTheStorm() {
    Schedule schedule = Schedule.draw(PLAN, 7, 5);

    Stream.of(schedule.kills(), schedule.breaks(), schedule.publishes(), List.of(schedule.fills()))
        .flatMap(List::stream)
        .forEach(
            strikes ->
                assertThat(strikes)
                    .isNotEmpty()
                    .extracting(Strike::atMillis)
                    .isSorted()
                    .allMatch(at -> at > 0 && at < PLAN.millis()));
  }

  @Test
  void everyNameHasItsListAndFilesOfOneVersionHaveTheLast() {
    Schedule schedule = Schedule.draw(PLAN, 7, 5);

    assertThat(schedule.publishes()).hasSize(6);
    for (int name = 0; name < 6; name++) {
      int number = name;
      assertThat(schedule.publishes().get(name)).allMatch(publish -> publish.name() == number);
    }
    assertThat(schedule.publishes().stream().flatMap(List::stream))
        .extracting(Strike.Publish::tile)
        .contains(0, 1, 2, 3, 4);
  }

  @Test
  void aShortStormFillsNoDiskSinceRoomIsTriedAgainOnlyAfterAMinute() {
    assertThat(Schedule.draw(StormPlan.of(3, 0.9, 1), 3, 5).fills()).isEmpty();
  }

  @Test
  void aStormThatCannotBeIsRefusedWithItsNumbers() {
    assertThatThrownBy(() -> StormPlan.of(1, 3, 1)).hasMessageContaining("1 tiles; from 2 to 16");
    assertThatThrownBy(() -> StormPlan.of(17, 3, 1)).hasMessageContaining("17 tiles");
    assertThatThrownBy(() -> StormPlan.of(5, 0, 1)).hasMessageContaining("0.0 minutes; from 0.1");
    assertThatThrownBy(() -> StormPlan.of(5, Double.NaN, 1)).hasMessageContaining("NaN minutes");
  }
}
