package dev.tilecast.testbed.storm;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time since something began; whoever waits by it is woken when that is ended. */
final class StormClock {
  private final long startNanos = System.nanoTime();
  private final CountDownLatch over = new CountDownLatch(1);

  /** Since it began. */
  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  /** Waits until {@code atMillis}. */
  void awaitUntil(long atMillis) throws InterruptedException {
    pause(atMillis - millis());
  }

  /** Waits so long; false where it was ended meanwhile. */
  boolean pause(long millis) throws InterruptedException {
    return !over.await(Math.max(0, millis), TimeUnit.MILLISECONDS);
  }

  /** Ends all waiting, now and later. */
  void end() {
    over.countDown();
  }
}
