package dev.tilecast.engine.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.Name;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ActivationRuleTest {
  @ParameterizedTest
  @CsvSource({
    "*.mfz, a.mfz, true",
    "*, a.mfz, true",
    "a.mfz, a.mfz, true",
    "a.b.mfz, aXb.mfz, false",
    "a.mfz, ba.mfz, false",
    "a.mfz, a.mfzz.mfz, false",
    "physics-*.mfz, physics-7.mfz, true",
    "physics-*.mfz, physics-.mfz, true",
    "physics-*.mfz, physic.mfz, false",
    "*a*b*.mfz, xaxbx.mfz, true",
    "*a*b*.mfz, xbxax.mfz, false",
    "*.mfz.mfz, a.mfz.mfz.mfz, true",
    "?.mfz, a.mfz, true",
    "?.mfz, ab.mfz, false",
    "a?c*, abc.mfz, true",
    "A.mfz, a.mfz, false",
  })
  void starsStandForAnyCharactersAndQuestionMarksForOne(
      String pattern, String name, boolean matches) {
    assertThat(rule(pattern).matches(new Name(name))).isEqualTo(matches);
  }

  @Test
  @Timeout(10)
  void manyStarsCostLittle() {
    assertThat(rule("*a".repeat(48) + "b*").matches(new Name("a".repeat(96) + ".mfz"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a.zip", "a/b.mfz", "[ab].mfz", "a b.mfz", ".mfz\n"})
  void refusesAPatternThatCanMatchNoName(String pattern) {
    assertThat(ActivationRule.isPattern(pattern)).isFalse();
    assertThatThrownBy(() -> rule(pattern)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesNoCommandAndNoTime() {
    assertThatThrownBy(() -> new ActivationRule("*", List.of(), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ActivationRule("*", List.of("true"), 0))
        .hasMessageContaining("0 s");
    assertThatThrownBy(() -> new ActivationRule("*", List.of("true"), 86_401))
        .hasMessageContaining("86401 s");
  }

  private static ActivationRule rule(String pattern) {
    return new ActivationRule(pattern, List.of("true"), 60);
  }
}
