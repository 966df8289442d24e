package dev.tilecast.testbed.sabotage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SabotageTest {
  private static final Sabotage SABOTAGE =
      new Sabotage("name", "Story.", "A.java", "if (good) {", "if (true) {", Check.fuzz());

  @TempDir Path scratch;

  @Test
  void eachFitsTheCodeExactlyOnceAndCompiles() throws Exception {
    Rebuild rebuild = new Rebuild(SourceTree.ofThisProgram());
    Map<String, String> stale = new TreeMap<>();

    for (Sabotage sabotage : Sabotages.ALL) {
      try {
        Path classes = rebuild.classes(sabotage, scratch);
        assertThat(classes.resolve(classFileOf(sabotage))).exists();
      } catch (StaleException e) {
        stale.put(sabotage.name(), e.getMessage());
      }
    }

    assertThat(stale).isEmpty();
  }

  private static Path classFileOf(Sabotage sabotage) {
    String source = sabotage.source();
    return Path.of(source.substring(source.indexOf("dev/")).replace(".java", ".class"));
  }

  @Test
  void eachHasANameOfItsOwnAStoryAndACheckThatExists() throws Exception {
    List<String> scenarios =
        SourceTree.ofThisProgram().scenarios(List.of()).stream()
            .map(file -> Path.of(file).getFileName().toString().replace(".scenario", ""))
            .toList();

    assertThat(Saboteur.names()).hasSizeGreaterThanOrEqualTo(24).doesNotHaveDuplicates();
    for (Sabotage sabotage : Sabotages.ALL) {
      assertThat(sabotage.story()).as(sabotage.name()).matches("[A-Z].*\\.").doesNotContain("|");
      if (sabotage.expected().kind() == Check.Kind.RUN) {
        assertThat(scenarios).containsAll(sabotage.expected().picks());
      }
    }
    assertThat(Sabotages.ALL.stream().map(s -> s.expected().kind()).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(Check.Kind.values());
  }

  @Test
  void codeThatHasChangedIsToldApartFromABugThatNobodyNotices() throws Exception {
    assertThat(SABOTAGE.applyTo("a; if (good) { b; }")).isEqualTo("a; if (true) { b; }");
    assertThatThrownBy(() -> SABOTAGE.applyTo("a; if (fine) { b; }"))
        .isInstanceOf(StaleException.class)
        .hasMessageContaining("there is no 'if (good) {' in A.java");
    assertThatThrownBy(() -> SABOTAGE.applyTo("if (good) { if (good) { b; } }"))
        .isInstanceOf(StaleException.class)
        .hasMessageContaining("more than one");
  }

  @Test
  void whatIsNoJavaIsStale() throws Exception {
    Path root = Files.createDirectories(scratch.resolve("tree"));
    Files.writeString(root.resolve("A.java"), "final class A { void a() { if (good) { } } }");
    Rebuild rebuild = new Rebuild(new SourceTree(root, scratch.toString()));
    Sabotage broken = new Sabotage("name", "Story.", "A.java", "(good)", "(", Check.fuzz());

    assertThatThrownBy(() -> rebuild.classes(broken, scratch))
        .isInstanceOf(StaleException.class)
        .hasMessageContaining("does not compile");
  }

  @Test
  void aCheckNamesWhatItFoundInItsOwnWords() {
    assertThat(Check.fuzz().violation("seed 7 broke P3: tile 1,0 serves\n  12 tiles\n"))
        .contains("seed 7 broke P3: tile 1,0 serves");
    assertThat(
            Check.run()
                .violation(
                    "ok        testbed/scenarios/a.scenario: 1.0 s of the world, promises judged 3"
                        + " times\n"
                        + "differs   testbed/scenarios/b.scenario: 1.0 s of the world, promises"
                        + " judged 3 times\nline 7:\n  was x\n  is y\n"))
        .contains("differs b.scenario line 7: was x is y");
    assertThat(Check.crash().violation("VIOLATION in publish, power cut\n  it is gone\n"))
        .contains("VIOLATION in publish, power cut it is gone");
    assertThat(Check.crash().violation("tilecast: before any power was cut: not reached: x\n"))
        .contains("tilecast: before any power was cut: not reached: x");
  }

  @Test
  void aProgramThatCannotRunIsNotCaught() {
    List<String> outputs =
        List.of(
            "Error: Could not find or load main class dev.tilecast.cli.Tilecast\n",
            "Exception in thread \"main\" java.lang.NoSuchMethodError: x\n",
            "tilecast: there is no file testbed/scenarios/x.scenario\n",
            "");
    List<Check> fooled = new ArrayList<>();

    for (Check check : Check.all()) {
      outputs.stream()
          .filter(output -> check.violation(output).isPresent())
          .forEach(output -> fooled.add(check));
    }

    assertThat(fooled).isEmpty();
  }

  @Test
  void theTableHasOneLineForEach() {
    assertThat(Saboteur.table(List.of())).hasSize(Sabotages.ALL.size() + 2);
    assertThat(Saboteur.table(List.of("no-mark")))
        .last()
        .asString()
        .startsWith("| no-mark | LiveFolder | No mark is written")
        .endsWith("| crash --only publish |");
  }
}
