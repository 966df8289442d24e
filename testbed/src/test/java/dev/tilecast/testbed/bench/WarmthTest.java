package dev.tilecast.testbed.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class WarmthTest {
  private final Warmth warmth = new Warmth(2);

  private void look(double all, double compiling) {
    warmth.look(Optional.of(new ProcessorTime(all, compiling)));
  }

  @Test
  void isReachedWhenTheLastFilesTookNextToNothingForCompiling() {
    look(10, 5);
    look(20, 9);
    look(30, 10);
    assertThat(warmth.isReached()).isFalse();
    look(40, 10.2);
    assertThat(warmth.isReached()).isFalse();
    look(50, 10.3);
    assertThat(warmth.isReached()).isTrue();
  }

  @Test
  void isNotReachedBeforeSoManyFiles() {
    look(10, 0);
    look(20, 0);
    assertThat(warmth.isReached()).isFalse();
    look(30, 0);
    assertThat(warmth.isReached()).isTrue();
  }

  @Test
  void isLostWhenCompilingBeginsAgain() {
    look(10, 0);
    look(20, 0);
    look(30, 0.5);
    assertThat(warmth.isReached()).isFalse();
  }

  @Test
  void isNeverReachedWhereTheSystemDoesNotTell() {
    for (int i = 0; i < 5; i++) {
      warmth.look(Optional.empty());
    }
    assertThat(warmth.isReached()).isFalse();
  }
}
