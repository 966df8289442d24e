package dev.tilecast.transport.itc;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A time that passes only while the test waits for something. */
final class HandTime implements ItcTime {
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long REAL_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

  /** A machine that was halted for a while has not waited for anything. */
  private static final int STEPS_MIN = 100_000;

  private final Set<Object> waiting = new HashSet<>();
  private long now;

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // The caller loops.
  public void await(Object monitor, long nanos) throws InterruptedException {
    synchronized (this) {
      if (nanos <= 0) {
        return;
      }
      waiting.add(monitor);
    }
    // Woken by every step; who waits looks again whether it is time.
    monitor.wait();
  }

  /** What comes into {@code queue} next, the time passing until it does. */
  <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    long end = System.nanoTime() + REAL_NANOS_MAX;
    for (int step = 0; step < STEPS_MIN || System.nanoTime() < end; step++) {
      T found = queue.poll(200, TimeUnit.MICROSECONDS);
      if (found != null) {
        return found;
      }
      pass();
    }
    throw new AssertionError("nothing came");
  }

  /** Five milliseconds. */
  void pass() {
    Set<Object> toWake;
    synchronized (this) {
      now += STEP_NANOS;
      toWake = Set.copyOf(waiting);
    }
    for (Object monitor : toWake) {
      synchronized (monitor) {
        monitor.notifyAll();
      }
    }
  }
}
