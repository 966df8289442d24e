package dev.tilecast.engine.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTest {
  @Test
  void whatIsNotSeenIsSpelledOnOneLine() {
    assertThat(Visible.text("a\nb\r\tc\u0000\u001b[1m\u007f\u0085"))
        .isEqualTo("a\\nb\\r\\tc\\x00\\x1b[1m\\x7f\\x85");
    assertThat(Visible.text("\u00ad\u200b\u200f\u202e\u2066\u2028\u2029\ufeff"))
        .isEqualTo("\\xad\\u200b\\u200f\\u202e\\u2066\\u2028\\u2029\\ufeff");
    assertThat(Visible.text("\udb40\udc41 \ud800 \udc00")).isEqualTo("\\u{e0041} \\ud800 \\udc00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "demo.mfz", "größer, 中文, 🙂, 'a b'", "a\\nb", "\\x1b"})
  void everythingElseStaysAsItIs(String text) {
    assertThat(Visible.text(text)).isEqualTo(text);
    assertThat(Visible.text(Visible.text(text + "\n"))).isEqualTo(text + "\\n");
  }

  @Test
  void jsonHasItsOwnSpelling() {
    assertThat(Visible.json("{\"name\":\"a\u007f\u202e\udb40\udc41ö\"}"))
        .isEqualTo("{\"name\":\"a\\u007f\\u202e\\udb40\\udc41ö\"}");
  }
}
