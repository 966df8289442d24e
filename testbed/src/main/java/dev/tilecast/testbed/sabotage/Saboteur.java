package dev.tilecast.testbed.sabotage;

import dev.tilecast.testbed.process.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * Puts bugs into copies of our own code, one at a time, and tells which check notices each. The
 * source tree and the program stay as they are: the changed class is compiled elsewhere, and stands
 * first on the class path of the processes that check.
 */
public final class Saboteur {
  private static final int AT_ONCE = 2;

  private final Trial trial;
  private final Rebuild rebuild;
  private final boolean proving;
  private final Map<Check, FutureTask<Trial.Outcome>> unharmed = new LinkedHashMap<>();

  /**
   * A saboteur of the source tree that this program was built in.
   *
   * @param proving whether a check that notices is also run on the program as it is, which it must
   *     let pass
   * @throws IOException where there is no source tree or no compiler, in words
   */
  public Saboteur(boolean proving) throws IOException {
    SourceTree tree = SourceTree.ofThisProgram();
    this.trial = new Trial(tree);
    this.rebuild = new Rebuild(tree);
    this.proving = proving;
  }

  /** Every name, in the order in which they are tried. */
  public static List<String> names() {
    return Sabotages.ALL.stream().map(Sabotage::name).toList();
  }

  /** What is wrong in those of these names, or in all, as the lines of a table. */
  public static List<String> table(List<String> names) {
    List<String> lines = new ArrayList<>();
    lines.add("| name | where | what is wrong | first check |");
    lines.add("|---|---|---|---|");
    for (Sabotage s : chosen(names)) {
      String where = Path.of(s.source()).getFileName().toString().replace(".java", "");
      lines.add(
          "| %s | %s | %s | %s |".formatted(s.name(), where, s.story(), s.expected().words()));
    }
    return lines;
  }

  private static List<Sabotage> chosen(List<String> names) {
    return Sabotages.ALL.stream()
        .filter(sabotage -> names.isEmpty() || names.contains(sabotage.name()))
        .toList();
  }

  /**
   * Tries the sabotages of these names, all if there are none, two at a time.
   *
   * @param out gets each result as it comes
   * @throws IOException where a copy cannot be made or a process not be started
   */
  public List<Result> run(List<String> names, Consumer<Result> out)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    CompletionService<Result> running = new ExecutorCompletionService<>(threads);
    try (Scratch scratch = Scratch.make("tilecast-sabotage-")) {
      try {
        List<Sabotage> chosen = chosen(names);
        chosen.forEach(sabotage -> running.submit(() -> one(sabotage, scratch.folder())));
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
          Result result = finished(running.take());
          out.accept(result);
          results.add(result);
        }
        return results;
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private Result one(Sabotage sabotage, Path scratch) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Path classes;
    try {
      classes = rebuild.classes(sabotage, scratch);
    } catch (StaleException e) {
      return new Result(sabotage.name(), Result.State.STALE, e.getMessage(), 0);
    }
    List<Check> checks = new ArrayList<>(List.of(sabotage.expected()));
    Check.all().stream().filter(check -> !checks.contains(check)).forEach(checks::add);
    List<String> silent = new ArrayList<>();
    for (Check check : checks) {
      Trial.Outcome outcome = trial.run(check, Optional.of(classes));
      long nanos = System.nanoTime() - begin;
      if (outcome.violation().isPresent()) {
        return caught(sabotage, check, outcome.violation().get(), nanos);
      }
      silent.add(
          check.words() + (outcome.content() ? "" : " (which failed: " + last(outcome) + ")"));
    }
    return new Result(
        sabotage.name(),
        Result.State.NOT_CAUGHT,
        "nothing wrong for " + String.join(", ", silent),
        System.nanoTime() - begin);
  }

  private Result caught(Sabotage sabotage, Check check, String words, long nanos)
      throws IOException, InterruptedException {
    if (proving) {
      Trial.Outcome unharmed = unharmed(check);
      if (!unharmed.content()) {
        return new Result(
            sabotage.name(),
            Result.State.UNPROVEN,
            check.words() + " fails without any bug, too: " + last(unharmed),
            nanos);
      }
    }
    return new Result(
        sabotage.name(), Result.State.CAUGHT, "by " + check.words() + ": " + words, nanos);
  }

  /** What the check says of the program as it is; it is run once. */
  private Trial.Outcome unharmed(Check check) throws IOException, InterruptedException {
    Check whole = check.kind() == Check.Kind.RUN ? Check.run() : check;
    FutureTask<Trial.Outcome> task;
    synchronized (unharmed) {
      task =
          unharmed.computeIfAbsent(
              whole, c -> new FutureTask<>(() -> trial.run(c, Optional.empty())));
    }
    task.run();
    return finished(task);
  }

  private static String last(Trial.Outcome outcome) {
    return outcome.violation().orElse(outcome.output().lines().reduce("", (a, b) -> b).strip());
  }

  private static <T> T finished(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("the testbed itself failed: " + e.getCause(), e);
    }
  }
}
