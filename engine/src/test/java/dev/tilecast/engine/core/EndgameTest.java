package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Decoded;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The last bytes of a transfer, where one of two sources is slow, silent or a liar. */
final class EndgameTest {
  private static final int LENGTH = 200_000;

  private final Grid grid = new Grid(11);
  private final Grid.Tile middle = grid.tile("middle");
  private final Grid.Tile west = grid.tile("west");
  private final Grid.Tile east = grid.tile("east");
  private final Grid.TestFile file = grid.file("demo.mfz", 100, LENGTH, "alpha");

  private void begin(int westRate, int eastRate) {
    grid.join(west, Direction.ET, middle);
    grid.join(middle, Direction.ET, east);
    west.wires.get(Direction.ET).rate = westRate;
    east.wires.get(Direction.WT).rate = eastRate;
    west.live.put(new Name("demo.mfz"), file);
    east.live.put(new Name("demo.mfz"), file);
    grid.startAll();
  }

  private long millisUntilLive() {
    long from = grid.now;
    assertThat(grid.runUntil(() -> middle.holds(file), 120 * Grid.SECOND)).isTrue();
    return (grid.now - from) / Grid.MILLI;
  }

  private long count(Direction direction, String counter) {
    for (TileReport.Neighbor neighbor : middle.core.report().neighbors()) {
      if (neighbor.direction() == direction) {
        return neighbor.counters().getOrDefault(counter, 0L);
      }
    }
    throw new AssertionError(direction);
  }

  private long all(String counter) {
    return count(Direction.WT, counter) + count(Direction.ET, counter);
  }

  private int verified() {
    return middle.core.report().transfers().stream()
        .mapToInt(TileReport.Transfer::chunksVerified)
        .sum();
  }

  /** All but the last chunks are there, and the west, which owes some of them, falls silent. */
  private void westFallsSilentAtTheEnd() {
    begin(50_000, 50_000);
    int chunks = file.manifest().head().chunkCount();
    assertThat(grid.runUntil(() -> verified() >= chunks - 4, 20 * Grid.SECOND)).isTrue();
    west.wires.get(Direction.ET).cut = true;
  }

  @Test
  void asksNothingTwiceOfTwoEqualSources() {
    begin(50_000, 50_000);
    millisUntilLive();

    assertThat(all("asked_twice")).isZero();
    assertThat(all("data_not_needed")).isZero();
  }

  @Test
  void asksNothingTwiceOfOneWhoseFirstAnswerIsOnlyABitLater() {
    Grid.TestFile small = grid.file("small.mfz", 100, 7_000, "alpha");
    begin(50_000, 50_000);
    west.wires.get(Direction.ET).delay = 60 * Grid.MILLI;
    millisUntilLive();
    middle.crash();
    middle.start();
    grid.run(Grid.SECOND);
    west.drop(1, small);
    east.drop(2, small);
    assertThat(grid.runUntil(() -> middle.holds(small), 20 * Grid.SECOND)).isTrue();

    assertThat(all("data")).isPositive();
    assertThat(all("asked_twice")).isZero();
  }

  @Test
  void asksTheQuickOneForTheLastBytesOfTheSlowOne() {
    begin(2_000, 60_000);
    millisUntilLive();

    assertThat(count(Direction.ET, "asked_twice")).isPositive();
    assertThat(count(Direction.WT, "asked_twice")).isZero();
    long most = LENGTH / Limits.TWICE_SHARE + Limits.TWICE_BYTES_FREE;
    assertThat(all("asked_twice") * Codec.dataBytes(255)).isLessThanOrEqualTo(most);
  }

  @Test
  void doesNotWaitForTheTimeOutOfOneWhoFellSilent() {
    westFallsSilentAtTheEnd();
    long asked = grid.now;
    long took = millisUntilLive();

    assertThat(all("asked_twice")).isPositive();
    assertThat(took).isLessThan(350);
    assertThat(grid.now).isGreaterThan(asked);
  }

  @Test
  void aSecondAnswerChangesNothing() {
    // What is answered twice comes with other bytes the second time.
    begin(2_000, 60_000);
    grid.runUntil(() -> count(Direction.ET, "asked_twice") > 0, 60 * Grid.SECOND);
    west.wires.get(Direction.ET).tamper = EndgameTest::changed;
    millisUntilLive();
    grid.run(5 * Grid.SECOND);

    assertThat(count(Direction.ET, "wrong_bytes")).isZero();
  }

  private static byte[] changed(byte[] packet) {
    if (Codec.decode(packet) instanceof Decoded.Good good
        && good.message() instanceof Message.Data data) {
      byte[] bytes = data.bytes().toArray();
      bytes[0] ^= 1;
      Message wrong = new Message.Data(data.key(), data.offset(), Bytes.copyOf(bytes));
      return Codec.encode(wrong, Direction.ET, 8);
    }
    return packet;
  }

  @Test
  void wrongBytesAreStillBlamedOnWhoGaveThem() {
    begin(4_000, 60_000);
    west.wires.get(Direction.ET).tamper = EndgameTest::changed;
    millisUntilLive();

    Map<String, Long> counters = middle.core.report().counters();
    assertThat(counters.get("chunks_wrong")).isPositive();
    assertThat(count(Direction.WT, "wrong_bytes")).isPositive();
    assertThat(count(Direction.ET, "wrong_bytes")).isZero();
  }

  @Test
  void bytesThatAreAskedTwiceAreCountedOnce() {
    ChunkRef chunk = new ChunkRef(1000, Bytes.sha256(new byte[1000]));
    ChunkFetch fetch = new ChunkFetch(0, 5000, chunk, Direction.ET, false);
    fetch.missing.remove(0, 1000);
    fetch.askTwice(5000, 200);

    assertThat(fetch.isAskedOnce(5000, 200)).isFalse();
    assertThat(fetch.isAskedOnce(5200, 200)).isTrue();
    fetch.giveBack(5000, 200);
    assertThat(fetch.missing.isEmpty()).as("the other one is still on its way").isTrue();
    fetch.giveBack(5000, 200);
    assertThat(fetch.missing.contains(0, 200)).isTrue();

    fetch.missing.remove(0, 200);
    fetch.askTwice(5000, 200);
    assertThat(fetch.endTwice(5000, 200)).isTrue();
    fetch.received(Direction.ET, 5000, 200);
    fetch.giveBack(5000, 200);
    assertThat(fetch.missing.isEmpty()).as("it is here").isTrue();
    fetch.received(Direction.WT, 5200, 800);
    assertThat(fetch.isComplete()).isTrue();
  }
}
