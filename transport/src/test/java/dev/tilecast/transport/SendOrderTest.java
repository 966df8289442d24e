package dev.tilecast.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SendOrderTest {
  private static final int HEAD = 6;
  private final SendOrder order = new SendOrder(ServiceForm.BULK, new QueueTimes());

  /** Of service 8 unless told. */
  private int offer(int number, Urgency urgency) {
    return offer(8, number, HEAD, urgency);
  }

  private int offer(int service, int number, int length, Urgency urgency) {
    byte[] packet = ByteBuffer.allocate(length).putShort((short) 0).putInt(number).array();
    PacketHeader.toService(Direction.ET, service, ServiceForm.BULK).writeInto(packet);
    return order.offer(packet, urgency, 0);
  }

  private static int number(byte[] packet) {
    return ByteBuffer.wrap(packet).getInt(2);
  }

  private List<Integer> takeAll() {
    List<Integer> numbers = new ArrayList<>();
    while (!order.isEmpty()) {
      int length = order.nextLength();
      byte[] packet = order.take(0);
      assertThat(packet).hasSize(length);
      numbers.add(number(packet));
    }
    assertThat(order.nextLength()).isZero();
    return numbers;
  }

  @Test
  void theSimulationGoesFirstThenTheUrgentAndEachKeepsItsOrder() {
    offer(1, Urgency.BULK);
    offer(2, Urgency.URGENT);
    offer(3, Urgency.MFM);
    offer(4, Urgency.BULK);
    offer(5, Urgency.URGENT);
    offer(6, Urgency.MFM);

    assertThat(order.nextUrgency()).isEqualTo(Urgency.MFM);
    assertThat(takeAll()).containsExactly(3, 6, 2, 5, 1, 4);
  }

  @Test
  void aFullQueueDropsItsOldestAndLeavesTheOthersAlone() {
    Map<Urgency, Integer> most =
        Map.of(
            Urgency.MFM, SendOrder.MFM_PACKETS_MAX,
            Urgency.URGENT, SendOrder.URGENT_PACKETS_MAX,
            Urgency.BULK, SendOrder.BULK_PACKETS_MAX);
    for (Urgency urgency : Urgency.values()) {
      int dropped = 0;
      for (int i = 0; i < most.get(urgency) + 3; i++) {
        dropped += offer(i, urgency);
      }
      assertThat(dropped).as("%s", urgency).isEqualTo(3);
    }

    List<Integer> left = takeAll();
    assertThat(left).hasSize(most.values().stream().mapToInt(count -> count).sum());
    assertThat(left).startsWith(3, 4, 5).endsWith(SendOrder.BULK_PACKETS_MAX + 2);
  }

  @Test
  void tellsBeforehandWhetherAPacketWouldPushOneOut() {
    for (int i = 0; i < SendOrder.BULK_PACKETS_MAX; i++) {
      assertThat(order.hasRoom(8, HEAD)).isTrue();
      offer(i, Urgency.BULK);
    }
    assertThat(order.hasRoom(8, HEAD)).isFalse();
    assertThat(order.hasRoom(9, HEAD)).as("another service").isTrue();
    assertThat(order.hasRoom(9, SendOrder.BULK_BYTES_MAX)).isFalse();
    for (int i = 0; i < SendOrder.MFM_PACKETS_MAX; i++) {
      assertThat(order.hasMfmRoom()).isTrue();
      offer(i, Urgency.MFM);
    }
    assertThat(order.hasMfmRoom()).isFalse();
  }

  /** Whoever asks first is polite, and still may fill all that there is. */
  @Test
  void floodsOfOthersKeepNoServiceOutHoweverLongTheirPackets() {
    for (int length : new int[] {1000, 16384, 65535}) {
      for (int floods = 1; floods <= 4; floods++) {
        SendOrder full = new SendOrder(ServiceForm.PLAIN, new QueueTimes());
        int ours = 0;
        for (int turn = 0; turn < 1000; turn++) {
          for (int service = 1; service <= floods; service++) {
            fill(full, service, length);
          }
          fill(full, 8, length);
          ours += ServiceForm.PLAIN.serviceOf(full.take(0)[1]) == 8 ? 1 : 0;
        }
        assertThat(ours)
            .as("%d floods of %d bytes", floods, length)
            .isBetween(1000 / (floods + 1) - 3, 1000 / (floods + 1) + 3);
      }
    }
  }

  private static void fill(SendOrder full, int service, int length) {
    int offered = 0;
    while (full.hasRoom(service, length)) {
      full.offer(bulk(service, length), Urgency.BULK, 0);
      assertThat(++offered).as("packets of service %d", service).isLessThan(1000);
    }
  }

  @Test
  void whoIsToldOfRoomLosesNothingOfItsOwn() {
    int told = 0;
    for (int seed = 0; seed < 60; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<byte[]> packets = new ArrayList<>();
      int length = random.nextInt(8000, 65536);
      for (int i = random.nextInt(40, 300); i > 0; i--) {
        packets.add(bulk(1 + random.nextInt(1 + seed % 6), random.nextInt(2, length)));
      }
      for (int service = 1; service <= 6; service++) {
        byte[] last = bulk(service, random.nextInt(2, length));
        SendOrder without = filled(packets);
        SendOrder with = filled(packets);
        if (without.hasRoom(service, last.length)) {
          told++;
          with.offer(last, Urgency.BULK, 0);
          List<byte[]> expected = takeOf(service, without);
          expected.add(last);
          assertThat(takeOf(service, with))
              .as("seed %d, service %d", seed, service)
              .usingElementComparator((a, b) -> a == b ? 0 : 1)
              .containsExactlyElementsOf(expected);
        }
      }
    }
    assertThat(told).as("either answer is given").isBetween(50, 350);
  }

  private static SendOrder filled(List<byte[]> packets) {
    SendOrder filled = new SendOrder(ServiceForm.PLAIN, new QueueTimes());
    packets.forEach(packet -> filled.offer(packet, Urgency.BULK, 0));
    return filled;
  }

  private static List<byte[]> takeOf(int service, SendOrder from) {
    List<byte[]> taken = new ArrayList<>();
    while (!from.isEmpty()) {
      byte[] packet = from.take(0);
      if (ServiceForm.PLAIN.serviceOf(packet[1]) == service) {
        taken.add(packet);
      }
    }
    return taken;
  }

  private static byte[] bulk(int service, int length) {
    byte[] packet = new byte[length];
    PacketHeader.toService(Direction.ET, service, ServiceForm.PLAIN).writeInto(packet);
    return packet;
  }

  @Test
  void whoHasMostBytesLosesThemWhereAllTogetherHaveTooMany() {
    int length = 65535;
    for (int service = 5; service <= 6; service++) {
      for (int i = 0; i < 20; i++) {
        assertThat(offer(service, 100 * service + i, length, Urgency.BULK)).isZero();
      }
    }
    int dropped = 0;
    for (int i = 0; i < 100; i++) {
      dropped += offer(9, i, length, Urgency.BULK);
    }

    List<Integer> left = takeAll();
    int fitting = SendOrder.BULK_BYTES_MAX / length;
    assertThat(left).hasSize(fitting);
    assertThat(dropped).isEqualTo(140 - fitting);
    assertThat(left).filteredOn(number -> number >= 500).hasSize(40);
  }

  /** Over any stretch in which all have something to send, all send about as many bytes. */
  @Test
  void servicesShareByBytesWhateverTheLengthOfTheirPackets() {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom chance = new SplittableRandom(seed);
      SendOrder shared = new SendOrder(ServiceForm.BULK, new QueueTimes());
      int services = 2 + chance.nextInt(4);
      int longest = 0;
      int[] lengths = new int[services];
      for (int i = 0; i < services; i++) {
        lengths[i] = HEAD + chance.nextInt(1000);
        longest = Math.max(longest, lengths[i]);
      }
      Map<Integer, Integer> sent = new HashMap<>();
      for (int turn = 0; turn < 5000; turn++) {
        for (int i = 0; i < services; i++) {
          while (shared.hasRoom(1 + i, lengths[i])) {
            byte[] packet = new byte[lengths[i]];
            PacketHeader.toService(Direction.ET, 1 + i, ServiceForm.BULK).writeInto(packet);
            assertThat(shared.offer(packet, Urgency.BULK, 0)).isZero();
          }
        }
        byte[] packet = shared.take(0);
        sent.merge(ServiceForm.BULK.serviceOf(packet[1]), packet.length, Integer::sum);
        if (turn > 2000) {
          int most = sent.values().stream().mapToInt(bytes -> bytes).max().orElseThrow();
          int least = sent.values().stream().mapToInt(bytes -> bytes).min().orElseThrow();
          assertThat(sent).hasSize(services);
          assertThat(most - least).as("seed %d", seed).isLessThanOrEqualTo(3 * longest);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "20, 1", "20, 4", "50, 1", "50, 3", "80, 2", "99, 1", "99, 5"})
  void oneServiceHasItsShareHoweverManyOthersThereAre(int percent, int others) {
    SendOrder shared =
        new SendOrder(ServiceForm.BULK, new QueueTimes(), new BulkLimits(0, 8, percent));
    long[] sent = new long[9 + others];
    for (int turn = 0; turn < 40_000; turn++) {
      for (int service = 8; service < 9 + others; service++) {
        // Ours are long, theirs short.
        int length = service == 8 ? 255 : 60 + service;
        while (shared.hasRoom(service, length)) {
          byte[] packet = new byte[length];
          PacketHeader.toService(Direction.ET, service, ServiceForm.BULK).writeInto(packet);
          assertThat(shared.offer(packet, Urgency.BULK, 0)).isZero();
        }
      }
      byte[] packet = shared.take(0);
      sent[ServiceForm.BULK.serviceOf(packet[1])] += packet.length;
    }
    long all = LongStream.of(sent).sum();
    assertThat(100.0 * sent[8] / all).isCloseTo(percent, within(0.5));
    for (int service = 9; service < 9 + others; service++) {
      assertThat((double) sent[service] * others / (all - sent[8])).isCloseTo(1, within(0.02));
    }
  }

  @Test
  void whoHasAShareAndIsAloneSendsAll() {
    SendOrder shared = new SendOrder(ServiceForm.BULK, new QueueTimes(), new BulkLimits(0, 8, 1));
    byte[] packet = new byte[100];
    PacketHeader.toService(Direction.ET, 8, ServiceForm.BULK).writeInto(packet);
    for (int i = 0; i < 100; i++) {
      shared.offer(packet, Urgency.BULK, 0);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(shared.take(0)).isSameAs(packet);
    }
    assertThat(shared.isEmpty()).isTrue();
  }

  @Test
  void whoHadNothingToSendForALongTimeHasSavedUpNothing() {
    for (int i = 0; i < 100; i++) {
      offer(5, i, 100, Urgency.BULK);
    }
    for (int i = 0; i < 50; i++) {
      order.take(0);
    }
    for (int i = 0; i < 100; i++) {
      offer(6, 1000 + i, 100, Urgency.BULK);
    }
    int late = 0;
    for (int i = 0; i < 20; i++) {
      late += number(order.take(0)) >= 1000 ? 1 : 0;
    }
    assertThat(late).isBetween(9, 11);
  }

  @Test
  void howLongPacketsWaitIsMeasured() {
    QueueTimes times = new QueueTimes();
    SendOrder measured = new SendOrder(ServiceForm.BULK, times);
    byte[] packet = {(byte) 0x82, (byte) 0x88};
    for (int i = 0; i < 3 * SendOrder.BULK_PACKETS_MAX; i++) {
      measured.offer(packet, Urgency.BULK, 1000L * i);
    }
    measured.offer(packet, Urgency.MFM, 500_000);
    measured.take(501_000);
    measured.take(501_000);
    measured.take(1_000_000);

    Map<String, Long> counters = new HashMap<>();
    times.addTo(counters);
    long oldest = 1000L * 2 * SendOrder.BULK_PACKETS_MAX;
    assertThat(times.longestNanos(Urgency.BULK)).isEqualTo(1_000_000 - oldest - 1000);
    assertThat(counters)
        .containsEntry("queued_mfm_longest_us", 1L)
        .containsEntry("queued_mfm_mean_us", 1L)
        .containsEntry("queued_urgent_mean_us", 0L)
        .containsEntry("queued_bulk_longest_us", 743L)
        .containsEntry("queued_bulk_mean_us", 494L);
  }

  @Test
  void bulkTakesNoMoreThanItMayAndHoldsUpNobodyElse() {
    SendOrder slow = new SendOrder(ServiceForm.BULK, new QueueTimes(), new BulkLimits(1000, 0, 0));
    byte[] packet = new byte[100];
    PacketHeader.toService(Direction.ET, 8, ServiceForm.BULK).writeInto(packet);
    long now = 5;
    long begin = now;
    for (int i = 0; i < 50; i++) {
      slow.offer(packet, Urgency.BULK, now);
      assertThat(slow.readyAt(now)).isGreaterThanOrEqualTo(now);
      now = slow.readyAt(now);
      slow.take(now);
    }
    assertThat(now - begin).isEqualTo(49 * 100_000_000L);

    slow.offer(packet, Urgency.BULK, now);
    slow.offer(packet, Urgency.URGENT, now);
    assertThat(slow.readyAt(now)).isEqualTo(now);
    slow.take(now);
    assertThat(slow.readyAt(now)).isEqualTo(now + 100_000_000);
    slow.offer(packet, Urgency.MFM, now);
    assertThat(slow.readyAt(now)).isEqualTo(now);
  }

  @Test
  void clearDropsAll() {
    for (Urgency urgency : Urgency.values()) {
      offer(1, urgency);
      offer(2, urgency);
    }
    assertThat(order.clear()).isEqualTo(6);
    assertThat(order.isEmpty()).isTrue();
    assertThat(order.hasRoom(8, SendOrder.BULK_BYTES_MAX)).isTrue();
    offer(3, Urgency.BULK);
    assertThat(takeAll()).containsExactly(3);
  }
}
