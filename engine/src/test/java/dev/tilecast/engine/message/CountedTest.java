package dev.tilecast.engine.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountedTest {
  @Test
  void oneIsNoPlural() {
    assertThat(Counted.bytes(0)).isEqualTo("0 bytes");
    assertThat(Counted.bytes(1)).isEqualTo("1 byte");
    assertThat(Counted.chunks(1)).isEqualTo("1 chunk");
    assertThat(Counted.of(2, "file")).isEqualTo("2 files");
  }
}
