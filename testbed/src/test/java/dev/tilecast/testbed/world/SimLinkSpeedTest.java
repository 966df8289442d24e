package dev.tilecast.testbed.world;

import static dev.tilecast.testbed.world.LinkRig.MILLI;
import static dev.tilecast.testbed.world.LinkRig.SECOND;
import static dev.tilecast.testbed.world.LinkRig.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.Urgency;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rate, latency and queues of a link whose directions are independent. */
final class SimLinkSpeedTest {
  private static final LinkSettings PERFECT = LinkSettings.PERFECT;
  private static final long LATENCY = PERFECT.speed().latencyNanos();

  /** Of a packet of 255 bytes at 65,536 bytes a second. */
  private static final long DEPARTING = 255 * SECOND / 65_536;

  @Test
  void packetsArriveAtTheInstantsThatTheRateAllows() {
    LinkRig rig = new LinkRig(PERFECT);

    rig.send(0, 60, 255);
    rig.run(SECOND);

    assertThat(rig.atEast.instants)
        .isEqualTo(IntStream.rangeClosed(1, 60).mapToObj(i -> i * DEPARTING + LATENCY).toList());
    assertThat(rig.atEast.numbers()).isEqualTo(IntStream.range(0, 60).boxed().toList());
  }

  @Test
  void aSecondOfPacketsIsWhatTheRateSays() {
    LinkRig rig = new LinkRig(PERFECT);

    for (int i = 0; i < 2000; i++) {
      rig.out.send(packet(100, i), Urgency.BULK);
      rig.run(SECOND / 2000);
    }

    // 655 packets a second fit; what was sent beyond that waits or was pushed out.
    assertThat(rig.in.counters().packetsReceived()).isBetween(653L, 655L);
    assertThat(rig.out.allCounters().refused()).isGreaterThan(1000);
  }

  @Test
  void aLinkWithoutLimitAddsItsLatencyOnly() {
    LinkRig rig = new LinkRig(PERFECT.withBytesPerSecond(0).withLatencyNanos(7));

    rig.send(0, 1000, 255);
    rig.run(SECOND);

    assertThat(rig.atEast.instants).hasSize(1000).containsOnly(7L);
  }

  @Test
  void aPacketIsOneEvent() {
    LinkRig rig = new LinkRig(PERFECT);
    long before = rig.timeline.executed();

    rig.send(0, 60, 255);
    rig.run(SECOND);
    rig.send(60, 61, 255);
    rig.run(SECOND);

    assertThat(rig.timeline.executed() - before).isEqualTo(61);
    assertThat(rig.timeline.waiting()).isZero();
  }

  @Test
  void bothDirectionsHaveTheWholeRate() {
    LinkRig rig = new LinkRig(PERFECT);

    rig.send(0, 60, 255);
    for (int i = 0; i < 60; i++) {
      rig.in.send(packet(255, i), Urgency.BULK);
    }
    rig.run(SECOND);

    assertThat(rig.atWest.instants).isEqualTo(rig.atEast.instants).hasSize(60);
  }

  @Test
  void anUrgentPacketWaitsBehindTheDepartingOneOnly() {
    LinkRig rig = new LinkRig(PERFECT);

    rig.send(0, 10, 255);
    rig.run(DEPARTING / 2);
    rig.out.send(packet(255, 77), Urgency.URGENT);
    rig.run(SECOND);

    assertThat(rig.atEast.numbers()).startsWith(0, 77, 1, 2).hasSize(11);
  }

  @Test
  void aFullQueuePushesOutTheOldestOfItsUrgency() {
    LinkRig rig = new LinkRig(PERFECT);

    rig.out.send(packet(255, 900), Urgency.URGENT);
    rig.out.send(packet(255, 901), Urgency.URGENT);
    rig.send(0, 66, 255);
    rig.run(SECOND);

    // 64 packets of 255 bytes fit into 16,384; the first urgent one had departed.
    assertThat(rig.atEast.numbers())
        .containsExactlyElementsOf(
            IntStream.concat(IntStream.of(900, 901), IntStream.range(2, 66)).boxed().toList());
    assertThat(rig.out.counters().dropped()).isEqualTo(2);
  }

  @Test
  void thereIsRoomAsLongAsAPacketPushesNoneOut() {
    LinkRig rig = new LinkRig(PERFECT);

    int sent = 0;
    while (rig.out.hasRoom(8)) {
      rig.send(sent, sent + 1, 255);
      sent++;
    }

    assertThat(sent).isEqualTo(65);
    assertThat(rig.out.waitingBytes()).isEqualTo(16_384);
    rig.run(DEPARTING);
    assertThat(rig.out.hasRoom(8)).isTrue();
    rig.run(SECOND);
    assertThat(rig.out.counters().dropped()).isZero();
    assertThat(rig.atEast.packets).hasSize(65);
  }

  @Test
  void theSimulationTakesItsShareFirst() {
    LinkRig rig = new LinkRig(PERFECT.withMfmBytesPerSecond(49_152));

    rig.send(0, 10, 255);
    rig.run(SECOND);

    assertThat(rig.atEast.instants.get(9)).isEqualTo(10 * (255 * SECOND / 16_384) + LATENCY);
    assertThat(rig.out.allCounters().mfmBytes()).isBetween(49_150L, 49_152L);
  }

  @Test
  void aSimulationThatTakesTheWholeRateLeavesNothingUntilItTakesLess() {
    LinkRig rig = new LinkRig(PERFECT.withMfmBytesPerSecond(100_000));

    rig.send(0, 3, 255);
    rig.run(10 * SECOND);
    assertThat(rig.atEast.packets).isEmpty();
    assertThat(rig.out.allCounters().mfmBytes()).isBetween(655_350L, 655_360L);

    rig.link.settings(PERFECT);
    rig.run(SECOND);
    assertThat(rig.atEast.instants)
        .containsExactly(
            10 * SECOND + DEPARTING + LATENCY,
            10 * SECOND + 2 * DEPARTING + LATENCY,
            10 * SECOND + 3 * DEPARTING + LATENCY);
  }

  @Test
  void aChangedRateCountsFromTheNextDepartureOn() {
    LinkRig rig = new LinkRig(PERFECT);

    rig.send(0, 3, 255);
    rig.run(DEPARTING / 2);
    rig.link.settings(PERFECT.withBytesPerSecond(6_553_600).withLatencyNanos(0));
    rig.run(SECOND);

    // The first keeps its latency, and the others do not overtake it.
    assertThat(rig.atEast.instants)
        .containsExactly(DEPARTING + LATENCY, DEPARTING + LATENCY, DEPARTING + LATENCY);
    assertThat(rig.atEast.numbers()).containsExactly(0, 1, 2);
  }

  @Test
  void aStallOfTheSendingSideHoldsUpWhatComesAfter() {
    LinkRig rig = new LinkRig(PERFECT.withSpikes(0.1, 500 * MILLI));

    for (int batch = 0; batch < 20; batch++) {
      rig.send(50 * batch, 50 * batch + 50, 255);
      rig.run(10 * SECOND);
    }

    assertThat(rig.atEast.numbers()).isEqualTo(IntStream.range(0, 1000).boxed().toList());
    List<Long> gaps =
        IntStream.range(1, 1000)
            .filter(i -> i % 50 != 0)
            .mapToObj(i -> rig.atEast.instants.get(i) - rig.atEast.instants.get(i - 1))
            .toList();
    assertThat(gaps)
        .allSatisfy(gap -> assertThat(gap).isBetween(DEPARTING, DEPARTING + 500 * MILLI));
    assertThat(gaps.stream().filter(gap -> gap > DEPARTING + MILLI).count()).isBetween(60L, 140L);
  }

  @Test
  void packetsThatNoLinkCarriesAreRefused() {
    LinkRig rig = new LinkRig(PERFECT);

    assertThatThrownBy(() -> rig.out.send(new byte[1], Urgency.BULK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("packet of 1 bytes on 0,0 ET, expected 2 to 255");
    assertThatThrownBy(() -> rig.out.send(new byte[256], Urgency.BULK))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
