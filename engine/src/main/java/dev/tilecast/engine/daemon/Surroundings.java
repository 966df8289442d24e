package dev.tilecast.engine.daemon;

import static java.util.Objects.requireNonNull;

import dev.tilecast.transport.Link;
import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Everything that a tile does not own: time, chance, links and whoever does its slow work. The
 * daemon gives it the machine's; a world gives it its own.
 *
 * @param links opens the links, after the tile has found its disk in order
 * @param slow runs slow work one after the other, never before {@code execute} has returned, and
 *     stops the tile where such work throws
 * @param beside runs what may go on beside that; none where everything is to have one order
 * @param nanoTime monotonic
 * @param clock the time of day, for people only: nothing is decided by it
 * @param random draws the boot id, and the tile id at the first start
 * @param activationThreads makes the threads that run commands of the settings
 * @param fatal is told what the tile cannot go on after, from any thread
 * @param diary what the tile tells, one line an event
 */
public record Surroundings(
    Links links,
    Executor slow,
    Optional<Executor> beside,
    LongSupplier nanoTime,
    InstantSource clock,
    RandomGenerator random,
    ThreadFactory activationThreads,
    Consumer<Throwable> fatal,
    PrintStream diary) {
  public Surroundings {
    requireNonNull(links);
    requireNonNull(slow);
    requireNonNull(beside);
    requireNonNull(nanoTime);
    requireNonNull(clock);
    requireNonNull(random);
    requireNonNull(activationThreads);
    requireNonNull(fatal);
    requireNonNull(diary);
  }

  /** Where a tile's links come from. */
  @FunctionalInterface
  public interface Links {
    /**
     * Opens one link for each direction that {@code settings} or the world wires.
     *
     * @param troubles hears, from any thread, of what goes wrong and is of no single link
     */
    List<? extends Link> open(Settings settings, Consumer<String> troubles) throws IOException;
  }
}
