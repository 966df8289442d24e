package dev.tilecast.engine.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.Direction;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Two counters, one east of the other, in a time of their own. */
final class CountingTest {
  private static final long SECOND = 1_000_000_000;
  private static final int EVERY = 60;

  /** Also in PACKETS.md. */
  private static final String VECTOR = "8601110102030405060708003ca90022c4";

  private static final String UNKNOWN_KIND = "8601130000000000000000003c369fe342";

  private Counting west = new Counting(EVERY);
  private Counting east = new Counting(EVERY);
  private long now;

  /** Lets everything happen that is due until {@code until}, on a link that loses so many. */
  private void run(long until, double loss, SplittableRandom chance) {
    while (now < until) {
      now = Math.min(until, Math.max(now, Math.min(west.wakeAt(), east.wakeAt())));
      send(west, east, Direction.ET, loss, chance);
      send(east, west, Direction.WT, loss, chance);
    }
  }

  private void send(
      Counting from, Counting to, Direction out, double loss, SplittableRandom chance) {
    for (Counting.Sending sending : from.due(now)) {
      assertThat(sending.to()).isEqualTo(out);
      if (chance.nextDouble() >= loss) {
        to.received(out.opposite(), packet(sending.packet()), now);
      }
    }
  }

  private void run(long until) {
    run(until, 0, new SplittableRandom(1));
  }

  private static byte[] packet(CounterPacket packet) {
    byte[] content = packet.content();
    byte[] bytes = new byte[2 + content.length];
    bytes[0] = (byte) 0x86;
    bytes[1] = 1;
    System.arraycopy(content, 0, bytes, 2, content.length);
    return bytes;
  }

  private void connect() {
    west.connected(Direction.ET, now);
    east.connected(Direction.WT, now);
  }

  private static OptionalLong heard(Counting by) {
    return by.rows(0).get(0).value();
  }

  @Test
  void aValueIsToldAtOnceWhenItChangesAndWhenSomebodyComes() {
    west.set(5, now);
    connect();
    run(now + 1);
    assertThat(heard(east)).hasValue(5);
    assertThat(heard(west)).isEmpty();

    east.set(17, now);
    west.set(6, now);
    run(now + 1);
    assertThat(heard(west)).hasValue(17);
    assertThat(heard(east)).hasValue(6);

    east = new Counting(EVERY);
    connect();
    run(now + 1);
    assertThat(heard(east)).hasValue(6);
    assertThat(heard(west)).as("of the one that was there before").isEmpty();
  }

  /** The program was started anew, while the link stayed. */
  @Test
  void whoKnowsNothingYetAsksAndIsAnsweredOnceASecond() {
    connect();
    west.set(5, now);
    east.set(6, now);
    run(now + 10 * SECOND);

    east = new Counting(EVERY);
    east.set(7, now);
    east.connected(Direction.WT, now);
    run(now + 1);
    assertThat(heard(east)).hasValue(5);
    assertThat(heard(west)).hasValue(7);

    long sent = west.counters().get("sent");
    for (int i = 0; i < 1000; i++) {
      west.received(Direction.ET, packet(new CounterPacket(8, EVERY, true)), now);
      run(now + SECOND / 100);
    }
    assertThat(west.counters().get("sent") - sent).isBetween(9L, 11L);
  }

  @Test
  void itIsToldEveryMinuteAndNoMoreOften() {
    connect();
    west.set(5, now);
    west.set(5, now);
    run(10 * EVERY * SECOND - 1);

    assertThat(west.counters()).containsEntry("sent", 10L);
    assertThat(east.counters()).containsEntry("received", 10L).doesNotContainKey("sent");
  }

  @Test
  void whoFallsSilentIsForgottenAndWhoIsGoneAtOnce() {
    connect();
    west.set(5, now);
    run(EVERY * SECOND);
    SplittableRandom chance = new SplittableRandom(1);
    run(3 * EVERY * SECOND - 1, 1, chance);
    assertThat(heard(east)).hasValue(5);
    run(4 * EVERY * SECOND + 1, 1, chance);
    assertThat(heard(east)).isEmpty();
    assertThat(east.counters()).containsEntry("forgotten", 1L);

    east.disconnected(Direction.WT);
    assertThat(east.rows(now)).isEmpty();
    east.received(Direction.WT, packet(new CounterPacket(7, EVERY, false)), now);
    assertThat(east.rows(now)).isEmpty();
    assertThat(east.counters()).containsEntry("not_connected", 1L);
  }

  @Test
  void onLossyFlappingLinksBothKnowTheNewestInTheEnd() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom chance = new SplittableRandom(seed);
      west = new Counting(1 + chance.nextInt(100));
      east = new Counting(1 + chance.nextInt(100));
      now = 0;
      long value = 0;
      for (int i = 0; i < 50; i++) {
        switch (chance.nextInt(6)) {
          case 0 -> connect();
          case 1 -> west.disconnected(Direction.ET);
          case 2 -> east.disconnected(Direction.WT);
          case 3 -> west.set(++value, now);
          default -> east.set(++value, now);
        }
        run(now + chance.nextLong(30 * SECOND), 0.3, chance);
      }
      west.set(++value, now);
      east.set(++value, now);
      connect();
      run(now + 101 * SECOND);

      assertThat(heard(east)).as("seed %d", seed).isEqualTo(west.own());
      assertThat(heard(west)).as("seed %d", seed).isEqualTo(east.own());
    }
  }

  @Test
  void thePacketIsAsThePageDrawsIt() {
    byte[] packet = packet(new CounterPacket(0x0102030405060708L, 60, false));

    assertThat(HexFormat.of().formatHex(packet)).isEqualTo(VECTOR);
    assertThat(CounterPacket.faultOf(packet)).isEmpty();
    assertThat(CounterPacket.of(packet))
        .isEqualTo(new CounterPacket(0x0102030405060708L, 60, false));
    packet[0] = (byte) 0x82;
    packet[1] = (byte) 0x81;
    assertThat(CounterPacket.faultOf(packet)).as("the header is not checked").isEmpty();
  }

  @Test
  void whatIsNoPacketIsCountedAndChangesNothing() {
    connect();
    byte[] good = packet(new CounterPacket(5, EVERY, false));
    for (int length = 0; length < good.length; length++) {
      east.received(Direction.WT, Arrays.copyOf(good, length), now);
    }
    for (int bit = 16; bit < 8 * good.length; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      east.received(Direction.WT, bad, now);
    }
    assertThat(heard(east)).isEmpty();
    assertThat(east.counters())
        .containsOnlyKeys("bad_length", "bad_checksum")
        .containsEntry("bad_length", 7L);

    east.received(Direction.WT, HexFormat.of().parseHex(UNKNOWN_KIND), now);
    east.received(Direction.WT, HexFormat.of().parseHex(BELOW_ZERO), now);
    assertThat(heard(east)).isEmpty();
    assertThat(east.counters()).containsEntry("bad_unknown", 1L).containsEntry("bad_value", 1L);
  }

  private static final String BELOW_ZERO = "860111ffffffffffffffff003ca967f6d0";

  @Test
  void numbersThatCannotBeAreRefused() {
    for (List<Long> each : List.of(List.of(-1L, 1L), List.of(0L, 0L), List.of(0L, 65536L))) {
      assertThatThrownBy(() -> new CounterPacket(each.get(0), each.get(1).intValue(), false))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
