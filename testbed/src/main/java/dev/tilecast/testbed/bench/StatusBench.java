package dev.tilecast.testbed.bench;

import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Invocation;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessTile;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** How long a person waits for {@code tilecast status}. */
final class StatusBench implements Bench {
  private static final int CALLS = 9;
  private static final double SECONDS_MAX = 0.5;

  private final Launcher launcher;

  StatusBench(Launcher launcher) {
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
      tile.start();
      tile.awaitReady(Rig.PATIENCE);
      List<String> command = launcher.command(List.of("status", "--home", tile.home().toString()));
      double[] seconds = new double[CALLS];
      for (int i = 0; i < CALLS; i++) {
        Invocation call = Invocation.run(command, Rig.PATIENCE).orFail("tilecast status");
        seconds[i] = call.wallNanos() / 1e9;
      }
      figures.accept(Figure.atMost(SECONDS_MAX, "status.wall", Median.of(seconds), "s"));
    }
  }
}
