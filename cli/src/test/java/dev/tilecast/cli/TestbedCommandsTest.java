package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands of the testbed say before they start anything. */
final class TestbedCommandsTest {
  @Test
  void anUnknownBenchIsAUsageErrorThatNamesTheBenches() {
    Outcome outcome = Outcome.of("testbed", "bench", "status", "jump");

    assertThat(outcome).returns(2, Outcome::exitCode).returns("", Outcome::out);
    assertThat(outcome.err())
        .contains(
            "there is no bench 'jump'; there are: status, daemon, hop, tcp, device, demo, switch, mfm, link, line");
  }

  @Test
  void aScenarioIsComparedAndRewritten(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("pair.scenario");
    String commands =
        "world line 2\nstart\npublish 0,0 a.mfz@1\nrun until all live a.mfz within 9s\n----\n";
    Files.writeString(file, commands + "something else\n");

    Outcome compared = Outcome.of("testbed", "run", file.toString());
    Outcome rewritten = Outcome.of("testbed", "run", "--rewrite", file.toString());
    Outcome again = Outcome.of("testbed", "run", file.toString());

    assertThat(compared).returns(1, Outcome::exitCode);
    assertThat(compared.out())
        .contains(
            "differs   " + file, file + ":6: the transcript", "  - something else", "wrong 1");
    assertThat(rewritten).returns(0, Outcome::exitCode);
    assertThat(rewritten.out()).contains("rewritten " + file, "rewritten 1, wrong 0");
    assertThat(again).returns(0, Outcome::exitCode);
    assertThat(again.out()).contains("ok        " + file, "scenarios 1, as written 1");
    assertThat(Files.readString(file)).startsWith(commands).contains("1,0 live a.mfz@1: 64.0K WT");
  }

  @Test
  void aScenarioThatFailsIsNotRewritten(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("wrong.scenario");
    String text = "world line 2\nexpect all live a.mfz\n----\nok\n";
    Files.writeString(file, text);

    Outcome outcome = Outcome.of("testbed", "run", "--rewrite", file.toString());

    assertThat(outcome).returns(1, Outcome::exitCode);
    assertThat(outcome.out()).contains("failed    " + file, file + ":2: at 0.000s it is not so");
    assertThat(Files.readString(file)).isEqualTo(text);
    assertThat(Outcome.of("testbed", "run", "none.scenario"))
        .returns(1, Outcome::exitCode)
        .satisfies(o -> assertThat(o.err()).contains("there is no file none.scenario"));
  }

  @Test
  void aPageNeverTakesThePlaceOfAnotherFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("mine.scenario");
    String text = "world line 2\nstart\n----\nok\n";
    Files.writeString(file, text);

    Outcome over = Outcome.of("testbed", "run", file.toString(), "--html", file.toString());
    Path nowhere = folder.resolve("none/page.html");
    Outcome lost = Outcome.of("testbed", "run", file.toString(), "--html", nowhere.toString());
    Path page = folder.resolve("page.html");
    Outcome first = Outcome.of("testbed", "run", file.toString(), "--html", page.toString());
    Outcome again = Outcome.of("testbed", "run", file.toString(), "--html", page.toString());

    assertThat(over).returns(1, Outcome::exitCode);
    assertThat(over.err()).contains("is no page; it is not overwritten");
    assertThat(Files.readString(file)).isEqualTo(text);
    assertThat(lost.err()).contains("there is no folder " + folder.resolve("none"));
    assertThat(first).returns(0, Outcome::exitCode);
    assertThat(again).returns(0, Outcome::exitCode);
    assertThat(again.out()).contains("page      " + page);
  }

  @Test
  void seedsThatCannotBeTriedAreUsageErrorsAndNoneTriedIsAFailure() {
    for (String[] wrong :
        new String[][] {
          {"--grid", "0x0"},
          {"--grid", "99999x99999"},
          {"--faults", "-1"},
          {"--minutes", "0"},
          {"--seeds", "0"},
          {"--shard", "9/8"}
        }) {
      Outcome outcome = Outcome.of("testbed", "fuzz", wrong[0], wrong[1]);

      assertThat(outcome).as(wrong[0]).returns(2, Outcome::exitCode).returns("", Outcome::out);
      assertThat(outcome.err()).as(wrong[0]).containsAnyOf("at least", "1 to 64");
    }
    assertThat(Outcome.of("testbed", "fuzz", "--seeds", "1", "--shard", "8/8"))
        .returns(1, Outcome::exitCode)
        .satisfies(o -> assertThat(o.err()).contains("no seed was run"));
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
            o -> assertThat(o.err()).contains("no story 'fly'; there are: init, publish, receive"));
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
