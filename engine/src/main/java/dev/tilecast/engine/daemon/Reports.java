package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.TileReport;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The current report, swapped in by the tile's thread and read by everybody else. */
final class Reports {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile TileReport current;
  private long published;
  private boolean ended;

  Reports(TileReport first) {
    current = first;
  }

  TileReport current() {
    return current;
  }

  void publish(TileReport report) {
    lock.lock();
    try {
      current = report;
      published++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No report will come any more; nobody waits on. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a report meets {@code until}; whether one did within {@code timeout}. */
  boolean await(Predicate<TileReport> until, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    lock.lockInterruptibly();
    try {
      while (!until.test(current)) {
        long tested = published;
        while (published == tested) {
          long left = deadline - System.nanoTime();
          if (ended || left <= 0) {
            return false;
          }
          changed.awaitNanos(left);
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
