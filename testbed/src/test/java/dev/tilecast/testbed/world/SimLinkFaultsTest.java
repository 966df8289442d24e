package dev.tilecast.testbed.world;

import static dev.tilecast.testbed.world.LinkRig.MILLI;
import static dev.tilecast.testbed.world.LinkRig.SECOND;
import static dev.tilecast.testbed.world.LinkRig.packet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Urgency;
import java.util.BitSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of single packets, and of links that nobody touches. */
final class SimLinkFaultsTest {
  private static final LinkSettings QUICK =
      LinkSettings.PERFECT.withBytesPerSecond(0).withLatencyNanos(MILLI);

  private static int bitsThatDiffer(byte[] one, byte[] other) {
    BitSet differing = BitSet.valueOf(one);
    differing.xor(BitSet.valueOf(other));
    return differing.cardinality();
  }

  @Test
  void theNeighborsDirectionIsWrittenByTheReceivingEnd() {
    LinkRig rig = new LinkRig(QUICK);

    rig.send(0, 1, 20);
    rig.run(SECOND);

    assertThat(rig.atEast.packets.get(0)[0] & 0xFF).isEqualTo(0x80 | Direction.WT.code());
  }

  @Test
  void lossTakesItsShareOfPackets() {
    LinkRig rig = new LinkRig(QUICK.withLoss(0.1));

    rig.send(0, 10_000, 20);
    rig.run(SECOND);

    PortCounters out = rig.out.allCounters();
    assertThat(out.sent()).isEqualTo(10_000);
    assertThat(out.lost()).isBetween(850L, 1150L);
    assertThat(rig.atEast.packets).hasSize(Math.toIntExact(10_000 - out.lost()));
    assertThat(rig.atEast.numbers()).isSorted();
  }

  @Test
  void corruptionFlipsOneToThreeBitsAnywhereAndDelivers() {
    LinkRig rig = new LinkRig(QUICK.withCorruption(1));
    byte[] mine = packet(20, 5);
    byte[] before = mine.clone();
    Set<Integer> flips = new HashSet<>();
    Set<Integer> places = new HashSet<>();

    rig.out.send(mine, Urgency.BULK);
    for (int i = 0; i < 2000; i++) {
      rig.out.send(packet(20, 5), Urgency.BULK);
    }
    rig.run(SECOND);

    before[0] = (byte) (0x80 | Direction.WT.code());
    for (byte[] arrived : rig.atEast.packets) {
      flips.add(bitsThatDiffer(before, arrived));
      IntStream.range(0, 20).filter(i -> arrived[i] != before[i]).forEach(places::add);
    }
    // Flips of the direction bits are written over, and two flips may meet.
    assertThat(flips).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(places).hasSize(20);
    assertThat(rig.out.allCounters().corrupted()).isEqualTo(2001);
    assertThat(mine).as("what the sender may still hold").isEqualTo(packet(20, 5));
  }

  @Test
  void corruptionTakesItsShareOfPackets() {
    LinkRig rig = new LinkRig(QUICK.withCorruption(0.01));

    rig.send(0, 20_000, 20);
    rig.run(SECOND);

    assertThat(rig.out.allCounters().corrupted()).isBetween(150L, 250L);
    assertThat(rig.atEast.packets).hasSize(20_000);
  }

  @Test
  void aFrameErrorTakesThePacketAndForAMomentTheReceivingEnd() {
    LinkRig rig = new LinkRig(LinkSettings.PERFECT.withFrameErrors(1));
    rig.send(0, 1, 20);
    rig.timeline.step();
    rig.link.settings(LinkSettings.PERFECT);

    assertThat(rig.in.isUp()).isFalse();
    assertThat(rig.out.isUp()).isTrue();
    rig.in.send(packet(20, 9), Urgency.URGENT);
    rig.run(6 * MILLI);
    rig.send(1, 2, 20);
    rig.run(SECOND);

    assertThat(rig.atEast.numbers()).containsExactly(1);
    assertThat(rig.atEast.changes).containsExactly("WT up", "WT down: frame error", "WT up");
    assertThat(rig.atWest.changes).containsExactly("ET up");
    assertThat(rig.in.allCounters().frameErrors()).isEqualTo(1);
    assertThat(rig.in.counters().dropped()).as("sent while down").isEqualTo(1);
    assertThat(rig.out.allCounters().lost()).isEqualTo(1);
  }

  @Test
  void whatArrivesWhileTheEndIsDownIsLost() {
    LinkRig rig = new LinkRig(QUICK);

    rig.send(0, 5, 20);
    rig.link.flap(10 * MILLI);
    rig.run(SECOND);

    assertThat(rig.atEast.packets).isEmpty();
    assertThat(rig.out.allCounters().lost()).isEqualTo(5);
  }

  @Test
  void flapsComeAsOftenAsTheirMeanSaysAndEndByThemselves() {
    LinkRig rig = new LinkRig(QUICK.withFlaps(SECOND, 10 * MILLI));

    rig.run(400 * SECOND);
    long ups = rig.in.allCounters().ups();
    rig.link.settings(QUICK);
    rig.run(400 * SECOND);

    assertThat(ups).isBetween(330L, 470L);
    assertThat(rig.out.allCounters().ups())
        .isEqualTo(rig.in.allCounters().ups())
        .isLessThan(ups + 2);
    assertThat(rig.atWest.changes).contains("ET down: the link dropped");
    assertThat(rig.out.isUp() && rig.in.isUp()).isTrue();
    assertThat(rig.timeline.waiting()).isZero();
  }

  @Test
  void aTileMayMissThatItsEndWasDown() {
    LinkRig rig = new LinkRig(QUICK.withUnseen(1));

    rig.link.flap(500 * MILLI);
    rig.run(5 * SECOND);
    assertThat(rig.out.allCounters().ups()).isEqualTo(2);
    assertThat(rig.atWest.changes).containsExactly("ET up");

    rig.link.flap(1500 * MILLI);
    rig.run(5 * SECOND);
    assertThat(rig.atWest.changes)
        .as("but not when it lasts longer than a second")
        .containsExactly("ET up", "ET down: the link dropped", "ET up");
  }

  @Test
  void duplicatesComeOnceMoreAndLater() {
    LinkRig rig = new LinkRig(QUICK.withDuplicates(0.1));

    rig.send(0, 5000, 20);
    rig.run(SECOND);

    long duplicated = rig.out.allCounters().duplicated();
    assertThat(duplicated).isBetween(400L, 600L);
    assertThat(rig.atEast.packets).hasSize(Math.toIntExact(5000 + duplicated));
    assertThat(new HashSet<>(rig.atEast.numbers())).hasSize(5000);
    assertThat(rig.atEast.numbers().subList(0, 5000)).isSorted();
    IdentityHashMap<byte[], Integer> arrays = new IdentityHashMap<>();
    rig.atEast.packets.forEach(packet -> arrays.put(packet, 1));
    assertThat(arrays).as("each copy is the receiver's own").hasSameSizeAs(rig.atEast.packets);
  }

  @Test
  void reorderedPacketsAreOvertaken() {
    LinkRig rig = new LinkRig(LinkSettings.PERFECT.withReordering(0.2));

    for (int i = 0; i < 1000; i++) {
      rig.send(i, i + 1, 20);
      rig.run(MILLI);
    }
    rig.run(SECOND);

    assertThat(rig.out.allCounters().reordered()).isBetween(150L, 250L);
    assertThat(rig.atEast.numbers())
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 1000).boxed().toList());
    long overtaken =
        IntStream.range(1, 1000)
            .filter(i -> rig.atEast.numbers().get(i) < rig.atEast.numbers().get(i - 1))
            .count();
    assertThat(overtaken).isGreaterThan(50);
  }
}
