package dev.tilecast.transport.itc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class DriverQueueTest {
  private static final long SECOND = 1_000_000_000;
  private static final long COUNTER_MODULUS = 1L << 32;

  @Test
  void withoutCountsItDrainsAtTheSetRate() {
    DriverQueue queue = new DriverQueue(510, 1000, 0);
    queue.add(255, 0);
    queue.add(255, 0);

    assertThat(queue.hasRoom(255, 0)).isFalse();
    assertThat(queue.hasRoom(255, 254_000_000)).isFalse();
    assertThat(queue.readyAt(255, 254_000_000)).isBetween(255_000_000L, 255_000_010L);
    assertThat(queue.hasRoom(255, 255_000_010)).isTrue();
    queue.takeBack(255);
    assertThat(queue.hasRoom(510, 255_000_010)).isTrue();
  }

  /** A driver of any pace, with stalls, whose counter goes round: never more than the bound. */
  @Test
  void withCountsTheDriverNeverHoldsMore() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom chance = new SplittableRandom(seed);
      long now = 0;
      long count = COUNTER_MODULUS - chance.nextInt(5000);
      DriverQueue queue = new DriverQueue(510, 65536, now);
      queue.told(count, now);
      int inDriver = 0;
      int passed = 0;
      for (int step = 0; step < 5000; step++) {
        int next = 2 + chance.nextInt(254);
        long at = queue.readyAt(next, now);
        assertThat(at - now).isLessThanOrEqualTo(DriverQueue.LOOK_NANOS_MAX);
        if (queue.hasRoom(next, now)) {
          queue.add(next, now);
          inDriver += next;
          assertThat(inDriver).isLessThanOrEqualTo(510);
        } else {
          now = Math.max(now, at);
          int passes = chance.nextInt(4) == 0 ? 0 : Math.min(inDriver, chance.nextInt(400));
          inDriver -= passes;
          passed += passes;
          count = (count + passes) % COUNTER_MODULUS;
          queue.told(count, now);
        }
      }
      assertThat(passed).as("seed %d", seed).isGreaterThan(100_000);
    }
  }

  @Test
  void whatOthersSendIsForgottenOnceOursIsThrough() {
    DriverQueue queue = new DriverQueue(510, 65536, 0);
    queue.told(0, 0);
    queue.add(255, 0);
    queue.told(1000, SECOND);

    assertThat(queue.hasRoom(510, SECOND)).isTrue();
    assertThat(queue.hasRoom(511, SECOND)).isFalse();
  }

  @Test
  void aDriverThatTellsNoMoreIsReckonedAgain() {
    DriverQueue queue = new DriverQueue(510, 1000, 0);
    queue.told(0, 0);
    queue.add(510, 0);
    assertThat(queue.hasRoom(255, 10 * SECOND)).isFalse();

    queue.untold(10 * SECOND);
    assertThat(queue.hasRoom(255, 10 * SECOND)).isFalse();
    assertThat(queue.hasRoom(255, 10 * SECOND + 255_000_010)).isTrue();
  }

  /** One look that found nothing to read, and what was passed on before the next one. */
  @Test
  void whatIsPassedOnWhileTheDriverDoesNotTellIsNotWaitedForEver() {
    DriverQueue queue = new DriverQueue(510, 1000, 0);
    queue.told(0, 0);
    queue.add(510, 0);
    queue.untold(SECOND);
    queue.told(510, SECOND);

    assertThat(queue.hasRoom(255, SECOND)).isFalse();
    assertThat(queue.readyAt(255, SECOND)).isBetween(SECOND + 255_000_000, SECOND + 255_000_010);
    assertThat(queue.hasRoom(255, SECOND + 255_000_010)).isTrue();
    queue.add(255, SECOND + 255_000_010);
    // What came before is reckoned, and what came after is told.
    assertThat(queue.hasRoom(255, 2 * SECOND)).isTrue();
    assertThat(queue.hasRoom(256, 9 * SECOND)).isFalse();
    assertThat(queue.hasStalled(8 * SECOND, 10 * SECOND)).isTrue();
    queue.told(510 + 255, 10 * SECOND);
    assertThat(queue.hasRoom(510, 10 * SECOND)).isTrue();
  }

  /** Taken back where it was put, whatever was told between. */
  @Test
  void whatTheDriverDidNotTakeIsTakenBackOnce() {
    DriverQueue queue = new DriverQueue(510, 1000, 0);
    queue.add(100, 0);
    queue.told(0, 0);
    queue.add(200, 0);
    queue.takeBack(200);
    assertThat(queue.hasRoom(410, 0)).isTrue();
    assertThat(queue.hasRoom(411, 0)).isFalse();
    queue.add(200, 0);
    queue.untold(0);
    queue.takeBack(200);
    assertThat(queue.hasRoom(410, 0)).isTrue();
    assertThat(queue.hasRoom(411, 0)).isFalse();
    queue.takeBack(999);
    assertThat(queue.hasRoom(511, 0)).isFalse();
  }

  @Test
  void theDriverIsAskedSeldomWhileItStalls() {
    DriverQueue queue = new DriverQueue(510, 65536, 0);
    queue.told(0, 0);
    queue.add(510, 0);
    long now = 0;
    int looks = 0;
    while (now < 10 * SECOND && looks < 1000) {
      now = queue.readyAt(255, now);
      queue.told(0, now);
      looks++;
    }

    assertThat(looks).isBetween(100, 120);
  }
}
