package dev.tilecast.engine.mfz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.Glob;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PublishingRulesTest {
  @Test
  void readsHandlesWithBlanksCommasAndQuotes() {
    PublishingRules rules =
        PublishingRules.parse(
            "# physics\n\n  Dave Tester   =  physics*.mfz demo.mfz \r\n"
                + "a, b. c-d 9=x.mfz\n\"trail \" = y?.mfz\n:colonist = *\nDave Tester = more.mfz");

    assertThat(rules.faults()).isEmpty();
    assertThat(rules.of(new Handle("Dave Tester")))
        .containsExactly(new Glob("physics*.mfz"), new Glob("demo.mfz"), new Glob("more.mfz"));
    assertThat(rules.of(new Handle("a, b. c-d 9"))).containsExactly(new Glob("x.mfz"));
    assertThat(rules.of(new Handle("trail "))).containsExactly(new Glob("y?.mfz"));
    assertThat(rules.of(new Handle("trail"))).isEmpty();
    assertThat(rules.of(new Handle(":colonist"))).containsExactly(new Glob("*"));
  }

  @Test
  void aLineThatIsNotUnderstoodAllowsNothingAndIsNamed() {
    PublishingRules rules =
        PublishingRules.parse("alpha\nalpha =\nalpha = a/b ok.mfz\n9x = *\nalpha = good.mfz\n= *");

    assertThat(rules.globs()).isEqualTo(Map.of("alpha", Set.of(new Glob("good.mfz"))));
    assertThat(rules.faults()).hasSize(5);
    assertThat(rules.faults().get(2)).contains("line 3").contains("a/b");
  }

  @Test
  void anEmptyFileAllowsNothingAndAnAbsentOneEverything() {
    assertThat(PublishingRules.parse("").of(new Handle("alpha"))).isEmpty();
    assertThat(PublishingRules.absent().of(new Handle("alpha"))).isEqualTo(List.of(Glob.ALL));
  }

  @Test
  void readsBackTheLinesThatItWrites() {
    for (String handle : List.of("alpha", "trail ", "Dave Tester", ":colonist")) {
      PublishingRules rules =
          PublishingRules.parse(PublishingRules.line(new Handle(handle), new Glob("d.mfz")));
      assertThat(rules.of(new Handle(handle))).containsExactly(new Glob("d.mfz"));
    }
  }
}
