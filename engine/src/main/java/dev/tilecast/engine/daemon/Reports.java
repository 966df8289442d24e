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

  /** Whether somebody waits for the next report. */
  boolean isAwaited() {
    lock.lock();
    try {
      return lock.hasWaiters(changed);
    } finally {
      lock.unlock();
    }
  }

  /** Runs {@code cause} and gives the next report, or the current one if none comes in time. */
  TileReport next(Runnable cause, Duration timeout) {
    lock.lock();
    try {
      long before = published;
      long deadline = System.nanoTime() + timeout.toNanos();
      cause.run();
      while (published == before && !ended) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          break;
        }
        changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return current;
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
