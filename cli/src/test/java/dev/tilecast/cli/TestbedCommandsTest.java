package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the commands of the testbed say before they start anything. */
final class TestbedCommandsTest {
  @Test
  void anUnknownBenchIsAUsageErrorThatNamesTheBenches() {
    Outcome outcome = Outcome.of("testbed", "bench", "status", "jump");

    assertThat(outcome).returns(2, Outcome::exitCode).returns("", Outcome::out);
    assertThat(outcome.err())
        .contains("there is no bench 'jump'; there are: status, daemon, hop, demo");
  }

  @Test
  void aGridThatCannotBeShownIsAUsageError() {
    for (String tiles : new String[] {"9", "3x", "0x3", "1x1", "65x1", "3X3"}) {
      Outcome outcome = Outcome.of("demo", "--tiles", tiles);

      assertThat(outcome).as(tiles).returns(2, Outcome::exitCode).returns("", Outcome::out);
      assertThat(outcome.err()).as(tiles).containsAnyOf("is no grid", "are possible");
    }
  }

  @Test
  void aStormThatCannotBeIsAUsageError() {
    assertThat(Outcome.of("testbed", "storm", "--tiles", "1"))
        .returns(2, Outcome::exitCode)
        .satisfies(o -> assertThat(o.err()).contains("1 tiles; from 2 to 16 are possible"));
    assertThat(Outcome.of("testbed", "storm", "--minutes", "0"))
        .returns(2, Outcome::exitCode)
        .satisfies(o -> assertThat(o.err()).contains("from 0.1 to 1440 are possible"));
  }

  @Test
  void aSizeIsReadWithItsUnitAndHasBounds() {
    ByteCount size = new ByteCount();

    assertThat(size.convert("4096")).isEqualTo(4096);
    assertThat(size.convert("500K")).isEqualTo(500 * 1024);
    assertThat(size.convert("2M")).isEqualTo(2 << 20);
    assertThat(size.convert("1G")).isEqualTo(1 << 30);
    assertThat(Outcome.of("demo", "--size", "2 MB").err()).contains("'2 MB' is no count of bytes");
    assertThat(Outcome.of("demo", "--size", "1G"))
        .returns(2, Outcome::exitCode)
        .satisfies(o -> assertThat(o.err()).contains("a file of 1073741824 bytes"));
  }

  @Test
  void whatCannotBeCutIsAUsageErrorThatSaysWhy() {
    assertThat(Outcome.of("testbed", "crash", "--only", "fly"))
        .returns(2, Outcome::exitCode)
        .satisfies(
            o -> assertThat(o.err()).contains("no story 'fly'; there are: publish, receive"));
    assertThat(Outcome.of("testbed", "crash", "--only", "publish", "--cut", "soon"))
        .returns(2, Outcome::exitCode)
        .satisfies(o -> assertThat(o.err()).contains("'soon' is no cut", "37/reordered#3"));
    assertThat(Outcome.of("testbed", "crash", "--cut", "3/kept"))
        .returns(2, Outcome::exitCode)
        .satisfies(o -> assertThat(o.err()).contains("name that with --only"));
    assertThat(Outcome.of("testbed", "crash", "--limit", "0"))
        .returns(2, Outcome::exitCode)
        .satisfies(o -> assertThat(o.err()).contains("at least 1"));
  }

  @Test
  void oneCutIsTriedAloneAndCounted() {
    Outcome outcome = Outcome.of("testbed", "crash", "--only", "publish", "--cut", "20/kept");

    assertThat(outcome).returns(0, Outcome::exitCode).returns("", Outcome::err);
    assertThat(outcome.out())
        .containsPattern("publish +[0-9]+ operations +1 cuts +1 different disks +1 starts")
        .containsPattern("total .* 0 violations");
  }
}
