package dev.tilecast.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.transport.Urgency;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SendQueueTest {
  private long now;
  private final SendQueue queue = new SendQueue(() -> now);

  @Test
  void whileTheSimulationIsAtItABatchHasOnePacketOfOursAtMost() throws InterruptedException {
    for (int i = 0; i < 9; i++) {
      queue.offer(packet(i, 4), Urgency.BULK);
    }
    assertThat(take(18)).containsExactly(0, 1, 2);

    queue.offer(packet(100, 4), Urgency.MFM);
    queue.offer(packet(50, 4), Urgency.URGENT);
    queue.offer(packet(51, 4), Urgency.URGENT);
    assertThat(take(1000)).containsExactly(100, 50);
    assertThat(take(1000)).containsExactly(51);
    assertThat(take(1000)).containsExactly(3);
    assertThat(take(1000)).containsExactly(4);
    now += SendQueue.MFM_NANOS - 1;
    assertThat(take(1000)).containsExactly(5);
    now += 1;
    assertThat(take(1000)).containsExactly(6, 7, 8);
  }

  @Test
  void whileTheSimulationIsExpectedItFindsOnePacketOfOursHoweverSeldomItSends()
      throws InterruptedException {
    queue.expectMfm(true);
    for (int i = 0; i < 5; i++) {
      queue.offer(packet(i, 4), Urgency.BULK);
    }
    assertThat(take(1000)).containsExactly(0);
    now += 100 * SendQueue.MFM_NANOS;
    assertThat(take(1000)).containsExactly(1);

    queue.expectMfm(false);
    assertThat(take(1000)).containsExactly(2, 3, 4);
  }

  @Test
  void aBatchIsBoundedButNeverEmpty() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      queue.offer(packet(i, 100), Urgency.BULK);
    }

    assertThat(take(50)).containsExactly(0);
    assertThat(take(204)).containsExactly(1, 2);
    assertThat(take(305)).containsExactly(3, 4);
  }

  @Test
  void onceClosedItDropsWhatWaitsAndWhatComes() throws InterruptedException {
    queue.offer(packet(1, 4), Urgency.BULK);
    queue.offer(packet(2, 4), Urgency.URGENT);

    assertThat(queue.close()).isEqualTo(2);
    assertThat(queue.close()).isZero();
    assertThat(queue.offer(packet(3, 4), Urgency.URGENT)).isEqualTo(1);
    List<byte[]> batch = new ArrayList<>();
    assertThat(queue.take(batch, 1000, 2, 1)).isFalse();
    assertThat(batch).isEmpty();
  }

  @Test
  void aWaitThatBringsNothingEnds() throws Exception {
    List<byte[]> batch = new ArrayList<>();

    assertThat(queue.take(batch, 1000, 2, 1)).isTrue();
    assertThat(batch).isEmpty();
  }

  private List<Integer> take(int bytesMax) throws InterruptedException {
    List<byte[]> batch = new ArrayList<>();
    assertThat(queue.take(batch, bytesMax, Connection.FRAME_HEAD_BYTES, 1)).isTrue();
    return batch.stream().map(packet -> ByteBuffer.wrap(packet).getInt()).toList();
  }

  private static byte[] packet(int number, int length) {
    return ByteBuffer.allocate(length).putInt(number).array();
  }
}
