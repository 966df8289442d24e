package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TilecastTest {
  @Test
  void whatFailsIsAlsoSaidInJsonWhereThatIsWanted(@TempDir Path folder) {
    String missing = folder.resolve("none.mfz").toString();
    Outcome plain = Outcome.of("list", missing);
    Outcome json = Outcome.of("list", missing, "--json");
    Outcome noDaemon = Outcome.of("ls", "--json", "--home", folder.toString());

    assertThat(plain).returns(1, Outcome::exitCode).returns("", Outcome::out);
    assertThat(json).returns(1, Outcome::exitCode).returns(plain.err(), Outcome::err);
    assertThat(json.out()).startsWith("{\"error\":\"there is no ").endsWith("none.mfz\"}\n");
    assertThat(noDaemon).returns(3, Outcome::exitCode);
    assertThat(noDaemon.out()).startsWith("{\"error\":\"no daemon runs for ");
  }

  @Test
  void whatThePlatformSaysOfADiskComesWithWhatToDo() {
    assertThat(Tilecast.words(new IOException("No space left on device")))
        .isEqualTo("No space left on device; free space on that disk");
    assertThat(Tilecast.words(new FileSystemException("/x", null, "Read-only file system")))
        .isEqualTo("/x: Read-only file system; mount that disk for writing, or use another place");
  }

  @Test
  void everyCommandOfTheHelpExistsAndHelpsItself() {
    for (String name : Commands.summaries().keySet()) {
      List<String> words = new java.util.ArrayList<>(List.of(name.split(" ")));
      words.add("--help");

      Outcome help = Outcome.of(words.toArray(String[]::new));

      assertThat(help).as(name).returns(0, Outcome::exitCode).returns("", Outcome::err);
      assertThat(help.out()).startsWith("Usage: tilecast " + name);
    }
  }

  @Test
  void whatIsNotUnderstoodEndsWithTwoAndAHint() {
    assertThat(Outcome.of()).returns(2, Outcome::exitCode);
    assertThat(Outcome.of("stat"))
        .isEqualTo(
            new Outcome(
                2, "", "tilecast: there is no command 'stat'; did you mean: tilecast status?\n"));
    assertThat(Outcome.of("keys")).returns(2, Outcome::exitCode);
    assertThat(Outcome.of("keys", "burn")).returns(2, Outcome::exitCode);
    assertThat(Outcome.of("status", "--jsn")).returns(2, Outcome::exitCode);
    assertThat(Outcome.of("wait", "x.mfz", "--timeout", "soon"))
        .returns(2, Outcome::exitCode)
        .satisfies(o -> assertThat(o.err()).contains("'soon' is no span of time"));
    assertThat(Outcome.of("why", "../x")).returns(2, Outcome::exitCode);
    assertThat(Outcome.of("wait", "x.mfz", "--timeout", "31d")).returns(2, Outcome::exitCode);
    for (String bits : List.of("100", "5000", "2049")) {
      assertThat(Outcome.of("keys", "generate", "-kd", "/nowhere", "--bits", bits, "me"))
          .returns(2, Outcome::exitCode)
          .satisfies(o -> assertThat(o.err()).contains("--bits " + bits + ": 2048 to 4096"));
    }
    assertThat(Outcome.of("keys", "allow", "-kd", "/nowhere", "me", "a/b"))
        .returns(2, Outcome::exitCode)
        .satisfies(o -> assertThat(o.err()).contains("'a/b' is no pattern of names"));
    for (String command : List.of("generate", "remove")) {
      assertThat(Outcome.of("keys", command, "-kd", "/nowhere", "7x"))
          .returns(2, Outcome::exitCode)
          .satisfies(o -> assertThat(o.err()).contains("'7x' is no handle"));
    }
  }

  @Test
  void theHelpNamesEveryCommandAndNotTheTraining() {
    Outcome help = Outcome.of("help");

    assertThat(help.exitCode()).isZero();
    Commands.summaries().keySet().forEach(name -> assertThat(help.out()).contains("  " + name));
    assertThat(help.out()).doesNotContain("training");
  }

  @Test
  void aFamilyOfCommandsShowsItsOwn() {
    Outcome alone = Outcome.of("testbed");
    Outcome asked = Outcome.of("testbed", "--help");

    assertThat(alone).returns(2, Outcome::exitCode);
    assertThat(asked).returns(0, Outcome::exitCode).returns(alone.out(), Outcome::out);
    assertThat(asked.out())
        .startsWith("usage: tilecast testbed COMMAND")
        .contains("  testbed storm")
        .doesNotContain("  status");
  }

  @Test
  void tablesAlignTextToTheLeftAndNumbersToTheRight() {
    Table table = new Table("NAME", ">N", "REST");
    table.row("a", 1, "x");
    table.row("long", 1000, "");

    assertThat(table.lines()).containsExactly("NAME     N  REST", "a        1  x", "long  1000");
  }
}
