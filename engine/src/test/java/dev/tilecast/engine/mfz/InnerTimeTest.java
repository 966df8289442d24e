package dev.tilecast.engine.mfz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class InnerTimeTest {
  private static final long SEED = 1980;
  private static final long FIRST = 315_532_800L;
  private static final long LAST = 4_039_372_798L;

  @Test
  void readsBackEveryStampThatItWrites() {
    Random random = new Random(SEED);

    for (int i = 0; i < 10_000; i++) {
      long stamp = FIRST + 2 * (long) (random.nextDouble() * ((LAST - FIRST) / 2));
      InnerTime time = InnerTime.of(stamp);
      assertThat(time.stamp()).isEqualTo(stamp);
      assertThat(time.raw()).isEqualTo(stamp);
      assertThat(time.isValid()).isTrue();
      assertThat(time.isWrapped()).isFalse();
    }
  }

  @Test
  void writesOnlyWhatCanBeReadBack() {
    assertThat(InnerTime.of(FIRST).stamp()).isEqualTo(FIRST);
    assertThat(InnerTime.of(LAST).stamp()).isEqualTo(LAST);
    for (long stamp : new long[] {FIRST - 2, LAST + 2, FIRST + 1, 0}) {
      assertThatThrownBy(() -> InnerTime.of(stamp)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void readsYearsFrom2098AsCountsOfFiveMinutes() {
    // 2098-03-01T18:11:38Z, which mfzmake wrote at 2019-01-31T10:17:26Z.
    InnerTime time =
        new InnerTime((118 << 25) | (3 << 21) | (1 << 16) | (18 << 11) | (11 << 5) | 19);

    assertThat(time.raw()).isEqualTo(4_044_535_898L);
    assertThat(time.isWrapped()).isTrue();
    assertThat(time.stamp()).isEqualTo(1_548_929_400L);
    assertThat(time.instant()).hasToString("2019-01-31T10:10:00Z");
  }

  @Test
  void theFirstAndTheLastWrappedYearCountFrom1970To1979() {
    InnerTime first = new InnerTime((118 << 25) | (1 << 21) | (1 << 16));
    InnerTime last = new InnerTime((127 << 25) | (12 << 21) | (31 << 16));

    assertThat(first.stamp()).isZero();
    assertThat(last.stamp()).isEqualTo(315_446_400L * 300);
    // 2100 has no 29 February, but 1972, which is meant, has one.
    InnerTime leap = new InnerTime((120 << 25) | (2 << 21) | (29 << 16));
    assertThat(leap.isValid()).isTrue();
    assertThat(leap.stamp()).isEqualTo(68_169_600L * 300);
  }

  @Test
  void fieldsOutOfRangeRollOverWhenReadRawAsPerlDoes() {
    assertThat(new InnerTime(0).raw()).isEqualTo(312_768_000L);
    assertThat(new InnerTime(0x4e1f522d).raw()).isEqualTo(1_546_251_446L);
    assertThat(new InnerTime(0x4e5f522d).raw()).isEqualTo(1_551_608_246L);
    assertThat(new InnerTime(0x4e3f523f).raw()).isEqualTo(1_548_929_882L);
  }

  @Test
  void saysOfEachFieldWhetherItIsInRange() {
    int good = InnerTime.of(1_548_929_846L).dosDateTime();
    int noClock = good & 0xFFFF0000;

    assertThat(new InnerTime(good).isValid()).isTrue();
    assertThat(new InnerTime(noClock | 24 << 11).isValid()).isFalse();
    assertThat(new InnerTime(noClock | 60 << 5).isValid()).isFalse();
    assertThat(new InnerTime(noClock | 30).isValid()).isFalse();
    assertThat(new InnerTime(good & ~(15 << 21)).isValid()).isFalse();
    assertThat(new InnerTime(good | 15 << 21).isValid()).isFalse();
    assertThat(new InnerTime(good & ~(31 << 16)).isValid()).isFalse();
  }
}
