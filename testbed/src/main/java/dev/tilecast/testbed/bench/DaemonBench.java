package dev.tilecast.testbed.bench;

import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessTile;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** How a daemon starts, idles and stops. */
final class DaemonBench implements Bench {
  private static final int STARTS = 5;
  private static final double READY_SECONDS_MAX = 2.5;
  private static final double STOP_SECONDS_MAX = 2;
  private static final double RESIDENT_MIB_MAX = 120;
  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final double MIB = 1 << 20;

  private final Launcher launcher;

  DaemonBench(Launcher launcher) {
    this.launcher = launcher;
  }

  @Override
  public void run(Consumer<Figure> figures)
      throws IOException,
          InterruptedException,
          ExpectationException,
          SettingsException,
          KeyException {
    try (Rig rig = Rig.row(1, launcher)) {
      ProcessTile tile = rig.grid().at(0, 0);
      double[] ready = new double[STARTS];
      double[] stop = new double[STARTS];
      for (int i = 0; i < STARTS; i++) {
        long startNanos = System.nanoTime();
        tile.start();
        tile.awaitReady(Rig.PATIENCE);
        ready[i] = secondsSince(startNanos);
        if (i == STARTS - 1) {
          figures.accept(Figure.atMost(READY_SECONDS_MAX, "daemon.ready", Median.of(ready), "s"));
          idle(tile, figures);
        }
        stop[i] = stop(tile);
      }
      figures.accept(Figure.atMost(STOP_SECONDS_MAX, "daemon.stop", Median.of(stop), "s"));
    }
  }

  private static void idle(ProcessTile tile, Consumer<Figure> figures)
      throws IOException, ExpectationException {
    pause(SETTLE);
    Optional<Duration> before = tile.cpu();
    long startNanos = System.nanoTime();
    pause(IDLE);
    Optional<Duration> after = tile.cpu();
    double seconds = secondsSince(startNanos);
    if (!tile.isRunning()) {
      throw new ExpectationException("the idle daemon has ended; its log is " + tile.diary());
    }
    tile.residentBytes()
        .ifPresent(
            bytes ->
                figures.accept(
                    Figure.atMost(RESIDENT_MIB_MAX, "daemon.resident", bytes / MIB, "MiB")));
    if (before.isPresent() && after.isPresent()) {
      double used = after.get().minus(before.get()).toNanos() / 1e9;
      figures.accept(Figure.told("daemon.idle-cpu", 100 * used / seconds, "%"));
    }
  }

  private static double stop(ProcessTile tile) throws InterruptedException, ExpectationException {
    long startNanos = System.nanoTime();
    tile.terminate();
    int exitCode = tile.awaitExit(Rig.PATIENCE);
    double seconds = secondsSince(startNanos);
    if (exitCode != 0) {
      throw new ExpectationException(
          "the daemon ended with exit code " + exitCode + " after SIGTERM, expected 0");
    }
    return seconds;
  }

  private static void pause(Duration pause) {
    long endNanos = System.nanoTime() + pause.toNanos();
    for (long left = pause.toNanos(); left > 0; left = endNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static double secondsSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
