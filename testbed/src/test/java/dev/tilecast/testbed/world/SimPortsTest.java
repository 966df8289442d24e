package dev.tilecast.testbed.world;

import static dev.tilecast.testbed.world.LinkRig.MILLI;
import static dev.tilecast.testbed.world.LinkRig.SECOND;
import static dev.tilecast.testbed.world.LinkRig.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Urgency;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a tile finds in its device after it did not read for a while. */
final class SimPortsTest {
  private static final LinkSettings QUICK =
      LinkSettings.PERFECT.withBytesPerSecond(0).withLatencyNanos(MILLI);

  @Test
  void packetsWaitForAFrozenTileAndTheNewestFindNoRoom() {
    LinkRig rig = new LinkRig(QUICK);

    rig.east.hold();
    rig.send(0, 70, 255);
    rig.run(SECOND);
    assertThat(rig.atEast.packets).isEmpty();
    assertThat(rig.east.waiting()).isEqualTo(64);
    assertThat(rig.east.waitingBytes()).isEqualTo(16_384);
    assertThat(rig.in.allCounters().overrun()).isEqualTo(6);

    rig.east.release();
    assertThat(rig.atEast.numbers()).isEqualTo(IntStream.range(0, 64).boxed().toList());
    rig.send(70, 71, 255);
    rig.run(SECOND);
    assertThat(rig.atEast.numbers()).endsWith(63, 70);
  }

  @Test
  void allDirectionsShareTheInQueue() {
    LinkRig rig = new LinkRig(QUICK);
    SimPorts north = new SimPorts(rig.timeline, "1,-1", DeviceSettings.INDEPENDENT);
    SimLink.connect(rig.timeline, north.port(Direction.SW), rig.east.port(Direction.NE), QUICK);
    rig.run(SECOND);

    rig.east.hold();
    rig.send(0, 60, 255);
    rig.run(SECOND);
    for (int i = 0; i < 10; i++) {
      north.port(Direction.SW).send(packet(255, i), Urgency.BULK);
    }
    rig.run(SECOND);

    assertThat(rig.east.port(Direction.NE).allCounters().received()).isEqualTo(4);
    assertThat(rig.east.port(Direction.NE).allCounters().overrun()).isEqualTo(6);
  }

  @Test
  void aHeldTileReadsOnePacketAtATime() {
    LinkRig rig = new LinkRig(QUICK);
    rig.east.hold();
    rig.send(0, 2, 20);
    rig.link.flap(10 * SECOND);
    rig.send(2, 3, 20);
    rig.run(SECOND);
    assertThat(rig.east.readOne()).as("nothing came through").isFalse();
    assertThat(rig.atEast.changes).endsWith("WT down: the link dropped");
    rig.run(10 * SECOND);
    rig.send(3, 5, 20);
    rig.run(SECOND);

    assertThat(rig.atEast.changes).endsWith("WT down: the link dropped");
    assertThat(rig.east.readOne()).isTrue();
    assertThat(rig.atEast.changes).endsWith("WT up");
    assertThat(rig.atEast.numbers()).containsExactly(3);
    assertThat(rig.east.readOne()).isTrue();
    assertThat(rig.east.readOne()).isFalse();
    assertThat(rig.atEast.numbers()).containsExactly(3, 4);
  }

  @Test
  void aBounceDuringAFreezeIsNotSeen() {
    LinkRig rig = new LinkRig(QUICK);

    rig.east.hold();
    rig.link.flap(MILLI);
    rig.run(SECOND);
    rig.east.release();

    assertThat(rig.atEast.changes).containsExactly("WT up");
    assertThat(rig.atWest.changes).hasSize(3);
  }

  @Test
  void aNewProcessFindsThePacketsOfTheOldOne() {
    LinkRig rig = new LinkRig(QUICK);
    LinkRig.Heard next = new LinkRig.Heard(rig.timeline);

    rig.in.close();
    rig.send(0, 3, 20);
    rig.run(SECOND);
    rig.in.start(next);
    assertThat(next.changes).as("told after the start").isEmpty();
    rig.run(SECOND);

    assertThat(next.changes).containsExactly("WT up");
    assertThat(next.numbers()).containsExactly(0, 1, 2);
    assertThat(rig.atEast.packets).isEmpty();
    assertThat(rig.atEast.changes).containsExactly("WT up");
  }

  @Test
  void packetsOfAPortThatNobodyOpenedAreReadForNothing() {
    LinkRig rig = new LinkRig(QUICK);
    rig.in.close();
    rig.send(0, 3, 20);
    rig.run(SECOND);

    rig.east.port(Direction.ET).start(rig.atEast);
    rig.run(SECOND);

    assertThat(rig.east.waiting()).isZero();
    assertThat(rig.in.allCounters().unread()).isEqualTo(3);
    assertThat(rig.atEast.packets).isEmpty();
  }

  @Test
  void aPortHasOneReader() {
    LinkRig rig = new LinkRig(QUICK);

    assertThatThrownBy(() -> rig.in.start(rig.atEast))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1,0 WT");
  }

  @Test
  void aPowerCutTakesWhatWaitedInTheInQueue() {
    LinkRig rig = new LinkRig(QUICK);
    rig.east.hold();
    rig.send(0, 3, 20);
    rig.run(SECOND);

    rig.east.powerOff();
    rig.east.powerOff();
    rig.run(SECOND);
    assertThat(rig.east.isPowered()).isFalse();
    rig.east.powerOn();
    rig.in.start(rig.atEast);
    rig.run(SECOND);

    assertThat(rig.atEast.packets).isEmpty();
    assertThat(rig.in.isUp()).isTrue();
  }
}
