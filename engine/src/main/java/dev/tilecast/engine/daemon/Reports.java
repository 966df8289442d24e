package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.TileReport;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The current report, swapped in by the tile's thread and read by everybody else. */
final class Reports {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile TileReport current;
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
    long left = timeout.toNanos();
    long deadline = System.nanoTime() + left;
    while (true) {
      TileReport tested = current;
      if (until.test(tested)) {
        return true;
      }
      lock.lockInterruptibly();
      try {
        while (current == tested && !ended) {
          left = deadline - System.nanoTime();
          if (left <= 0) {
            return false;
          }
          if (!changed.await(left, TimeUnit.NANOSECONDS)) {
            return until.test(current);
          }
        }
        if (ended) {
          return false;
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
