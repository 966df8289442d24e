package dev.tilecast.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.transport.Urgency;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SendQueueTest {
  private final SendQueue queue = new SendQueue();

  @Test
  void urgentPacketsGoFirstAndEachUrgencyKeepsItsOrder() throws InterruptedException {
    queue.offer(packet(1, 4), Urgency.BULK);
    queue.offer(packet(2, 4), Urgency.URGENT);
    queue.offer(packet(3, 4), Urgency.BULK);
    queue.offer(packet(4, 4), Urgency.URGENT);

    assertThat(take(1000)).containsExactly(2, 4, 1, 3);
  }

  @Test
  void aFullUrgentQueueDropsItsOldest() throws InterruptedException {
    int dropped = 0;
    for (int i = 0; i < SendQueue.URGENT_PACKETS_MAX + 3; i++) {
      dropped += queue.offer(packet(i, 4), Urgency.URGENT);
    }

    assertThat(dropped).isEqualTo(3);
    assertThat(take(1 << 20)).hasSize(SendQueue.URGENT_PACKETS_MAX).startsWith(3, 4, 5);
  }

  @Test
  void aFullBulkQueueDropsItsOldestByCountAndLeavesUrgentOnesAlone() throws InterruptedException {
    queue.offer(packet(-1, 4), Urgency.URGENT);
    int dropped = 0;
    for (int i = 0; i < SendQueue.BULK_PACKETS_MAX + 5; i++) {
      dropped += queue.offer(packet(i, 4), Urgency.BULK);
    }

    assertThat(dropped).isEqualTo(5);
    assertThat(take(1 << 20)).hasSize(1 + SendQueue.BULK_PACKETS_MAX).startsWith(-1, 5, 6);
  }

  @Test
  void tellsBeforehandWhetherABulkPacketWouldPushOneOut() {
    for (int i = 0; i < SendQueue.BULK_PACKETS_MAX; i++) {
      assertThat(queue.hasRoom(4)).isTrue();
      queue.offer(packet(i, 4), Urgency.BULK);
    }
    assertThat(queue.hasRoom(4)).isFalse();
    assertThat(new SendQueue().hasRoom(SendQueue.BULK_BYTES_MAX + 1)).isFalse();
  }

  @Test
  void aFullBulkQueueDropsItsOldestByBytes() throws InterruptedException {
    int length = 65535;
    int fitting = SendQueue.BULK_BYTES_MAX / length;
    int dropped = 0;
    for (int i = 0; i < fitting + 2; i++) {
      dropped += queue.offer(packet(i, length), Urgency.BULK);
    }

    assertThat(dropped).isEqualTo(2);
    assertThat(take(Integer.MAX_VALUE)).hasSize(fitting).startsWith(2, 3);
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
