package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one neighbor may be served within one turn of the loop, while others wait. */
final class FairServingTest {
  private static final int LENGTH = 100_000;

  private final Grid grid = new Grid(3);
  private final Grid.TestFile file = grid.file("demo.mfz", 100, LENGTH, "alpha");
  private final Grid.Tile middle = grid.tile("middle");
  private final List<Effect> out = new ArrayList<>();

  FairServingTest() {
    for (Direction direction : List.of(Direction.WT, Direction.ET)) {
      Grid.Tile other = grid.tile("other " + direction);
      grid.join(middle, direction, other);
    }
    middle.live.put(new Name("demo.mfz"), file);
    grid.startAll();
    grid.run(Grid.SECOND);
  }

  private void want(Direction from, long now) {
    int key = file.manifest().head().id().firstInt();
    Message want = new Message.Want(key, 64, List.of(new Message.Range(0, LENGTH)));
    middle.core.step(List.of(new Input.Received(from, want)), now, out);
  }

  private int packets(Direction to) {
    return out.stream()
        .filter(Effect.SendData.class::isInstance)
        .map(Effect.SendData.class::cast)
        .filter(sent -> sent.to() == to)
        .mapToInt(sent -> (sent.range().length() + 239) / 240)
        .sum();
  }

  @Test
  void aFloodOfRequestsIsServedSoMuchInATurnAndAnotherNeighborAll() {
    for (int i = 0; i < 200; i++) {
      want(Direction.WT, grid.now);
    }
    want(Direction.ET, grid.now);

    assertThat(packets(Direction.WT)).isEqualTo(Limits.SERVED_PACKETS_MAX);
    assertThat(packets(Direction.ET)).isEqualTo(64);
    assertThat(middle.core.report().neighbors())
        .anyMatch(n -> n.counters().getOrDefault("wants_over_window", 0L) == 198);
  }

  @Test
  void theNextTurnServesAnew() {
    for (int turn = 0; turn < 3; turn++) {
      for (int i = 0; i < 10; i++) {
        want(Direction.WT, grid.now + turn);
      }
    }

    assertThat(packets(Direction.WT)).isEqualTo(3 * Limits.SERVED_PACKETS_MAX);
  }

  @Test
  void aFloodOfRequestsForManifestsIsBoundedToo() {
    int key = file.manifest().head().id().firstInt();
    Message want = new Message.ManifestWant(key, Message.ManifestWant.HEAD, 0, 65535);
    for (int i = 0; i < 200; i++) {
      middle.core.step(List.of(new Input.Received(Direction.WT, want)), grid.now, out);
    }

    assertThat(out.stream().filter(Effect.SendManifest.class::isInstance)).hasSize(6);
  }
}
