package dev.tilecast.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class InWordsTest {
  @Test
  void bytesAreExactBelowOneKibibyteAndScaledAbove() {
    assertThat(List.of(0L, 1023L, 1024L, 1536L, 1048575L, 2L << 20, 1L << 30, 5L << 50))
        .extracting(InWords::bytes)
        .containsExactly(
            "0 B", "1023 B", "1.0 KiB", "1.5 KiB", "1.0 MiB", "2.0 MiB", "1.0 GiB", "5120.0 TiB");
  }

  @Test
  void spansNameTheTwoGreatestUnits() {
    assertThat(List.of(52_001L, 4_200_000_000L, 192_000_000_000L, 7_260_000_000_000L))
        .extracting(InWords::span)
        .containsExactly("0.1 ms", "4.2 s", "3 min 12 s", "2 h 1 min");
    assertThat(InWords.span(190_800_000_000_000L)).isEqualTo("2 d 5 h");
  }

  @Test
  void onlyTheWholeIsAHundredPercent() {
    assertThat(InWords.percent(999_999, 1_000_000)).isEqualTo("99 %");
    assertThat(InWords.percent(1_000_000, 1_000_000)).isEqualTo("100 %");
    assertThat(InWords.percent(0, 0)).isEqualTo("0 %");
  }

  @Test
  void stampsBeyondAnyCalendarAreSaidToBe() {
    assertThat(InWords.stamp(0)).isEqualTo("1970-01-01T00:00:00Z (0)");
    assertThat(InWords.stamp(Long.MIN_VALUE))
        .isEqualTo("beyond the calendar (-9223372036854775808)");
  }

  @Test
  void listsReadLikeASentence() {
    assertThat(InWords.list(List.of())).isEmpty();
    assertThat(InWords.list(List.of("a"))).isEqualTo("a");
    assertThat(InWords.list(List.of("a", "b", "c"))).isEqualTo("a, b and c");
  }
}
