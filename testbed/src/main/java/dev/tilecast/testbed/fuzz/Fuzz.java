package dev.tilecast.testbed.fuzz;

import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import dev.tilecast.testbed.world.Disks;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.Trace;
import dev.tilecast.testbed.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs many seeds, each a world of its own with its own faults, and finds for a seed that fails the
 * shortest list of faults that makes it fail (SCENARIOS.md, Fuzzing).
 */
public final class Fuzz {
  /** Each so many-th seed runs twice, and both runs must be equal event by event. */
  static final int TWICE_EVERY = 50;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final int TRACE_MAX = 4096;
  private static final int FAULTS_SHOWN_MAX = 40;

  /** Of files in memory: more than any seed needs. */
  private static final long FOLDERS_BYTES_MAX = 1L << 34;

  private final Request request;
  private final LongSupplier nanoTime;
  private final Consumer<String> out;
  private final Consumer<World> onlooker;

  /**
   * What is to be run.
   *
   * @param seeds how many
   * @param from the first one
   * @param nanosMax no seed begins after so long
   * @param shard of {@code shards}, from 1: takes every {@code shards}-th seed
   * @param faults only so many faults of each seed, or all
   * @param grid the same six-neighbor grid for all seeds, or drawn topologies
   * @param folders whether tiles are the daemon's own, on files and databases in memory
   * @param threads seeds at once
   */
  public record Request(
      long seeds,
      long from,
      long nanosMax,
      int shard,
      int shards,
      Optional<Integer> faults,
      Optional<Grid> grid,
      boolean folders,
      int threads) {
    public Request {
      if (seeds < 1 || shard < 1 || shard > shards || threads < 1) {
        throw new IllegalArgumentException(
            seeds
                + " seeds, shard "
                + shard
                + "/"
                + shards
                + ": at least one seed, and a shard from 1 to the number of shards");
      }
    }
  }

  /** A six-neighbor grid, printed as {@code 5x5}. */
  public record Grid(int width, int height) {
    Topology topology() {
      return Topology.brick(width, height);
    }

    @Override
    public String toString() {
      return width + "x" + height;
    }
  }

  /**
   * What came of it.
   *
   * @param broken how many seeds failed
   * @param slowestNanos the longest time from the end of the faults until all had converged
   */
  public record Result(
      long run, long twice, long broken, long events, long judged, long slowestNanos) {}

  /**
   * A fuzz run.
   *
   * @param nanoTime the time of this machine, for {@code nanosMax} only
   * @param out what is told, line by line
   */
  public Fuzz(Request request, LongSupplier nanoTime, Consumer<String> out) {
    this(request, nanoTime, out, world -> {});
  }

  /**
   * A fuzz run that somebody looks on.
   *
   * @param nanoTime the time of this machine, for {@code nanosMax} only
   * @param out what is told, line by line
   * @param onlooker is given the world of each seed's first run before anything happens, on the
   *     thread that runs it
   */
  public Fuzz(
      Request request, LongSupplier nanoTime, Consumer<String> out, Consumer<World> onlooker) {
    this.request = request;
    this.nanoTime = nanoTime;
    this.out = out;
    this.onlooker = onlooker;
  }

  private record Seed(long number, Plan plan, Trial.Outcome outcome, Optional<String> unequal) {}

  /** Runs all seeds, and tells of each that fails. */
  public Result run() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(request.threads);
    try {
      return run(threads);
    } finally {
      threads.shutdownNow();
    }
  }

  private Result run(ExecutorService threads) throws InterruptedException {
    long end = nanoTime.getAsLong() + request.nanosMax;
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < request.seeds; i++) {
      if (i % request.shards == request.shard - 1) {
        numbers.add(request.from + i);
      }
    }
    Result result = new Result(0, 0, 0, 0, 0, 0);
    int batch = request.threads * 8;
    for (int i = 0; i < numbers.size() && nanoTime.getAsLong() < end; i += batch) {
      List<Future<Seed>> running = new ArrayList<>();
      for (long number : numbers.subList(i, Math.min(i + batch, numbers.size()))) {
        running.add(threads.submit(() -> seed(number)));
      }
      for (Future<Seed> future : running) {
        result = add(result, finished(future));
      }
    }
    return result;
  }

  private static Seed finished(Future<Seed> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the testbed itself failed: " + e.getCause(), e);
    }
  }

  private Seed seed(long number) {
    Optional<Topology> fixed = request.grid.map(Grid::topology);
    Plan whole = request.folders ? Plan.ofFolders(number, fixed) : Plan.of(number, fixed);
    Plan plan = request.faults.map(whole::withFaults).orElse(whole);
    Trial.Outcome outcome = run(plan, Trace.digestOnly(), onlooker);
    Optional<String> unequal =
        number % TWICE_EVERY == 0 ? difference(plan, outcome.trace()) : Optional.empty();
    return new Seed(number, plan, outcome, unequal);
  }

  private Trial.Outcome run(Plan plan, Trace trace) {
    return run(plan, trace, world -> {});
  }

  private Trial.Outcome run(Plan plan, Trace trace, Consumer<World> looksOn) {
    if (!request.folders) {
      return Trial.run(plan, trace, looksOn);
    }
    RecordingFileSystem memory = new RecordingFileSystem(Disk.empty(), FOLDERS_BYTES_MAX);
    return Trial.run(plan.on(new Disks.Folders(memory.getPath("/world"))), trace, looksOn);
  }

  /** Where a second run of {@code plan} differs from the first, or empty. */
  private Optional<String> difference(Plan plan, Trace first) {
    Trace second = run(plan, Trace.digestOnly()).trace();
    Optional<Trace.Span> parting = Trace.parting(first, second);
    if (parting.isEmpty()) {
      return Optional.empty();
    }
    int count = (int) Math.min(TRACE_MAX, parting.get().end() - parting.get().from());
    Trace one = run(plan, Trace.recording(parting.get().from(), count)).trace();
    Trace other = run(plan, Trace.recording(parting.get().from(), count)).trace();
    return Optional.of(
        Trace.firstDifference(one, other)
            .map(Trace.Difference::toString)
            .orElse("somewhere after event " + parting.get().from()));
  }

  private Result add(Result sum, Seed seed) {
    Optional<String> broken = seed.outcome.broken();
    seed.unequal.ifPresent(
        words -> {
          out.accept("seed " + seed.number + ": two runs differ, first in " + words);
          out.accept("  replay: " + replay(seed.number, seed.plan.faults().size()));
        });
    broken.ifPresent(words -> tell(seed, words));
    boolean failed = broken.isPresent() || seed.unequal.isPresent();
    return new Result(
        sum.run + 1,
        sum.twice + (seed.number % TWICE_EVERY == 0 ? 1 : 0),
        sum.broken + (failed ? 1 : 0),
        sum.events + seed.outcome.events(),
        sum.judged + seed.outcome.judged(),
        Math.max(sum.slowestNanos, seed.outcome.convergedNanos()));
  }

  /** Tells of a failure, with the shortest beginning of its faults that still fails. */
  private void tell(Seed seed, String words) {
    out.accept("seed " + seed.number + " broke " + words);
    int all = seed.plan.faults().size();
    int needed = shortest(seed.plan);
    out.accept("  " + setting(seed.plan));
    out.accept("  the first " + needed + " of its " + all + " faults suffice:");
    List<Fault> faults = seed.plan.withFaults(needed).faults();
    for (Fault fault : faults.subList(Math.max(0, needed - FAULTS_SHOWN_MAX), needed)) {
      out.accept("    " + seconds(fault.at()) + " " + fault.words());
    }
    Trial.Outcome last = run(seed.plan.withFaults(needed), Trace.digestOnly());
    if (needed < all) {
      out.accept("  with these: " + last.broken().orElse("nothing; the failure is not repeatable"));
    }
    out.accept("  replay: " + replay(seed.number, needed));
  }

  /** The least count of first faults with which {@code plan} fails. */
  private int shortest(Plan plan) {
    for (int count = 0; count < plan.faults().size(); count++) {
      if (run(plan.withFaults(count), Trace.digestOnly()).broken().isPresent()) {
        return count;
      }
    }
    return plan.faults().size();
  }

  private static String setting(Plan plan) {
    return plan.topology().places().size()
        + " tiles, "
        + plan.publications().size()
        + " publications, hostile "
        + plan.hostile();
  }

  private String replay(long number, int faults) {
    return "tilecast testbed fuzz --seeds 1 --from "
        + number
        + " --faults "
        + faults
        + request.grid.map(size -> " --grid " + size).orElse("")
        + (request.folders ? " --folders" : "");
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3fs", nanos / NANOS_PER_SECOND);
  }
}
