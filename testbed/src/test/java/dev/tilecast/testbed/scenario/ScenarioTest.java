package dev.tilecast.testbed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.testbed.check.BrokenPromiseException;
import dev.tilecast.testbed.world.CutPoint;
import dev.tilecast.testbed.world.Ill;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The language of scenarios, and what becomes of one that is not as it should be. */
final class ScenarioTest {
  private static final String STORY =
      """
      # Two tiles.
      world line 2
      start
      publish 0,0 demo.mfz@100 size=8K
      run until all live demo.mfz@100
        within 10s
      ----
      """;

  private static Outcome play(String text) {
    return Scenario.parse("test", text).play(world -> {});
  }

  private static Outcome failure(String commands) {
    Outcome outcome = play("world line 2\n" + commands + "\n----\n");
    assertThat(outcome.state()).isEqualTo(Outcome.State.FAILED);
    assertThat(outcome.text()).isEmpty();
    return outcome;
  }

  @Test
  void aRewrittenScenarioIsAsWritten() {
    Outcome first = play(STORY);
    assertThat(first.state()).isEqualTo(Outcome.State.DIFFERS);
    assertThat(first.text()).startsWith(STORY).contains("1,0 live demo.mfz@100: 8.0K WT");

    Outcome second = play(first.text());

    assertThat(second.words()).isEmpty();
    assertThat(second.state()).isEqualTo(Outcome.State.AS_WRITTEN);
    assertThat(second.text()).isEqualTo(first.text());
  }

  @Test
  void aCommandRightBelowATranscriptIsNotTakenForWhatWasPrinted() {
    Outcome marked = play("world line 2\nstart\n----\nok\nrun 1s\n----\nok\n");
    Outcome last = play("world line 2\nstart\n----\nok\nrun 1s\n");

    for (Outcome outcome : List.of(marked, last)) {
      assertThat(outcome.state()).isEqualTo(Outcome.State.FAILED);
      assertThat(outcome.words().get(0)).startsWith("test:5: 'run 1s' looks like a command");
      assertThat(outcome.text()).isEmpty();
    }
  }

  @Test
  void theFirstDifferenceIsShownWithItsLine() {
    String written = play(STORY).text().replace("8.0K WT", "7.0K WT");

    Outcome outcome = play(written);

    assertThat(outcome.state()).isEqualTo(Outcome.State.DIFFERS);
    assertThat(outcome.words().get(0)).isEqualTo("test:9: the transcript is another one");
    assertThat(outcome.words().get(1))
        .startsWith("    ")
        .endsWith("0,0 live demo.mfz@100: published here");
    assertThat(outcome.words())
        .anyMatch(line -> line.startsWith("  - ") && line.endsWith("7.0K WT"));
    assertThat(outcome.words())
        .anyMatch(line -> line.startsWith("  + ") && line.endsWith("8.0K WT"));
  }

  @Test
  void anotherSeedIsAnotherWorld() {
    String lossy = STORY.replace("line 2", "line 2 loss=20%");

    assertThat(play(lossy).text()).isNotEqualTo(play(lossy.replace("20%", "20% seed=2")).text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "jump 0,0 | there is no command 'jump'; there are: world, tile, trust",
        "world line 3 | a scenario has one world",
        "kill 7,7 | there is no tile at 7,7",
        "kill east | 'east' is no tile; write a place such as 0,0, or all",
        "kill | something is missing at the end: a tile, such as 0,0",
        "kill 0,0 now | not understood: 'now'",
        "pull 0,0-0,1 | there is no cable from 0,0 to 0,1",
        "pull 0,0 | '0,0' is no link; write 0,0-1,0",
        "plug 0,0-1,0 | 0,0 ET has a cable; pull that one first",
        "cable 0,0-ET-1,0 | 0,0 ET has a cable; pull that one first",
        "run 5 | '5' is no span of time; write 250ms, 60s",
        "run until all live demo.mfz | something is missing at the end: 'within'",
        "run until all happy within 5s | nothing is called 'happy'; there are: live, alike",
        "link all los=5% | there is no setting 'los' here; there are: rate, latency",
        "link all loss=5 | '5' is no share; write 0% to 100%",
        "tile 0,0 mood=good | there is no setting 'mood' here; there are: group",
        "hostile 0,0 sulks | 'sulks' is no ill; write some of [lies, wrong-bytes",
        "cut-power 0,0 at noon | 'noon' is no point; write one of [before-commit",
        "publish 0,0 demo.mfz | 'demo.mfz' is no file; write NAME@STAMP",
        "publish 0,0 demo@1 | 'demo' is no name of an MFZ",
        "publish 0,0 a.mfz@2 after=a.mfz@1 | there is no file a.mfz@1; there are: ",
        "expect all live a.mfz@1 | there is no file a.mfz@1",
        "expect all refused a.mfz bored | 'bored' is no reason; write one of [not-held",
        "expect all counts ET hello ~ 1 | '~' is no comparison",
        "expect all counts ET wrong_byte = 0 | 'wrong_byte' is no counter; there are: wrong_bytes",
        "expect all counts chunk_wrong = 0 | 'chunk_wrong' is no counter; there are: chunks_wrong",
        "expect all counts zzz = 0 | 'zzz' is no counter; they stand in engine/ARCHITECTURE.md",
        "expect all counts wrong_bytes = 0 | 'wrong_bytes' is a counter of a direction; write it",
        "expect all counts ET ticks = 0 | 'ticks' is a counter of the tile; leave the direction",
        "why 0,0 a.mfz | tile 0,0 gives no report",
        "tell jokes | 'jokes' is no kind of line; write some of [live, refused",
      })
  void whatIsNotUnderstoodIsSaidWithItsLine(String command, String message) {
    assertThat(failure(command).words().get(0)).startsWith("test:2: ").contains(message);
  }

  @Test
  void whatMustBeOffIsNotDoneToATileThatRuns() {
    assertThat(failure("start\nlose-store 0,0").words().get(0))
        .isEqualTo("test:3: tile 0,0 runs; first: kill 0,0, or: cut-power 0,0");
  }

  @Test
  void aFileWithoutAWorldIsNoScenario() {
    assertThat(play("# nothing\n").words())
        .containsExactly("test:1: there is no command; a scenario begins with 'world'");
    assertThat(play("start\n----\n").words().get(0)).contains("a scenario begins with 'world'");
  }

  @Test
  void anExpectationThatIsNotMetSaysWhatIsSo() {
    Outcome outcome =
        play(STORY.replace("----", "publish 0,0 demo.mfz@99\nexpect 1,0 live demo.mfz@99\n----"));

    assertThat(outcome.state()).isEqualTo(Outcome.State.FAILED);
    assertThat(outcome.text()).isEmpty();
    assertThat(outcome.words().get(0))
        .startsWith("test:8: at 1.")
        .endsWith("it is not so that: 1,0 live demo.mfz@99; tile 1,0 has live: demo.mfz@100");
    assertThat(outcome.words().get(1)).endsWith("0,0 live demo.mfz@100: published here");
  }

  @Test
  void aWaitThatIsInVainEndsTheScenario() {
    assertThat(failure("run until all live a.mfz within 30s").words().get(0))
        .isEqualTo(
            "test:2: at 30.000s it is not so that: all live a.mfz;"
                + " tile 0,0 has nothing live of that name");
  }

  @Test
  void aBrokenPromiseEndsTheScenario() {
    // Nothing that a scenario can do breaks a promise; an onlooker may say that one is broken.
    Watch strict =
        new Watch() {
          @Override
          public void wentLive(SimTile tile, SimFile file, Bytes content) {
            throw new BrokenPromiseException("P1", "too early");
          }
        };

    Outcome outcome = Scenario.parse("test", STORY).play(world -> world.watch(strict));

    assertThat(outcome.state()).isEqualTo(Outcome.State.FAILED);
    assertThat(outcome.words().get(0)).isEqualTo("test:5: a promise was broken, P1: too early");
  }

  @Test
  void anOnlookerSeesTheWorldFromItsBeginning() {
    List<String> seen = new ArrayList<>();

    Scenario.parse("test", STORY)
        .play(
            world ->
                world.watch(
                    new Watch() {
                      @Override
                      public void fault(String words) {
                        seen.add(words);
                      }
                    }));

    assertThat(seen).hasSize(3).startsWith("start 0,0", "start 1,0");
    assertThat(seen.get(2)).startsWith("drop 0,0 demo.mfz");
  }

  @Test
  void thePageNamesEveryWordOfTheLanguage() throws IOException {
    String page = Files.readString(Path.of("SCENARIOS.md"));
    String section = page.substring(page.indexOf("\n## Scenarios\n"));

    List<String> words = new ArrayList<>(Play.words());
    Conditions.verbs().forEach(words::add);
    for (Story.Kind kind : Story.Kind.values()) {
      words.add(kind.words());
    }
    assertThat(words)
        .allSatisfy(word -> assertThat(section).containsPattern("`(TILES )?" + word + "[ `]"));
    LinkWords.SETTINGS.names().forEach(name -> assertThat(section).contains(name + "="));
    TileWords.SETTINGS.names().forEach(name -> assertThat(section).contains(name + "="));
  }

  @ParameterizedTest
  @EnumSource
  void everyCutPointAndThePageKnowEachOther(CutPoint point) throws IOException {
    assertThat(Files.readString(Path.of("SCENARIOS.md"))).contains("`" + point.words() + "`");
  }

  @ParameterizedTest
  @EnumSource
  void everyIllHasAStoryOfItsOwn(Ill ill) {
    assertThat(Path.of("scenarios", "hostile-" + ill.words() + ".scenario")).isRegularFile();
  }
}
