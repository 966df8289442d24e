package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Everything that other threads tell the tile's thread. What the tile's own workers answer is never
 * dropped and comes first. Each direction has two bounded queues, small messages and bytes of
 * files, which are taken round robin over the directions, so that no neighbor's flood delays
 * another's words; a quarter of each batch is left to bytes. A full queue drops the newcomer, since
 * its sender repeats what matters, and counts it.
 */
public final class InputQueue {
  /** Messages of one neighbor that may wait: those of a few milliseconds at full speed. */
  static final int URGENT_MAX = 512;

  /** The window of one neighbor, twice. */
  static final int BULK_MAX = 128;

  /** Of a batch, one in so many inputs is bytes, if there are any. */
  private static final int BULK_SHARE = 4;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<Input> own = new ArrayDeque<>();
  private final Lanes urgent = new Lanes(URGENT_MAX);
  private final Lanes bulk = new Lanes(BULK_MAX);
  private boolean woken;

  /** One queue a direction, all of one bound. */
  private static final class Lanes {
    private final List<Deque<Input>> lanes = new ArrayList<>();
    private final int max;
    private int size;
    private int next;
    private long dropped;

    Lanes(int max) {
      this.max = max;
      for (int i = 0; i < Direction.values().length; i++) {
        lanes.add(new ArrayDeque<>());
      }
    }

    boolean add(Direction from, Input input) {
      Deque<Input> lane = lanes.get(from.ordinal());
      if (lane.size() >= max) {
        dropped++;
        return false;
      }
      lane.add(input);
      size++;
      return true;
    }

    /** One input of each direction in turn; the next call goes on where this one ended. */
    void move(List<Input> batch, int count) {
      for (int left = Math.min(count, size); left > 0; next = (next + 1) % lanes.size()) {
        Input input = lanes.get(next).poll();
        if (input != null) {
          batch.add(input);
          size--;
          left--;
        }
      }
    }
  }

  /** From a worker of the tile itself. */
  public void answer(Input input) {
    lock.lock();
    try {
      own.add(input);
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /** From a neighbor. */
  public void received(Input.Received input) {
    boolean bytes =
        input.message() instanceof Message.Data || input.message() instanceof Message.ManifestPart;
    add(bytes ? bulk : urgent, input.from(), input);
  }

  /** A packet that is no message: counted like an urgent one. */
  public void unreadable(Input.Unreadable input) {
    add(urgent, input.from(), input);
  }

  private void add(Lanes lanes, Direction from, Input input) {
    lock.lock();
    try {
      if (lanes.add(from, input)) {
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
  public void take(List<Input> batch, int max, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (nothing() && !woken && left > 0) {
        left = arrived.awaitNanos(left);
      }
      woken = false;
      int forBulk = Math.min(bulk.size, max / BULK_SHARE);
      while (batch.size() < max - forBulk && !own.isEmpty()) {
        batch.add(own.removeFirst());
      }
      urgent.move(batch, max - forBulk - batch.size());
      bulk.move(batch, max - batch.size());
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    lock.lock();
    try {
      return nothing();
    } finally {
      lock.unlock();
    }
  }

  private boolean nothing() {
    return own.isEmpty() && urgent.size == 0 && bulk.size == 0;
  }

  long droppedUrgent() {
    lock.lock();
    try {
      return urgent.dropped;
    } finally {
      lock.unlock();
    }
  }

  long droppedBulk() {
    lock.lock();
    try {
      return bulk.dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Until {@code deadline}, in {@link System#nanoTime} terms; at least zero. */
  static long until(long deadline, long now) {
    return deadline == Long.MAX_VALUE ? TimeUnit.HOURS.toNanos(1) : Math.max(0, deadline - now);
  }
}
