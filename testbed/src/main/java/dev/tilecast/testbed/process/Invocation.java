package dev.tilecast.testbed.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * One command that ran to its end.
 *
 * @param exitCode its exit code; that of a kill where it took longer than it may
 * @param output what it printed, both streams together
 * @param wallNanos from its start until its end was seen
 */
public record Invocation(int exitCode, String output, long wallNanos) {
  /** Runs {@code command} and kills it where it takes longer than {@code limit}. */
  public static Invocation run(List<String> command, Duration limit)
      throws IOException, InterruptedException {
    return run(command, limit, line -> false);
  }

  /**
   * The same, killed also once {@code enough} says so of a line of its output.
   *
   * @param enough sees each line once
   */
  public static Invocation run(List<String> command, Duration limit, Predicate<String> enough)
      throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    ChildProcesses.add(process);
    CompletableFuture<Void> watch =
        process
            .onExit()
            .orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
            .handle(
                (ended, late) -> {
                  if (late != null) {
                    process.destroyForcibly();
                  }
                  return null;
                });
    try (BufferedReader out = process.inputReader(UTF_8)) {
      process.getOutputStream().close();
      StringBuilder output = new StringBuilder();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        output.append(line).append('\n');
        if (enough.test(line)) {
          process.destroyForcibly();
          break;
        }
      }
      int exitCode = process.waitFor();
      long wallNanos = System.nanoTime() - startNanos;
      watch.join();
      return new Invocation(exitCode, output.toString(), wallNanos);
    } finally {
      process.destroyForcibly();
      ChildProcesses.remove(process);
    }
  }

  /** This invocation, if it ended with 0. */
  public Invocation orFail(String what) throws ExpectationException {
    if (exitCode != 0) {
      throw new ExpectationException(
          what + " ended with exit code " + exitCode + ": " + output.strip());
    }
    return this;
  }
}
