package dev.tilecast.testbed.world;

import static dev.tilecast.testbed.world.LinkRig.MILLI;
import static dev.tilecast.testbed.world.LinkRig.SECOND;
import static dev.tilecast.testbed.world.LinkRig.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Urgency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tile whose device shares queues, with a neighbor in each of its six directions. */
final class SharedQueueTest {
  private static final List<Direction> SIX =
      List.of(Direction.ET, Direction.SE, Direction.SW, Direction.WT, Direction.NW, Direction.NE);

  /** Of a packet of 255 bytes at 65,536 bytes a second. */
  private static final long DEPARTING = 255 * SECOND / 65_536;

  private final Timeline timeline = new Timeline(1);
  private final SimPorts tile = new SimPorts(timeline, "5,5", DeviceSettings.T2);
  private final Map<Direction, SimLink> links = new EnumMap<>(Direction.class);
  private final Map<Direction, LinkRig.Heard> heard = new EnumMap<>(Direction.class);

  @BeforeEach
  void join() {
    for (Direction direction : SIX) {
      SimPort far =
          new SimPorts(timeline, "at " + direction, DeviceSettings.T2).port(direction.opposite());
      heard.put(direction, new LinkRig.Heard(timeline));
      far.start(heard.get(direction));
      links.put(
          direction, SimLink.connect(timeline, tile.port(direction), far, LinkSettings.PERFECT));
    }
    timeline.runUntil(0);
  }

  private void send(Direction to, int from, int end) {
    for (int number = from; number < end; number++) {
      tile.port(to).send(packet(255, number), Urgency.BULK);
    }
  }

  private List<Integer> numbers(Direction direction) {
    return heard.get(direction).numbers();
  }

  private static List<Integer> numbers(int from, int end) {
    return IntStream.range(from, end).boxed().toList();
  }

  @Test
  void aBacklogLeavesAtThePaceOfTheDriver() {
    send(Direction.ET, 0, 80);
    timeline.runUntil(10 * SECOND);

    List<Long> instants = heard.get(Direction.ET).instants;
    assertThat(numbers(Direction.ET)).isEqualTo(numbers(0, 80));
    // What the writes themselves pushed through goes at the rate of the link,
    assertThat(instants.get(18) - instants.get(0)).isEqualTo(18 * DEPARTING);
    // and the rest one in 8 ms.
    assertThat(instants.get(79) - instants.get(39)).isEqualTo(40 * 8 * MILLI);
  }

  @Test
  void writesWakeTheDriver() {
    for (int i = 0; i < 200; i++) {
      send(Direction.ET, i, i + 1);
      timeline.runUntil(timeline.now() + DEPARTING);
    }
    timeline.runUntil(10 * SECOND);

    List<Long> instants = heard.get(Direction.ET).instants;
    assertThat(instants).hasSize(200);
    assertThat(instants.get(199) - instants.get(0)).isEqualTo(199 * DEPARTING);
  }

  @Test
  void aDirectionThatStandsStillStallsItsGroupAndNotTheOther() {
    links.get(Direction.SE).pull();
    // Two fit into the ring of a neighbor who is gone; the third stalls, unless he comes back.
    tile.port(Direction.SE).send(packet(255, 0), Urgency.BULK);
    timeline.runUntil(SECOND);
    assertThat(tile.port(Direction.SE).isUp()).isFalse();
    send(Direction.ET, 0, 10);
    timeline.runUntil(2 * SECOND);
    assertThat(numbers(Direction.ET)).as("nothing waits for SE").isEqualTo(numbers(0, 10));

    links.get(Direction.SE).plug();
    timeline.runUntil(3 * SECOND);
    links.get(Direction.SE).settings(LinkSettings.PERFECT.withUnnoticedNanosMax(2 * SECOND));
    links.get(Direction.SE).pull();
    send(Direction.SE, 1, 5);
    send(Direction.ET, 10, 20);
    send(Direction.SW, 0, 10);
    send(Direction.WT, 0, 10);
    timeline.runUntil(20 * SECOND);

    assertThat(tile.port(Direction.SE).isUp()).isFalse();
    assertThat(numbers(Direction.ET)).hasSize(10);
    assertThat(numbers(Direction.SW)).isEmpty();
    assertThat(numbers(Direction.WT)).isEqualTo(numbers(0, 10));
    assertThat(timeline.waiting()).as("a stalled group asks for no time").isZero();

    links.get(Direction.SE).plug();
    timeline.runUntil(30 * SECOND);
    assertThat(numbers(Direction.ET)).isEqualTo(numbers(0, 20));
    assertThat(numbers(Direction.SW)).isEqualTo(numbers(0, 10));
    assertThat(numbers(Direction.SE)).endsWith(1, 2, 3, 4);
    assertThat(tile.sharedBytes()).isZero();
  }

  @Test
  void aRingStallsAtTheLastPacketThatItCouldTake() {
    links.get(Direction.SE).settings(LinkSettings.PERFECT.withUnnoticedNanosMax(1000 * SECOND));
    links.get(Direction.SE).pull();

    // 3 x 255 bytes with their length bytes leave 256 free of 1,024: not more than 257.
    send(Direction.SE, 0, 2);
    send(Direction.ET, 0, 1);
    timeline.runUntil(timeline.now() + 100 * MILLI);
    assertThat(numbers(Direction.ET)).containsExactly(0);

    send(Direction.SE, 2, 3);
    send(Direction.ET, 1, 2);
    timeline.runUntil(timeline.now() + 100 * MILLI);
    assertThat(numbers(Direction.ET)).containsExactly(0);
    assertThat(tile.port(Direction.SE).waitingBytes()).isEqualTo(768);
  }

  @Test
  void theQueueIsSharedAndAFullOneRefusesTheNewest() {
    links.get(Direction.SE).settings(LinkSettings.PERFECT.withUnnoticedNanosMax(1000 * SECOND));
    links.get(Direction.SE).pull();

    // 3 in the ring, 16 handed over, 64 in the queue.
    send(Direction.SE, 0, 3 + 16 + 64);
    assertThat(tile.port(Direction.SE).counters().dropped()).isZero();
    assertThat(tile.port(Direction.ET).hasRoom(8)).isFalse();
    assertThat(tile.port(Direction.WT).hasRoom(8)).isTrue();
    send(Direction.ET, 0, 5);

    assertThat(tile.port(Direction.ET).counters().dropped()).isEqualTo(5);
    assertThat(tile.sharedBytes()).isEqualTo((16 + 64) * 256);
    links.get(Direction.SE).plug();
    timeline.runUntil(10 * SECOND);
    assertThat(numbers(Direction.SE)).isEqualTo(numbers(0, 83));
    assertThat(numbers(Direction.ET)).isEmpty();
    assertThat(tile.port(Direction.ET).hasRoom(8)).isTrue();
  }

  @Test
  void aPowerCutEmptiesAllQueuesAndSaysWhoseTheyWere() {
    links.get(Direction.SE).settings(LinkSettings.PERFECT.withUnnoticedNanosMax(1000 * SECOND));
    links.get(Direction.SE).pull();
    send(Direction.SE, 0, 30);
    send(Direction.ET, 0, 4);

    tile.powerOff();
    tile.powerOn();
    links.get(Direction.SE).plug();
    timeline.runUntil(10 * SECOND);

    assertThat(numbers(Direction.SE)).isEmpty();
    assertThat(tile.port(Direction.SE).counters().dropped()).isEqualTo(30);
    assertThat(tile.port(Direction.ET).counters().dropped()).isEqualTo(4);
    send(Direction.ET, 4, 6);
    timeline.runUntil(20 * SECOND);
    assertThat(numbers(Direction.ET)).isEqualTo(numbers(4, 6));
  }

  @Test
  void ringsThatCouldOverflowAreNoDevice() {
    assertThatThrownBy(() -> DeviceSettings.T2.withMtu(1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rings of 1024 bytes that stall at 257 do not suit an MTU of 1000");
    assertThat(DeviceSettings.INDEPENDENT.withMtu(1000).mtu()).isEqualTo(1000);
  }
}
