package dev.tilecast.engine.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.message.Name;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ActivationRuleTest {
  @Test
  void isAboutTheNamesThatItsGlobMatches() {
    assertThat(rule("physics-?.mfz").matches(new Name("physics-7.mfz"))).isTrue();
    assertThat(rule("physics-?.mfz").matches(new Name("physics-70.mfz"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a.zip", "a/b.mfz", "[ab].mfz", "a b.mfz", ".mfz\n"})
  void refusesAPatternThatCanMatchNoName(String pattern) {
    assertThat(ActivationRule.canMatch(pattern)).isFalse();
    assertThatThrownBy(() -> rule(pattern)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesNoCommandAndNoTime() {
    assertThatThrownBy(() -> new ActivationRule(new Glob("*"), List.of(), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ActivationRule(new Glob("*"), List.of("true"), 0))
        .hasMessageContaining("0 s");
    assertThatThrownBy(() -> new ActivationRule(new Glob("*"), List.of("true"), 86_401))
        .hasMessageContaining("86401 s");
  }

  private static ActivationRule rule(String pattern) {
    return new ActivationRule(new Glob(pattern), List.of("true"), 60);
  }
}
