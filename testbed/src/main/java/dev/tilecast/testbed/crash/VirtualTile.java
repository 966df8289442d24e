package dev.tilecast.testbed.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.daemon.Surroundings;
import dev.tilecast.engine.daemon.Tile;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** A real tile without threads: its slow work, its time and its one link are given to it. */
final class VirtualTile implements Closeable {
  /** Ten minutes: longer than anything waits that is not told of again. */
  static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Tile tile;
  private final VirtualTime time;
  private final Optional<WireEnd> end;
  private final Deque<Runnable> slow;
  private final AtomicReference<Throwable> fatal;
  private final ByteArrayOutputStream diary;

  private VirtualTile(
      Tile tile,
      VirtualTime time,
      Optional<WireEnd> end,
      Deque<Runnable> slow,
      AtomicReference<Throwable> fatal,
      ByteArrayOutputStream diary) {
    this.tile = tile;
    this.time = time;
    this.end = end;
    this.slow = slow;
    this.fatal = fatal;
    this.diary = diary;
  }

  /**
   * Starts the tile whose home is {@code root}.
   *
   * @throws ViolationException where it does not start
   */
  static VirtualTile start(Path root, VirtualTime time, Optional<WireEnd> end, long seed)
      throws ViolationException {
    return start(root, time, end, seed, false);
  }

  /**
   * The same.
   *
   * @param beside whether a file is synced, and a dropped one cut, as its inspection begins
   */
  static VirtualTile start(
      Path root, VirtualTime time, Optional<WireEnd> end, long seed, boolean beside)
      throws ViolationException {
    Deque<Runnable> slow = new ArrayDeque<>();
    AtomicReference<Throwable> fatal = new AtomicReference<>();
    ByteArrayOutputStream diary = new ByteArrayOutputStream();
    Surroundings around =
        new Surroundings(
            (settings, troubles) -> end.map(List::of).orElse(List.of()),
            slow::add,
            beside ? Optional.of(Runnable::run) : Optional.empty(),
            time::nanos,
            time,
            new SplittableRandom(seed),
            Thread::new,
            cause -> fatal.compareAndSet(null, cause),
            new PrintStream(diary, false, UTF_8));
    try {
      Tile tile = Tile.open(root, around);
      VirtualTile started = new VirtualTile(tile, time, end, slow, fatal, diary);
      try {
        tile.start();
        return started;
      } catch (IOException e) {
        started.close();
        throw e;
      }
    } catch (IOException | SettingsException | RuntimeException e) {
      throw new ViolationException(
          "the tile does not start: " + e + "\n" + diary.toString(UTF_8), e);
    }
  }

  /** Does one piece of work; false where there is none at this instant. */
  boolean step() throws ViolationException {
    try {
      if (end.isPresent() && end.get().deliver()) {
        return true;
      }
      if (!tile.isIdle() || time.nanos() >= tile.dueAtNanos()) {
        tile.turn(0);
        requireGoingOn();
        return true;
      }
      Runnable work = slow.poll();
      if (work == null) {
        return false;
      }
      work.run();
      requireGoingOn();
      return true;
    } catch (IOException | RuntimeException e) {
      throw stopped(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(e);
    }
  }

  /** What the database would do by itself a few seconds later. */
  void writeBehind() throws ViolationException {
    try {
      tile.writeBehind();
    } catch (IOException e) {
      throw stopped(e);
    }
  }

  /** Works and lets time pass until {@code goal} holds. */
  void runUntil(BooleanSupplier goal, String words) throws ViolationException {
    long deadline = time.nanos() + PATIENCE_NANOS;
    while (true) {
      while (step()) {
        // Goes on until there is nothing to do at this instant.
      }
      if (goal.getAsBoolean()) {
        return;
      }
      if (time.nanos() > deadline) {
        throw new ViolationException("not reached: " + words + "\n" + diary());
      }
      time.advanceTo(dueAtNanos());
    }
  }

  private void requireGoingOn() throws ViolationException {
    if (fatal.get() != null) {
      throw stopped(fatal.get());
    }
  }

  private ViolationException stopped(Throwable cause) {
    return new ViolationException("the tile stops: " + cause, cause);
  }

  long dueAtNanos() {
    return tile.dueAtNanos();
  }

  TileReport report() {
    return tile.report();
  }

  Path root() {
    return tile.home().root();
  }

  /** What it has told so far. */
  String diary() {
    return diary.toString(UTF_8);
  }

  /** Stops it in good order. */
  @Override
  public void close() {
    tile.close();
  }
}
