package dev.tilecast.testbed.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a target is missed, and how a figure reads. */
final class FigureTest {
  @Test
  void whatMustBeSmallIsMissedOnlyAboveItsTarget() {
    assertThat(Figure.atMost(2.5, "daemon.ready", 2.5, "s").isMissed()).isFalse();
    assertThat(Figure.atMost(2.5, "daemon.ready", 2.501, "s").isMissed()).isTrue();
  }

  @Test
  void whatMustBeGreatIsMissedOnlyBelowItsTarget() {
    assertThat(Figure.atLeast(60, "hop.speed", 60, "MB/s").isMissed()).isFalse();
    assertThat(Figure.atLeast(60, "hop.speed", 59.9, "MB/s").isMissed()).isTrue();
  }

  @Test
  void whatIsOnlyToldIsNeverMissed() {
    assertThat(Figure.told("hop.first", 0, "MB/s").isMissed()).isFalse();
  }

  @Test
  void aLineHasNameMeasuredTargetBoundAndVerdict() {
    assertThat(Figure.atLeast(60, "hop.speed", 59.94, "MB/s").toLine().split(" {2,}"))
        .containsExactly("hop.speed", "59.9 MB/s", ">= 60 MB/s", "-", "MISSED");
    assertThat(Figure.atMost(0.5, "status.wall", 0.2314, "s").toLine().split(" {2,}"))
        .containsExactly("status.wall", "0.231 s", "<= 0.500 s", "-", "met");
    assertThat(Figure.told("hop.data-packets", 4591, "packets").toLine().split(" {2,}"))
        .containsExactly("hop.data-packets", "4591 packets", "-", "-", "-");
  }

  @Test
  void aBoundStandsBesideTheTargetAndDecidesNothing() {
    Figure figure = Figure.atLeast(0.9, "link.payload", 0.929, "").bound(0.941);

    assertThat(figure.isMissed()).isFalse();
    assertThat(figure.toLine().split(" {2,}"))
        .containsExactly("link.payload", "0.929", ">= 0.900", "0.941", "met");
  }

  @Test
  void theMedianIsTheMiddle() {
    assertThat(Median.of(new double[] {9, 1, 2})).isEqualTo(2);
    assertThat(Median.of(new double[] {4, 1, 9, 2})).isEqualTo(3);
  }
}
