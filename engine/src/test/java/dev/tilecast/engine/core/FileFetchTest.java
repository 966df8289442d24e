package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileFetchTest {
  private static final Bytes ID = Bytes.copyOf(new byte[32]);

  private static FileFetch fetch(int length, Message.Range... held) {
    return new FileFetch(ID, length, ID, 240, Direction.ET, List.of(held));
  }

  @Test
  void whatLaterAnswersOvertookIsAskedForAgainBeforeItsTimeIsOver() {
    FileFetch fetch = fetch(100_000);
    assertThat(fetch.ask(0)).containsExactly(new Message.Range(0, 8 * 240));

    for (int packet = 1; packet <= 4; packet++) {
      assertThat(fetch.received(packet * 240, 240, 1_000_000)).isTrue();
    }

    assertThat(fetch.ask(1_000_000).get(0)).isEqualTo(new Message.Range(0, 240));
  }

  @Test
  void onlyWholePacketsCountAsHeld() {
    FileFetch fetch = fetch(1000, new Message.Range(1, 700), new Message.Range(900, 5000));

    assertThat(fetch.held())
        .containsExactly(new Message.Range(240, 240), new Message.Range(960, 40));
    assertThat(fetch.ask(0))
        .containsExactly(new Message.Range(0, 240), new Message.Range(480, 480));
    assertThat(fetch(1000, new Message.Range(0, 1000)).isComplete()).isTrue();
  }

  @Test
  void whatIsHeldStaysInFewRunsWhateverComes() {
    FileFetch fetch = fetch(1_000_000);
    for (int round = 0; round < 200; round++) {
      long now = round * 1_000_000L;
      fetch.ask(now);
      for (int packet = 1; packet < 4000; packet += 2) {
        fetch.received(packet * 240, 240, now);
      }
      assertThat(fetch.held().size()).isLessThanOrEqualTo(2 * Limits.WINDOW_PACKETS_MAX);
    }
    assertThat(fetch.heldBytes()).isPositive();
  }

  @Test
  void whatNobodyWillAnswerIsAskedForAgain() {
    FileFetch fetch = fetch(1000);
    assertThat(fetch.ask(0)).containsExactly(new Message.Range(0, 1000));
    assertThat(fetch.ask(0)).isEmpty();

    fetch.forgetRequests();

    assertThat(fetch.ask(0)).containsExactly(new Message.Range(0, 1000));
    assertThat(fetch.wakeAtNanos()).isEqualTo(Limits.TIMEOUT_START_NANOS);
  }
}
