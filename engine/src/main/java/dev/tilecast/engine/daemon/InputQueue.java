package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.message.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Everything that other threads tell the tile's thread. Three bounded queues: what the tile's own
 * workers answer is never dropped and comes first; then the small messages of neighbors; then bytes
 * of files. A full queue drops the newcomer, since its sender repeats what matters, and counts it.
 */
final class InputQueue {
  /** Messages of neighbors that may wait: those of a few milliseconds at full speed. */
  private static final int URGENT_MAX = 4096;

  /** The windows of eight neighbors together. */
  private static final int BULK_MAX = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<Input> own = new ArrayDeque<>();
  private final Deque<Input> urgent = new ArrayDeque<>();
  private final Deque<Input> bulk = new ArrayDeque<>();
  private long droppedUrgent;
  private long droppedBulk;
  private boolean woken;

  /** From a worker of the tile itself. */
  void answer(Input input) {
    lock.lock();
    try {
      own.add(input);
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /** From a neighbor. */
  void received(Input.Received input) {
    boolean bytes =
        input.message() instanceof Message.Data || input.message() instanceof Message.ManifestPart;
    lock.lock();
    try {
      if (bytes && bulk.size() >= BULK_MAX) {
        droppedBulk++;
      } else if (!bytes && urgent.size() >= URGENT_MAX) {
        droppedUrgent++;
      } else {
        (bytes ? bulk : urgent).add(input);
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A packet that is no message: counted like an urgent one. */
  void unreadable(Input.Unreadable input) {
    lock.lock();
    try {
      if (urgent.size() >= URGENT_MAX) {
        droppedUrgent++;
      } else {
        urgent.add(input);
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends a wait in {@link #take} although nothing has come. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves up to {@code max} inputs into {@code batch}, the most urgent first; waits up to {@code
   * nanos} for the first one.
   */
  void take(List<Input> batch, int max, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (own.isEmpty() && urgent.isEmpty() && bulk.isEmpty() && !woken && left > 0) {
        left = arrived.awaitNanos(left);
      }
      woken = false;
      move(own, batch, max);
      move(urgent, batch, max);
      move(bulk, batch, max);
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return own.isEmpty() && urgent.isEmpty() && bulk.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  long droppedUrgent() {
    lock.lock();
    try {
      return droppedUrgent;
    } finally {
      lock.unlock();
    }
  }

  long droppedBulk() {
    lock.lock();
    try {
      return droppedBulk;
    } finally {
      lock.unlock();
    }
  }

  /** Until {@code deadline}, in {@link System#nanoTime} terms; at least zero. */
  static long until(long deadline, long now) {
    return deadline == Long.MAX_VALUE ? TimeUnit.HOURS.toNanos(1) : Math.max(0, deadline - now);
  }

  private static void move(Deque<Input> from, List<Input> batch, int max) {
    while (batch.size() < max && !from.isEmpty()) {
      batch.add(from.removeFirst());
    }
  }
}
