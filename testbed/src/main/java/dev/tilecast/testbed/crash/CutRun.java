package dev.tilecast.testbed.crash;

import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.PowerCut;
import dev.tilecast.testbed.disk.Survival;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** All cuts of one recording, tried on several threads. What leaves the same disk is tried once. */
final class CutRun {
  /** Of one recording so many violations are told in full, the others counted. */
  private static final int TOLD_MAX = 3;

  private final Recording recording;
  private final Cast cast;
  private final CrashPlan plan;
  private final String replay;
  private final Consumer<String> tell;
  private final AtomicInteger disksLeft;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger starts = new AtomicInteger();
  private final AtomicInteger rebuilt = new AtomicInteger();
  private final AtomicInteger restarted = new AtomicInteger();
  private final AtomicInteger violations = new AtomicInteger();

  /**
   * @param replay the command that comes back to this recording, without the cut
   * @param disksLeft how many more disks may be tried
   */
  CutRun(
      Recording recording,
      Cast cast,
      CrashPlan plan,
      String replay,
      AtomicInteger disksLeft,
      Consumer<String> tell) {
    this.recording = recording;
    this.cast = cast;
    this.plan = plan;
    this.replay = replay;
    this.disksLeft = disksLeft;
    this.tell = tell;
  }

  CrashLine run(List<PowerCut> cuts) throws ViolationException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(plan.threads());
    try {
      Callable<Void> work =
          () -> {
            some(cuts);
            return null;
          };
      List<Future<Void>> workers = new ArrayList<>();
      for (int i = 0; i < plan.threads(); i++) {
        workers.add(threads.submit(work));
      }
      for (Future<Void> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException e) {
      throw new ViolationException("a neighbor whose power never failed: " + e.getCause(), e);
    } finally {
      threads.shutdownNow();
    }
    return new CrashLine(
        recording.story().name(),
        recording.journal().size(),
        Math.min(next.get(), cuts.size()),
        seen.size(),
        starts.get(),
        rebuilt.get(),
        restarted.get(),
        violations.get());
  }

  private void some(List<PowerCut> cuts) throws ViolationException {
    try (Trial trial = new Trial(recording, cast)) {
      for (int i = next.getAndIncrement(); i < cuts.size(); i = next.getAndIncrement()) {
        one(trial, cuts.get(i));
        if (disksLeft.get() <= 0 || Thread.interrupted()) {
          return;
        }
      }
    }
  }

  private void one(Trial trial, PowerCut cut) {
    Disk image = cut.image(recording.story().start(), recording.journal());
    Collection<Published> promised = recording.promisedBy(cut.operation());
    String digest = image.digest();
    Collection<Published> said = recording.saidBy(cut.operation());
    String key = digest + versions(promised) + versions(said);
    if (!seen.add(key)) {
      return;
    }
    disksLeft.decrementAndGet();
    starts.incrementAndGet();
    boolean chosen =
        !plan.cuts().isEmpty()
            || Integer.parseInt(digest.substring(0, 4), 16) % plan.rowsEach() == 0;
    boolean rowsToo = chosen && recording.story().machine().keepsRows();
    try {
      // No more than what was synced: of what came after it, a torn page may take H2 back.
      boolean leftToo = rowsToo || recording.isRowSaidAt(cut.operation());
      if (cut.survival() == Survival.LOST && leftToo) {
        trial.rowsAsLeft(image, said);
      }
      Trial.Outcome outcome = trial.run(image, promised, rowsToo);
      starts.addAndGet(outcome.restarted() ? 1 : 0);
      restarted.addAndGet(outcome.restarted() ? 1 : 0);
      rebuilt.addAndGet(outcome.rebuilt() ? 1 : 0);
    } catch (ViolationException e) {
      if (violations.incrementAndGet() <= TOLD_MAX) {
        tell.accept(words(cut, e));
      }
    }
  }

  private static List<String> versions(Collection<Published> published) {
    return published.stream().map(p -> p.version().toString()).toList();
  }

  private String words(PowerCut cut, ViolationException e) {
    int operation = cut.operation();
    int count = recording.journal().size();
    String at =
        operation < count
            ? "operation "
                + operation
                + " of "
                + count
                + " ("
                + recording.journal().get(operation).words()
                + ")"
            : "the end, after " + count + " operations";
    return "VIOLATION in "
        + recording.story().name()
        + ", power cut "
        + (cut.bytes() > 0 ? "after " + cut.bytes() + " bytes of " : "before ")
        + at
        + ", what was not synced is "
        + cut.survival().text()
        + "\n"
        + e.getMessage().strip().indent(2)
        + "  replay: "
        + replay
        + " --cut "
        + cut.text();
  }
}
