package dev.tilecast.testbed.world;

import static dev.tilecast.testbed.world.LinkRig.MILLI;
import static dev.tilecast.testbed.world.LinkRig.SECOND;
import static dev.tilecast.testbed.world.LinkRig.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Urgency;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cables that are pulled, plugged, cut in one direction and mended. */
final class SimLinkCablesTest {
  private static final LinkSettings PERFECT = LinkSettings.PERFECT;

  @Test
  void bothEndsComeUpWithinTheirTime() {
    Set<Long> instants = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      LinkRig rig =
          new LinkRig(seed, DeviceSettings.INDEPENDENT, PERFECT.withUpNanosMax(2 * SECOND));
      assertThat(rig.atWest.changes).containsExactly("ET up");
      assertThat(rig.atEast.changes).containsExactly("WT up");
      rig.link.pull();
      rig.run(1);
      rig.link.plug();
      long plugged = rig.timeline.now();
      while (!rig.out.isUp()) {
        rig.timeline.step();
      }
      instants.add((rig.timeline.now() - plugged) / (500 * MILLI));
    }
    assertThat(instants).as("half seconds until up").containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
  }

  /** A tile that commits that its link is down, and loses its power at that very point. */
  @Test
  void aTileThatGoesAsItHearsOfAnotherSignalJoinsNobody() {
    LinkRig rig = new LinkRig(PERFECT.withUnnoticedNanosMax(2 * SECOND));
    rig.link.pull();
    rig.atWest.atDown = rig.west::powerOff;

    rig.link.plug();

    assertThat(rig.atWest.changes).containsExactly("ET up", "ET down: another signal came");
    assertThat(rig.out.isJoined()).isFalse();
    assertThat(rig.in.isJoined()).isFalse();
  }

  @Test
  void aPulledCableIsNoticedLateAndWritesVanishUntilThen() {
    LinkRig rig = new LinkRig(PERFECT.withUnnoticedNanosMax(2 * SECOND));

    rig.link.pull();
    int sent = 0;
    long pulled = rig.timeline.now();
    while (rig.out.isUp()) {
      rig.send(sent, sent + 1, 255);
      sent++;
      rig.run(10 * MILLI);
    }
    long noticed = rig.timeline.now() - pulled;
    rig.send(sent, sent + 1, 255);
    rig.run(10 * SECOND);

    assertThat(noticed).isBetween(1L, 2 * SECOND + 10 * MILLI);
    assertThat(rig.out.allCounters().lost()).isBetween(sent - 1L, (long) sent).isPositive();
    assertThat(rig.out.counters().dropped()).isEqualTo(1);
    assertThat(rig.out.hasRoom(8)).isFalse();
    assertThat(rig.atEast.packets).isEmpty();
    assertThat(rig.atWest.changes).containsExactly("ET up", "ET down: no signal");
    assertThat(rig.atEast.changes).containsExactly("WT up", "WT down: no signal");
  }

  @Test
  void eachEndNoticesInItsOwnTime() {
    LinkRig rig = new LinkRig(PERFECT.withUnnoticedNanosMax(2 * SECOND));

    rig.link.pull();
    while (rig.out.isUp() && rig.in.isUp()) {
      rig.timeline.step();
    }

    assertThat(rig.out.isUp()).isNotEqualTo(rig.in.isUp());
  }

  @Test
  void aCablePluggedBackBeforeAnybodyNoticedBounces() {
    LinkRig rig = new LinkRig(PERFECT.withUnnoticedNanosMax(2 * SECOND).withLatencyNanos(MILLI));

    rig.link.pull();
    rig.link.plug();
    rig.run(5 * SECOND);
    rig.send(0, 1, 20);
    rig.run(SECOND);

    assertThat(rig.atWest.changes)
        .containsExactly("ET up", "ET down: another signal came", "ET up");
    assertThat(rig.atEast.numbers()).containsExactly(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWaitedIsSentToWhoeverIsPluggedInNext(boolean shared) {
    LinkRig rig = new LinkRig(1, shared ? DeviceSettings.T2 : DeviceSettings.INDEPENDENT, PERFECT);
    LinkRig.Heard stranger = new LinkRig.Heard(rig.timeline);

    rig.send(0, 10, 255);
    rig.run(10 * MILLI);
    rig.link.pull();
    rig.run(SECOND);
    assertThat(rig.atEast.numbers()).containsExactly(0, 1);
    assertThat(rig.out.isUp()).isFalse();
    rig.link.plug(rig.other("9,9", stranger));
    rig.send(10, 11, 255);
    rig.run(SECOND);
    rig.send(11, 12, 255);
    rig.run(SECOND);

    // Number 2 was on the cable when it was pulled, number 10 found the link down.
    assertThat(stranger.numbers()).containsExactly(3, 4, 5, 6, 7, 8, 9, 11);
    assertThat(rig.out.allCounters().stale()).isEqualTo(7);
    assertThat(rig.out.allCounters().lost()).isEqualTo(1);
    assertThat(rig.out.allCounters().refused()).isEqualTo(1);
    assertThat(rig.atEast.packets).hasSize(2);
  }

  @Test
  void whatWaitedForTheSameNeighborIsNotStale() {
    LinkRig rig = new LinkRig(PERFECT);

    rig.send(0, 10, 255);
    rig.link.pull();
    rig.run(SECOND);
    rig.link.plug();
    rig.run(SECOND);

    assertThat(rig.atEast.numbers()).isEqualTo(IntStream.range(1, 10).boxed().toList());
    assertThat(rig.out.allCounters().stale()).isZero();
  }

  @Test
  void anUnnoticedChangeOfNeighborsStillMakesPacketsStale() {
    LinkRig rig = new LinkRig(PERFECT.withUnnoticedNanosMax(2 * SECOND).withUnseen(1));
    LinkRig.Heard stranger = new LinkRig.Heard(rig.timeline);

    rig.send(0, 10, 255);
    rig.link.pull();
    rig.link.plug(rig.other("9,9", stranger));
    rig.run(SECOND);

    assertThat(stranger.numbers()).isEqualTo(IntStream.range(1, 10).boxed().toList());
    assertThat(rig.atWest.changes).as("the tile saw nothing").containsExactly("ET up");
    assertThat(rig.out.allCounters().stale()).isEqualTo(9);
  }

  @Test
  void aOneWayLinkIsUpOnBothSides() {
    LinkRig rig = new LinkRig(PERFECT);

    rig.link.cutOneWay(rig.out);
    rig.send(0, 10, 255);
    for (int i = 0; i < 10; i++) {
      rig.in.send(packet(255, i), Urgency.BULK);
    }
    rig.run(SECOND);
    assertThat(rig.atEast.packets).isEmpty();
    assertThat(rig.out.allCounters().lost()).isEqualTo(10);
    assertThat(rig.atWest.packets).hasSize(10);
    assertThat(rig.out.isUp() && rig.in.isUp()).isTrue();

    rig.link.mend();
    rig.send(10, 20, 255);
    rig.run(SECOND);
    assertThat(rig.atEast.numbers()).isEqualTo(IntStream.range(10, 20).boxed().toList());
  }

  @Test
  void aNeighborThatLosesItsPowerIsMissedLikeAPulledCable() {
    LinkRig rig = new LinkRig(PERFECT);
    rig.in.send(packet(255, 0), Urgency.BULK);
    rig.in.send(packet(255, 1), Urgency.BULK);

    rig.east.powerOff();
    rig.run(SECOND);
    assertThat(rig.atWest.changes).containsExactly("ET up", "ET down: no signal");
    assertThat(rig.atEast.changes).as("a dead process hears nothing").containsExactly("WT up");
    assertThat(rig.in.isUp()).isFalse();

    rig.east.powerOn();
    rig.in.start(rig.atEast);
    rig.run(SECOND);
    rig.send(0, 1, 20);
    rig.run(SECOND);
    assertThat(rig.atWest.changes).hasSize(3).endsWith("ET up");
    assertThat(rig.atEast.changes).containsExactly("WT up", "WT up");
    assertThat(rig.atEast.numbers()).containsExactly(0);
    assertThat(rig.atWest.packets).as("what waited went with the power").isEmpty();
  }

  @Test
  void onlyOppositeDirectionsAndFreePortsAreJoined() {
    LinkRig rig = new LinkRig(PERFECT);
    SimPort free = rig.east.port(Direction.ET);
    SimPort wrong = rig.west.port(Direction.SW);

    assertThatThrownBy(() -> SimLink.connect(rig.timeline, free, wrong, PERFECT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1,0 ET to 0,0 SW");
    assertThatThrownBy(() -> SimLink.connect(rig.timeline, free, rig.in, PERFECT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1,0 WT");
    assertThatThrownBy(() -> rig.link.cutOneWay(free)).isInstanceOf(IllegalArgumentException.class);
    assertThat(free.cable()).isEmpty();
  }

  @Test
  void aTileCanBeJoinedToItself() {
    Timeline timeline = new Timeline(1);
    SimPorts tile = new SimPorts(timeline, "0,0", DeviceSettings.INDEPENDENT);
    LinkRig.Heard heard = new LinkRig.Heard(timeline);
    tile.port(Direction.ET).start(heard);
    tile.port(Direction.WT).start(heard);
    SimLink.connect(timeline, tile.port(Direction.ET), tile.port(Direction.WT), PERFECT);
    timeline.runUntil(SECOND);

    tile.port(Direction.ET).send(packet(20, 7), Urgency.BULK);
    timeline.runUntil(2 * SECOND);

    assertThat(heard.changes).containsExactlyInAnyOrder("ET up", "WT up");
    assertThat(heard.numbers()).containsExactly(7);
  }
}
