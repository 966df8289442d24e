package dev.tilecast.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceTest {
  /** A run of {@code count} events, of which number {@code odd} is another one. */
  private static Trace run(Trace trace, long count, long odd) {
    for (long i = 0; i < count; i++) {
      trace.add(i * 10, "packet", "0,0 ET", i == odd ? -1 : i * i);
    }
    return trace;
  }

  @Test
  void everyPartOfAnEntryCounts() {
    Trace one = Trace.digestOnly();
    one.add(1, "packet", "0,0 ET", 5);

    for (int part = 0; part < 4; part++) {
      Trace other = Trace.digestOnly();
      other.add(
          part == 0 ? 2 : 1,
          part == 1 ? "up" : "packet",
          part == 2 ? "0,0 WT" : "0,0 ET",
          part == 3 ? 6 : 5);
      assertThat(other.digest()).as("part " + part).isNotEqualTo(one.digest());
    }
  }

  @Test
  void theOrderCounts() {
    Trace one = Trace.digestOnly();
    one.add(1, "packet", "0,0 ET", 5);
    one.add(1, "packet", "0,0 WT", 5);
    Trace other = Trace.digestOnly();
    other.add(1, "packet", "0,0 WT", 5);
    other.add(1, "packet", "0,0 ET", 5);

    assertThat(other.digest()).isNotEqualTo(one.digest());
    assertThat(other.count()).isEqualTo(2);
  }

  @Test
  void equalRunsDoNotPart() {
    assertThat(Trace.parting(run(Trace.digestOnly(), 5000, -1), run(Trace.digestOnly(), 5000, -1)))
        .isEmpty();
    assertThat(
            Trace.firstDifference(
                run(Trace.recording(0, 10), 5000, -1), run(Trace.recording(0, 10), 5000, -1)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1023, 1024, 1025, 65_535, 65_536, 99_999, 100_000, 123_455})
  void theFirstDifferenceIsFoundByRunningTwiceMore(long odd) {
    Trace.Span span =
        Trace.parting(run(Trace.digestOnly(), 123_456, -1), run(Trace.digestOnly(), 123_456, odd))
            .orElseThrow();
    assertThat(span.end() - span.from()).isLessThanOrEqualTo(256);

    Trace one = run(Trace.recording(span.from(), 256), 123_456, -1);
    Trace other = run(Trace.recording(span.from(), 256), 123_456, odd);

    Trace.Difference difference = Trace.firstDifference(one, other).orElseThrow();
    assertThat(difference.one().orElseThrow())
        .isEqualTo(new Trace.Entry(odd, odd * 10, "packet", "0,0 ET", odd * odd));
    assertThat(difference.other().orElseThrow().value()).isEqualTo(-1);
  }

  @Test
  void aRunThatEndsEarlierDiffersWhereItEnds() {
    Trace.Span span =
        Trace.parting(run(Trace.digestOnly(), 3000, -1), run(Trace.digestOnly(), 100_000, -1))
            .orElseThrow();

    Trace.Difference difference =
        Trace.firstDifference(
                run(Trace.recording(span.from(), 256), 3000, -1),
                run(Trace.recording(span.from(), 256), 100_000, -1))
            .orElseThrow();

    assertThat(difference)
        .hasToString("the end against #3000 0.000030000s packet 0,0 ET 0000000000895440");
  }

  @Test
  void noMoreIsKeptThanWasAskedFor() {
    Trace trace = run(Trace.recording(40, 3), 1000, -1);

    assertThat(trace.recorded()).extracting(Trace.Entry::index).containsExactly(40L, 41L, 42L);
  }
}
