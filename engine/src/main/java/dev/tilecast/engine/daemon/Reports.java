package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.TileReport;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The newest report, put here by the tile's thread for whoever waits for one. */
final class Reports {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private TileReport current;
  private long published;
  private int awaiting;
  private boolean ended;

  Reports(TileReport first) {
    current = first;
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

  /**
   * Whether somebody waits for a report: also while the last one is still being looked at, which
   * may not have been what that asker waits for.
   */
  boolean isAwaited() {
    lock.lock();
    try {
      return awaiting > 0;
    } finally {
      lock.unlock();
    }
  }

  /** Runs {@code cause} and gives the next report, or the current one if none comes in time. */
  TileReport next(Runnable cause, Duration timeout) {
    lock.lock();
    awaiting++;
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
      return current;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return current;
    } finally {
      awaiting--;
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

  /**
   * Runs {@code cause}, and waits until a report meets {@code until}; whether one did within {@code
   * timeout}.
   */
  boolean await(Predicate<TileReport> until, Runnable cause, Duration timeout)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    lock.lockInterruptibly();
    awaiting++;
    try {
      cause.run();
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
      awaiting--;
      lock.unlock();
    }
  }
}
