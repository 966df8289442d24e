package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "*.mfz, a.mfz, true",
    "*, a.mfz, true",
    "*, '', true",
    "**, '', true",
    "?, '', false",
    "a, '', false",
    "a.mfz, a.mfz, true",
    "a.b.mfz, aXb.mfz, false",
    "a.mfz, ba.mfz, false",
    "a.mfz, a.mfz.mfz, false",
    "physics-*.mfz, physics-7.mfz, true",
    "physics-*.mfz, physics-.mfz, true",
    "physics-*.mfz, physic.mfz, false",
    "*a*b*.mfz, xaxbx.mfz, true",
    "*a*b*.mfz, xbxax.mfz, false",
    "*.mfz.mfz, a.mfz.mfz.mfz, true",
    "?.mfz, a.mfz, true",
    "?.mfz, ab.mfz, false",
    "a?c*, abc.mfz, true",
    "*?, a, true",
    "?*?, a, false",
    "A.mfz, a.mfz, false",
    "a*, A.mfz, false",
  })
  void starsStandForAnyCharactersAndQuestionMarksForOne(
      String pattern, String text, boolean matches) {
    assertThat(new Glob(pattern).matches(text)).isEqualTo(matches);
  }

  @Test
  void saysWhatTheDefinitionSays() {
    Random random = new Random(11);
    for (int round = 0; round < 20_000; round++) {
      String pattern = word(random, "ab*?", 1 + random.nextInt(7));
      String text = word(random, "ab", random.nextInt(8));

      assertThat(new Glob(pattern).matches(text))
          .as("'%s' and '%s'", pattern, text)
          .isEqualTo(byDefinition(pattern, text));
    }
  }

  @Test
  @Timeout(10)
  void manyStarsCostLittle() {
    assertThat(new Glob("*a".repeat(48) + "b*").matches("a".repeat(100_000))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b.mfz", "[ab].mfz", "a b.mfz", ".mfz\n", "{a,b}", "\\*", "ä*"})
  void refusesWhatIsNoPatternOfNames(String text) {
    assertThat(Glob.isValid(text)).isFalse();
    assertThatThrownBy(() -> new Glob(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a pattern of names: '" + text + "'");
  }

  @Test
  void takesAtMostAHundredCharacters() {
    assertThat(Glob.isValid("a".repeat(100))).isTrue();
    assertThat(Glob.isValid("a".repeat(101))).isFalse();
  }

  /** The simplest thing that can be right: a star takes none, or one and then again. */
  private static boolean byDefinition(String pattern, String text) {
    if (pattern.isEmpty()) {
      return text.isEmpty();
    }
    String rest = pattern.substring(1);
    if (pattern.charAt(0) == '*') {
      return byDefinition(rest, text)
          || (!text.isEmpty() && byDefinition(pattern, text.substring(1)));
    }
    return !text.isEmpty()
        && (pattern.charAt(0) == '?' || pattern.charAt(0) == text.charAt(0))
        && byDefinition(rest, text.substring(1));
  }

  private static String word(Random random, String alphabet, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return word.toString();
  }
}
