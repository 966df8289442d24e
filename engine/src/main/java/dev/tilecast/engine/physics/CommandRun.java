package dev.tilecast.engine.physics;

import dev.tilecast.engine.core.LiveEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** One run of a rule's command for one version, with what it printed. */
final class CommandRun {
  /**
   * Between two looks at a command that runs: rare enough to cost a tile nothing, and slow enough
   * to hold one that only prints to some megabytes a second.
   */
  private static final long LOOK_MILLIS = 20;

  /** A killed process is gone within this, unless the kernel itself is stuck. */
  private static final long KILLED_MILLIS_MAX = 500;

  private final Path home;
  private final ActivationRule rule;
  private final LongSupplier nanoTime;
  private final OutputTail output = new OutputTail();

  CommandRun(Path home, ActivationRule rule, LongSupplier nanoTime) {
    this.home = home;
    this.rule = rule;
    this.nanoTime = nanoTime;
  }

  /**
   * Runs the command to its end.
   *
   * @param begin the instant from which its time limit counts
   * @param wanted asked again and again; once false, the command is killed
   */
  Attempt run(LiveEntry entry, Path file, long begin, BooleanSupplier wanted)
      throws InterruptedException {
    Process process;
    try {
      process = start(entry, file);
    } catch (IOException e) {
      return new Attempt(Attempt.Outcome.FAILED, "cannot start: " + e.getMessage());
    }
    try (InputStream out = process.getInputStream()) {
      return follow(process, out, begin, wanted);
    } catch (IOException e) {
      return new Attempt(
          Attempt.Outcome.FAILED, "killed, since reading its output failed: " + e.getMessage());
    } finally {
      if (process.isAlive()) {
        ProcessTree.kill(process);
      }
    }
  }

  OutputTail output() {
    return output;
  }

  private Attempt follow(Process process, InputStream out, long begin, BooleanSupplier wanted)
      throws IOException, InterruptedException {
    // There is nobody to answer it.
    process.getOutputStream().close();
    long limitNanos = TimeUnit.SECONDS.toNanos(rule.timeoutSeconds());
    while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      output.drain(out);
      if (!wanted.getAsBoolean()) {
        kill(process);
        return new Attempt(Attempt.Outcome.ABANDONED, "killed, no longer wanted");
      }
      if (nanoTime.getAsLong() - begin >= limitNanos) {
        kill(process);
        output.drain(out);
        return new Attempt(
            Attempt.Outcome.FAILED,
            "killed after its time limit of " + rule.timeoutSeconds() + " s" + lastLine());
      }
    }
    output.drain(out);
    int code = process.exitValue();
    String words = "exit code " + code + " after " + seconds(nanoTime.getAsLong() - begin);
    return code == 0
        ? new Attempt(Attempt.Outcome.SUCCEEDED, words)
        : new Attempt(Attempt.Outcome.FAILED, words + lastLine());
  }

  private Process start(LiveEntry entry, Path file) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(rule.command());
    builder.redirectErrorStream(true);
    // The platform's only way to say where a command runs; no file is touched through it.
    builder.directory(home.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("TILECAST_FILE", file.toAbsolutePath().toString());
    environment.put("TILECAST_NAME", entry.version().name().text());
    environment.put("TILECAST_STAMP", Long.toString(entry.version().stamp()));
    environment.put("TILECAST_DIGEST", entry.version().innerDigest().toHex());
    environment.put("TILECAST_HOME", home.toString());
    return builder.start();
  }

  private static void kill(Process process) throws InterruptedException {
    ProcessTree.kill(process);
    process.waitFor(KILLED_MILLIS_MAX, TimeUnit.MILLISECONDS);
  }

  private String lastLine() {
    String line = output.lastLine();
    return line.isEmpty() ? "" : ", its last output: " + line;
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }
}
