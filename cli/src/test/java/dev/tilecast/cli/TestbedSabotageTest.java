package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.testbed.sabotage.Result;
import dev.tilecast.testbed.sabotage.Saboteur;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TestbedSabotageTest {
  @Test
  void oneOfEachCheckIsCaughtByTheCheckThatIsExpected() throws Exception {
    List<Result> results = new ArrayList<>();

    // Without the proof that the checks pass otherwise: other tests run each of them.
    new Saboteur(false).run(List.of("told-before-live", "any-group", "no-mark"), results::add);

    assertThat(results).hasSize(3).allMatch(Result::isCaught);
    assertThat(results.stream().map(Result::words))
        .anyMatch(words -> words.startsWith("by fuzz: seed") && words.contains("broke P3"))
        .anyMatch(words -> words.startsWith("by run other-group: "))
        .anyMatch(words -> words.startsWith("by crash --only publish: VIOLATION in publish"));
  }

  @Test
  void aNameThatDoesNotExistIsAUsageError() {
    Outcome outcome = Outcome.of("testbed", "sabotage", "nothing-at-all");

    assertThat(outcome).returns(2, Outcome::exitCode).returns("", Outcome::out);
    assertThat(outcome.err())
        .contains("there is no sabotage 'nothing-at-all'; see: tilecast testbed sabotage --list");
  }

  @Test
  void theListIsATable() {
    Outcome outcome = Outcome.of("testbed", "sabotage", "--list");

    assertThat(outcome).returns(0, Outcome::exitCode).returns("", Outcome::err);
    assertThat(outcome.out().lines().count()).isGreaterThan(24);
    assertThat(outcome.out()).startsWith("| name | where | what is wrong | first check |");
  }
}
