package dev.tilecast.cli;

import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.storm.Storm;
import dev.tilecast.testbed.storm.StormPlan;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets a storm loose on real daemons. */
@Command(
    description = {
      "Kill real daemons at random, cut their links, delete their databases and fill a disk, while",
      "files are published; then see that nothing was lost. The exit code is 1 if anything was."
    },
    sortOptions = false)
final class TestbedStormCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = "--tiles",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many daemons, 2 to 16 (default: 5).")
  private int tiles;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "3",
      description = "How long the storm lasts, such as 3 or 0.5 (default: 3).")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "What its schedule is drawn from (default: 1).")
  private long seed;

  TestbedStormCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, SettingsException, KeyException {
    Storm storm = new Storm(plan(), Launcher.ofThisProgram(), terminal.out());
    try {
      storm.run();
    } catch (ExpectationException e) {
      terminal.notes("the storm did damage: " + e.getMessage());
      return ExitCode.FAILED;
    }
    return ExitCode.DONE;
  }

  private StormPlan plan() {
    try {
      return StormPlan.of(tiles, minutes, seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
