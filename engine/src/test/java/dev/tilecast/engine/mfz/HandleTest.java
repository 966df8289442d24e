package dev.tilecast.engine.mfz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HandleTest {
  @Test
  void takesWhatMfzmakeTakes() {
    for (String text :
        List.of("a", "Dave Tester", "a, b. c-d 9", ":colonist", "trail ", "t2-key")) {
      assertThat(Handle.parse(text)).as(text).isPresent();
    }
    assertThat(Handle.isValid("a".repeat(63))).isTrue();
    assertThat(Handle.isValid(":" + "a".repeat(63))).isTrue();
  }

  @Test
  void refusesWhatMfzmakeRefuses() {
    for (String text :
        List.of("", ":", "9a", "-a", " a", "al_pha", "a/b", "a=b", "ä", "a\n", "::a")) {
      assertThat(Handle.parse(text)).as(text).isEmpty();
    }
    assertThat(Handle.isValid("a".repeat(64))).isFalse();
    assertThatThrownBy(() -> new Handle("al_pha")).hasMessageContaining("al_pha");
  }

  @Test
  void isSpelledInFileNamesAsMfzmakeDoes() {
    assertThat(new Handle("t2-keymaster-release-10").escaped())
        .isEqualTo("t2%2dkeymaster%2drelease%2d10");
    assertThat(new Handle("a, b. c-d 9").escaped()).isEqualTo("a%2c%20b%2e%20c%2dd%209");
    assertThat(new Handle(":colonist").escaped()).isEqualTo("%3acolonist");
  }
}
