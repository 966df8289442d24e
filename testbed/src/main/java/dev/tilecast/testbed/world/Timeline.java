package dev.tilecast.testbed.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The time of one world: events in the order of their instant, and of their making where instants
 * are equal. All chance of the world comes from here too, so that one seed is one world. Of one
 * thread.
 */
public final class Timeline {
  /** Children of a node of the heap: four lie in one cache line. */
  private static final int FAN_OUT = 4;

  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private final long seed;
  private final Trace history;
  private final SplittableRandom chance;
  private long[] instants = new long[1024];
  private long[] sequences = new long[1024];
  private Runnable[] actions = new Runnable[1024];
  private int size;
  private long sequence;
  private long executed;
  private long now;

  /** A timeline at instant 0 whose trace is a digest only. */
  public Timeline(long seed) {
    this(seed, Trace.digestOnly());
  }

  /** A timeline at instant 0 that tells {@code history} what happens. */
  public Timeline(long seed, Trace history) {
    this.seed = seed;
    this.history = requireNonNull(history);
    chance = fork("world");
  }

  /** The seed that everything was drawn from. */
  public long seed() {
    return seed;
  }

  /** Nanoseconds since the world began. */
  public long now() {
    return now;
  }

  /** Has {@code action} run at instant {@code nanos}, or now where that has passed. */
  public void at(long nanos, Runnable action) {
    requireNonNull(action);
    if (size == actions.length) {
      instants = Arrays.copyOf(instants, 2 * size);
      sequences = Arrays.copyOf(sequences, 2 * size);
      actions = Arrays.copyOf(actions, 2 * size);
    }
    siftUp(Math.max(nanos, now), sequence, action);
    sequence++;
  }

  /** Has {@code action} run {@code span} nanoseconds from now. */
  public void after(long span, Runnable action) {
    at(Math.addExact(now, span), action);
  }

  /** Runs the next event; false where there is none. */
  public boolean step() {
    if (size == 0) {
      return false;
    }
    now = instants[0];
    Runnable action = actions[0];
    removeFirst();
    executed++;
    action.run();
    return true;
  }

  /** Runs everything up to and with instant {@code nanos}, at which it ends. */
  public void runUntil(long nanos) {
    while (size > 0 && instants[0] <= nanos) {
      step();
    }
    now = Math.max(now, nanos);
  }

  /** The instant of the next event, or {@link Long#MAX_VALUE}. */
  public long nextAt() {
    return size == 0 ? Long.MAX_VALUE : instants[0];
  }

  /** How many events have run. */
  public long executed() {
    return executed;
  }

  /** How many events wait. */
  public int waiting() {
    return size;
  }

  /** The chance of the world itself; whoever draws much or rarely takes a {@link #fork}. */
  public RandomGenerator chance() {
    return chance;
  }

  /**
   * A generator of its own for {@code purpose}. It depends on the seed and these words only, so a
   * draw more in one place changes no other place.
   */
  public SplittableRandom fork(String purpose) {
    long hash = FNV_OFFSET;
    for (byte b : purpose.getBytes(UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
    }
    // Two rounds, since neighboring seeds must not give neighboring streams.
    return new SplittableRandom(new SplittableRandom(seed).nextLong() ^ hash).split();
  }

  /** Writes down that something happened now. */
  public void trace(String kind, String who, long value) {
    history.add(now, kind, who, value);
  }

  /** What happened. */
  public Trace history() {
    return history;
  }

  private void siftUp(long instant, long number, Runnable action) {
    int at = size;
    size++;
    while (at > 0) {
      int parent = (at - 1) / FAN_OUT;
      // The newcomer has the highest number, so it never passes an equal instant.
      if (instants[parent] <= instant) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    put(at, instant, number, action);
  }

  private void removeFirst() {
    size--;
    long instant = instants[size];
    long number = sequences[size];
    Runnable action = actions[size];
    int at = 0;
    int child = leastChild(at);
    while (child < size && isBefore(child, instant, number)) {
      move(child, at);
      at = child;
      child = leastChild(at);
    }
    put(at, instant, number, action);
    actions[size] = Timeline::nothing;
  }

  private int leastChild(int parent) {
    int least = FAN_OUT * parent + 1;
    int end = Math.min(size, least + FAN_OUT);
    for (int child = least + 1; child < end; child++) {
      if (isBefore(child, instants[least], sequences[least])) {
        least = child;
      }
    }
    return least;
  }

  private boolean isBefore(int node, long instant, long number) {
    return instants[node] < instant || (instants[node] == instant && sequences[node] < number);
  }

  private void move(int from, int to) {
    put(to, instants[from], sequences[from], actions[from]);
  }

  private void put(int at, long instant, long number, Runnable action) {
    instants[at] = instant;
    sequences[at] = number;
    actions[at] = action;
  }

  private static void nothing() {
    // Stands in freed places of the heap, so that a finished event can be collected.
  }
}
