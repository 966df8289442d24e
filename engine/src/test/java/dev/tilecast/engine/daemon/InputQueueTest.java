package dev.tilecast.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputQueueTest {
  private static final int BATCH = 256;
  private final InputQueue inputs = new InputQueue();

  @Test
  void aFloodOfSmallMessagesDoesNotStarveBytes() throws Exception {
    inputs.received(bytes(Direction.WT));
    fillUrgent(Direction.ET);

    assertThat(take()).hasSize(BATCH).contains(bytes(Direction.WT));
  }

  @Test
  void aFloodOfOneNeighborNeitherDropsNorDelaysTheMessagesOfAnother() throws Exception {
    fillUrgent(Direction.ET);
    inputs.received(small(Direction.ET));
    inputs.received(small(Direction.WT));

    assertThat(inputs.droppedUrgent()).isEqualTo(1);
    assertThat(take().subList(0, 2))
        .containsExactlyInAnyOrder(small(Direction.ET), small(Direction.WT));
  }

  @Test
  void bytesOfAllNeighborsAreTakenInTurn() throws Exception {
    for (int i = 0; i <= InputQueue.BULK_MAX; i++) {
      inputs.received(bytes(Direction.ET));
    }
    inputs.received(bytes(Direction.NW));

    assertThat(inputs.droppedBulk()).isEqualTo(1);
    assertThat(take().subList(0, 2))
        .containsExactlyInAnyOrder(bytes(Direction.ET), bytes(Direction.NW));
  }

  @Test
  void ownAnswersComeFirstAndAreNeverDropped() throws Exception {
    fillUrgent(Direction.ET);
    for (int i = 0; i < 10 * BATCH; i++) {
      inputs.answer(new Input.Tick());
    }

    for (int i = 0; i < 10; i++) {
      assertThat(take()).hasSize(BATCH).allMatch(Input.Tick.class::isInstance);
    }
    assertThat(take()).hasSize(BATCH).noneMatch(Input.Tick.class::isInstance);
  }

  @Test
  void oneNeighborsMessagesKeepTheirOrder() throws Exception {
    for (int key = 0; key < 10; key++) {
      inputs.received(new Input.Received(Direction.ET, new Message.None(key, Reason.NOT_HELD)));
    }

    assertThat(take())
        .extracting(input -> ((Message.None) ((Input.Received) input).message()).key())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(inputs.isEmpty()).isTrue();
  }

  private void fillUrgent(Direction from) {
    for (int i = 0; i < InputQueue.URGENT_MAX; i++) {
      inputs.received(small(from));
    }
  }

  private List<Input> take() throws InterruptedException {
    List<Input> batch = new ArrayList<>();
    inputs.take(batch, BATCH, 0);
    return batch;
  }

  private static Input.Received small(Direction from) {
    return new Input.Received(from, new Message.None(1, Reason.NOT_HELD));
  }

  private static Input.Received bytes(Direction from) {
    return new Input.Received(from, new Message.Data(1, 0, Bytes.copyOf(new byte[9])));
  }
}
