package dev.tilecast.testbed.storm;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time since a storm began; whoever waits by it is woken when the storm is over. */
final class StormClock {
  private final long startNanos = System.nanoTime();
  private final CountDownLatch over = new CountDownLatch(1);

  /** Since the storm began. */
  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  /** Waits until {@code atMillis}; false where the storm was over before. */
  boolean awaitUntil(long atMillis) throws InterruptedException {
    return pause(atMillis - millis());
  }

  /** Waits so long; false where the storm is over. */
  boolean pause(long millis) throws InterruptedException {
    return !over.await(Math.max(0, millis), TimeUnit.MILLISECONDS);
  }

  /** Ends all waiting, now and later. */
  void end() {
    over.countDown();
  }

  boolean isOver() {
    return over.getCount() == 0;
  }
}
