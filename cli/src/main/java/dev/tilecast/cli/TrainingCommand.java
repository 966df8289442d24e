package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.admin.AdminClient;
import dev.tilecast.engine.admin.NoDaemonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the commands that stand on standard input, one a line, in this one process: the launcher
 * records the classes that they load for its class archive. Not listed in the help.
 */
@Command(description = "Run the commands on standard input, to record their classes.")
final class TrainingCommand implements Callable<Integer> {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Terminal terminal;

  @Option(names = "--await", paramLabel = "DIR", description = "First wait for this home's daemon.")
  private Path awaited;

  TrainingCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (awaited != null) {
      awaitDaemon();
    }
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int exitCode = Tilecast.run(terminal, line.strip().split(" +"));
      if (exitCode != ExitCode.DONE) {
        terminal.note("'" + line.strip() + "' ended with exit code " + exitCode);
        return exitCode;
      }
    }
    return ExitCode.DONE;
  }

  private void awaitDaemon() throws IOException {
    AdminClient client = new AdminClient(awaited);
    long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        client.reportJson();
        return;
      } catch (NoDaemonException e) {
        if (System.nanoTime() > deadlineNanos) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
