package dev.tilecast.testbed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays every file of {@code testbed/scenarios}. */
final class ScenarioFilesTest {
  private static final Path FOLDER = Path.of("scenarios");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<Path> found =
          files.filter(file -> file.toString().endsWith(".scenario")).sorted().toList();
      assertThat(found).hasSizeGreaterThanOrEqualTo(30);
      return found;
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void theTranscriptIsTheWrittenOneTwice(Path file) throws IOException {
    Scenario scenario = Scenario.parse("testbed/" + file, Files.readString(file));

    Outcome first = scenario.play(world -> {});
    Outcome second = scenario.play(world -> {});

    assertThat(first.words()).isEmpty();
    assertThat(first.text()).isEqualTo(Files.readString(file));
    assertThat(second).isEqualTo(first);
    assertThat(first.judged()).isPositive();
  }
}
