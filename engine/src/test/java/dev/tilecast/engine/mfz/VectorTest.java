package dev.tilecast.engine.mfz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VectorTest {
  /** A line of verdicts.tsv. */
  record Line(String path, String verdict, String rule, String mapVerdict) {
    @Override
    public String toString() {
      return path;
    }

    Path file() {
      return Vectors.file(path);
    }

    /** The names of files in hand and delhand are labels, not names. */
    Optional<String> droppedAs() {
      boolean label =
          path.startsWith("hand/") || path.startsWith("delhand/") || path.contains("v2017");
      return label ? Optional.empty() : Optional.of(file().getFileName().toString());
    }

    Inspector inspector() throws Exception {
      return new Inspector(Vectors.keyringFor(file()), InspectionLimits.defaults());
    }
  }

  static List<Line> lines() throws Exception {
    return Vectors.table("verdicts.tsv").stream()
        .map(cells -> new Line(cells[0], cells[1], cells[2], cells[3]))
        .toList();
  }

  static Stream<Line> accepted() throws Exception {
    return lines().stream().filter(line -> line.verdict().equals("accept"));
  }

  static Stream<Line> maps() throws Exception {
    return lines().stream().filter(line -> !line.mapVerdict().equals("-"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void everyVectorGetsTheVerdictOfTheTable(Line line) throws Exception {
    Inspection inspection = line.inspector().inspect(line.file(), line.droppedAs());

    if (inspection instanceof Inspection.Refused refused) {
      assertThat(refused.rule().id()).as(refused.message()).isEqualTo(line.rule());
      assertThat(line.verdict()).isEqualTo("refuse");
      assertThat(refused.refusal().reason().isRefusal()).isTrue();
      assertThat(refused.refusal().text()).contains("(rule " + line.rule() + ")");
    } else {
      assertThat(line.verdict()).isEqualTo("accept");
      assertThat(line.rule()).isEqualTo("-");
    }
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void acceptedVectorsReadAsMfzrunReadsThem(Line line) throws Exception {
    Path expected =
        line.file()
            .resolveSibling(
                line.file().getFileName().toString().replace(".mfz", "") + ".verify.txt");

    Inspection inspection = line.inspector().inspect(line.file(), line.droppedAs());

    assertThat(((Inspection.Accepted) inspection).bracketedLines())
        .isEqualTo(Files.readString(expected));
  }

  @ParameterizedTest
  @MethodSource("maps")
  void everyMapGetsTheVerdictOfTheTable(Line line) throws Exception {
    MapInspection inspection = line.inspector().inspectMap(line.file(), line.droppedAs());

    String found =
        inspection instanceof MapInspection.Refused refused
            ? refused.refused().rule().id()
            : "accept";
    assertThat(found).isEqualTo(line.mapVerdict());
  }

  @Test
  void theTableNamesEveryVectorOnce() throws Exception {
    List<String> there;
    try (Stream<Path> files = Files.walk(Vectors.root())) {
      there =
          files
              .filter(file -> file.toString().endsWith(".mfz"))
              .map(file -> Vectors.root().relativize(file).toString())
              .sorted()
              .toList();
    }

    assertThat(lines().stream().map(Line::path).sorted()).isEqualTo(there);
    assertThat(there).hasSizeGreaterThan(170);
  }

  @Test
  void everyRefusalSaysWhatToDo() throws Exception {
    Pattern advice =
        Pattern.compile(
            "copy it again|make it anew|make it again|make the file again|pack less|keys add|keys"
                + " allow|another key|rename it");
    for (Line line : lines()) {
      if (line.inspector().inspect(line.file(), line.droppedAs())
          instanceof Inspection.Refused refused) {
        assertThat(refused.text()).as(line.path()).containsPattern(advice);
      }
    }
  }

  @Test
  void everyRuleThatTheTableNamesExists() throws Exception {
    List<String> rules = Stream.of(Rule.values()).map(Rule::id).toList();

    assertThat(lines().stream().map(Line::rule).filter(rule -> !rule.equals("-")))
        .isSubsetOf(rules)
        .isNotEmpty();
  }

  @Test
  void theMapOfASlotFileIsShown() throws Exception {
    Path file = Vectors.file("good/cdm/c02-label16/cdmss-a0-4ec85b.mfz");

    Inspection inspection =
        new Inspector(Vectors.keyring(), InspectionLimits.defaults()).inspect(file);

    Inspection.Accepted accepted = (Inspection.Accepted) inspection;
    CdmMap map = accepted.map().orElseThrow();
    assertThat(map.slot()).isEqualTo(0xA0);
    assertThat(map.stamp()).isEqualTo(0x4EC85B);
    assertThat(map.label()).hasSize(16);
    assertThat(map.payloadBytes()).isEqualTo(Files.size(file) - 1024);
    assertThat(map.blockBytes()).isEqualTo(256);
    assertThat(map.fileName()).isEqualTo("cdmss-a0-4ec85b.mfz");
    assertThat(accepted.identity().orElseThrow().text()).isEqualTo("cdmss-a0.mfz");
    assertThat(accepted.version().orElseThrow().stamp()).isEqualTo(1_548_929_846L);
  }

  @Test
  void laterFilesOfASeriesAreNewerVersions() throws Exception {
    Version first = physics("v2019/series/1");
    Version second = physics("v2019/series/2");
    Version third = physics("v2019/series/3");

    assertThat(second.isNewerThan(first)).isTrue();
    assertThat(third.isNewerThan(second)).isTrue();
    assertThat(second.equivocatesWith(physics("v2019/series/2same"))).isTrue();
  }

  @Test
  void stampsOf2098AreReadAsCountsOfFiveMinutes() throws Exception {
    Version wrapped = physics("series/1");

    assertThat(wrapped.stamp()).isEqualTo(1_548_929_400L);
    assertThat(physics("v2019/series/1").isNewerThan(wrapped)).isTrue();
    assertThat(wrapped.equivocatesWith(physics("series/2"))).isTrue();
  }

  private static Version physics(String folder) throws Exception {
    Inspector inspector = new Inspector(Vectors.keyring(), InspectionLimits.defaults());
    Inspection inspection = inspector.inspect(Vectors.file("good/" + folder + "/physics.mfz"));
    return ((Inspection.Accepted) inspection).version().orElseThrow();
  }
}
