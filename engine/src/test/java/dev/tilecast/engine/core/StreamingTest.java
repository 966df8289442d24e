package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a tile makes of the words of those who stream, and of packets that come late. */
class StreamingTest {
  private static final int CHUNKS = 10;
  private static final Bytes ID = Bytes.sha256(new byte[] {1});

  private final Held held = new Held(1, 0);
  private final RequestWindow window = new RequestWindow();
  private final ChunkFetch fetch =
      new ChunkFetch(0, 0, new ChunkRef(100_000, ID), Direction.ET, false);

  private static Message.Have have(int said, Message.Run... runs) {
    return new Message.Have(1, said, List.of(runs));
  }

  @Test
  void chunksBeyondTheFileAreNotHeld() {
    held.take(have(4096, new Message.Run(8, 4088), new Message.Run(4000, 96)), CHUNKS, 5);

    assertThat(held.chunks.cardinality()).isEqualTo(2);
    assertThat(held.gainedAt).isEqualTo(5);
  }

  @Test
  void whoSpeaksOfMoreThanWasHeardIsAskedAgainSoon() {
    held.asked(0);
    held.take(have(3, new Message.Run(0, 3)), CHUNKS, 10);
    long calm = held.askAt;
    held.take(have(5, new Message.Run(4, 1)), CHUNKS, 20);

    assertThat(calm).isEqualTo(10 + Limits.HELD_ASK_MIN_NANOS);
    assertThat(held.askAt).isEqualTo(20 + Limits.HELD_LOST_NANOS);
  }

  @Test
  void whoHoldsNothingNewIsAskedMoreAndMoreRarely() {
    long gap = 0;
    for (long now = 0, i = 0; i < 10; i++) {
      held.asked(now);
      held.take(have(0), CHUNKS, now);
      assertThat(held.askAt - now).isGreaterThanOrEqualTo(gap);
      gap = held.askAt - now;
      now = held.askAt;
    }

    assertThat(gap).isEqualTo(Limits.HELD_ASK_MAX_NANOS);
    assertThat(held.gainedAt).isZero();
  }

  @Test
  void aWantBeforeAnyPageIsKnownIsOfNothingThatIsHeld() {
    Transfer transfer =
        new Transfer(
            ID, new Name("a.mfz"), new Rank(1, ID.prefix(16)), 100, Direction.ET, false, 0);

    assertThat(transfer.isVerified(new Message.Range(0, 10))).isFalse();
  }

  private long request(int number, long now) {
    window.sent(ID, fetch, number * 100L, 100, now);
    return number * 100L;
  }

  /** How many later answers it takes until the first request counts as lost. */
  private int overtaking(int from) {
    long first = request(from, 1);
    for (int i = 1; i < 40; i++) {
      long offset = request(from + i, 1);
      long number = window.answered(ID.firstInt(), offset, 2).orElseThrow().number();
      List<RequestWindow.Request> lost = window.takeOvertaken(number);
      if (!lost.isEmpty()) {
        assertThat(lost).hasSize(1).first().returns(first, RequestWindow.Request::offset);
        return i;
      }
    }
    return 40;
  }

  @Test
  void answersThatComeLateTeachPatienceAndLostOnesDoNot() {
    int usual = overtaking(0);
    int afterALoss = overtaking(100);
    assertThat(window.answered(ID.firstInt(), 100 * 100L, 3)).isEmpty();
    int afterALateOne = overtaking(200);

    assertThat(afterALoss).isEqualTo(usual);
    assertThat(afterALateOne).isGreaterThan(usual);
  }

  @Test
  void theWindowStaysWideEnoughToShowALoss() {
    for (int i = 0; i < 20; i++) {
      request(i, i * Limits.TIMEOUT_MAX_NANOS);
      window.takeExpired((i + 1) * Limits.TIMEOUT_MAX_NANOS);
    }

    assertThat(window.packets()).isGreaterThan(Limits.OVERTAKEN_MIN + 1);
  }
}
