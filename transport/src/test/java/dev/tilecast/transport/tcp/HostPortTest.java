package dev.tilecast.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:7001", "tile-3.lab:0", "[::1]:65535", "[fe80::1]:1"})
  void comesBackAsItWasWritten(String text) {
    assertThat(HostPort.parse(text).orElseThrow()).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7001",
        ":7001",
        "host",
        "host:",
        "host:65536",
        "host:-1",
        "host:7001x",
        "::1:7001",
        "[::1]",
        "[host]:1",
        "ho st:1",
        "host:7001\n",
        "http://host:1",
        "@file"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThat(HostPort.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:1", "127.1.2.3:1", "localhost:1", "[::1]:1"})
  void knowsLoopbackByItsText(String text) {
    assertThat(HostPort.parse(text).orElseThrow().isLoopback()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:1", "127.example.org:1", "10.0.0.1:1", "[::]:1", "128.0.0.1:1"})
  void takesEverythingElseForTheNetwork(String text) {
    assertThat(HostPort.parse(text).orElseThrow().isLoopback()).isFalse();
  }

  @Test
  void aVeryLongTextIsNoAddress() {
    assertThat(HostPort.parse("a".repeat(1000) + ":1")).isEmpty();
  }
}
