package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PacketTextTest {
  @Test
  void whatIsSeenIsItself() {
    assertThat(PacketText.of("..hello, tile\n\\".getBytes(US_ASCII), 2))
        .isEqualTo("hello, tile\\x0a\\x5c");
    assertThat(PacketText.parse("a\\x00\\xffü").orElseThrow())
        .containsExactly('a', 0, 0xFF, 0xC3, 0xBC);
    assertThat(PacketText.parse("").orElseThrow()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\", "\\x", "\\x0", "\\n", "\\xg0", "\\\\", "a\\x-1"})
  void whatIsNoByteIsNone(String text) {
    assertThat(PacketText.parse(text)).isEmpty();
  }

  @Test
  void anyBytesComeBack() {
    SplittableRandom chance = new SplittableRandom(1);
    for (int length = 0; length < 300; length++) {
      byte[] bytes = new byte[length];
      chance.nextBytes(bytes);
      assertThat(PacketText.parse(PacketText.of(bytes, 0)).orElseThrow()).isEqualTo(bytes);
    }
  }
}
