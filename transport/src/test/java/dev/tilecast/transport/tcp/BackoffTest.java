package dev.tilecast.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private static final long MAX_NANOS = 5_000_000_000L;

  @Test
  void doublesFromTheFirstStepToTheLastWithARandomHalf() {
    Backoff backoff = new Backoff(new SplittableRandom(1));

    for (long step = Backoff.FIRST_NANOS; step < MAX_NANOS; step *= 2) {
      assertThat(backoff.next(MAX_NANOS)).isBetween(step / 2, step);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.next(MAX_NANOS)).isBetween(MAX_NANOS / 2, MAX_NANOS);
    }
    backoff.reset();
    assertThat(backoff.next(MAX_NANOS)).isBetween(Backoff.FIRST_NANOS / 2, Backoff.FIRST_NANOS);
  }

  @Test
  void twoTilesDoNotKeepInStep() {
    Backoff one = new Backoff(new SplittableRandom(1));
    Backoff other = new Backoff(new SplittableRandom(2));

    assertThat(one.next(MAX_NANOS)).isNotEqualTo(other.next(MAX_NANOS));
  }
}
