package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class FlowTest {
  private static final long MILLI = 1_000_000L;
  private static final Percentage NEARLY = Percentage.withPercentage(2);

  private final Flow flow = new Flow();
  private long now;

  /** 1000 bytes each 10 ms. */
  private void flowFor(int millis) {
    for (int i = 0; i < millis / 10; i++) {
      now += 10 * MILLI;
      flow.add(1000, now);
    }
  }

  @Test
  void measuresWhatIsKeptUpForASecond() {
    flowFor(900);
    long early = flow.keptUp();
    flowFor(300);

    assertThat(early).isZero();
    assertThat(flow.keptUp()).isCloseTo(100_000, NEARLY);
    assertThat(flow.bytesPerSecond(now)).isCloseTo(100_000, NEARLY);
  }

  @Test
  void whatPiledUpAndCameAtOnceIsNotTakenForTheLink() {
    flowFor(2000);
    now += 600 * MILLI;
    flow.add(60_000, now);
    flowFor(2000);

    assertThat(flow.keptUp()).isCloseTo(100_000, NEARLY);
  }

  @Test
  void pausesAreNoMeasure() {
    for (int i = 0; i < 10; i++) {
      flow.add(1_000_000, now);
      now += 3000 * MILLI;
    }

    assertThat(flow.keptUp()).isZero();
    assertThat(flow.bytesPerSecond(now)).isZero();
  }

  @Test
  void wrongBytesAreNotCounted() {
    flowFor(900);
    flow.beginAgain();
    flowFor(900);

    assertThat(flow.keptUp()).isZero();
  }
}
