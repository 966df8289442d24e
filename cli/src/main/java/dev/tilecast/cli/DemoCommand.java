package dev.tilecast.cli;

import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.testbed.process.Demo;
import dev.tilecast.testbed.process.DemoPlan;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.Wiring;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what tilecast does, on this machine. */
@Command(
    description = {
      "Start a grid of real daemons on this machine, drop a signed file into one corner's inbox,",
      "show how it spreads, publish a newer version that wins, stop everything and clean up."
    },
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  private static final Pattern TILES = Pattern.compile("([0-9]{1,3})x([0-9]{1,3})");

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = "--tiles",
      paramLabel = "WxH",
      defaultValue = "3x3",
      description = "Columns and rows (default: 3x3).")
  private String tiles;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      converter = ByteCount.class,
      defaultValue = "2M",
      description = "How long the file is, such as 500K or 2M (default: 2M).")
  private Long bytes;

  @Option(
      names = "--brick",
      description = "Six neighbors a tile, as T2 tiles are laid, instead of four.")
  private boolean brick;

  @Option(names = "--keep", description = "Keep the folder with every tile's home and log.")
  private boolean keep;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, SettingsException, KeyException, MakeException {
    Demo demo =
        new Demo(
            plan(),
            Launcher.ofThisProgram(),
            terminal.out(),
            terminal.err(),
            terminal.interactive());
    try {
      demo.run();
    } catch (ExpectationException e) {
      terminal.notes("the demo failed: " + e.getMessage());
      return ExitCode.FAILED;
    }
    return ExitCode.DONE;
  }

  private DemoPlan plan() {
    Matcher matcher = TILES.matcher(tiles);
    if (!matcher.matches()) {
      throw new ParameterException(
          spec.commandLine(), "'" + tiles + "' is no grid; write columns and rows, such as 3x3");
    }
    try {
      return new DemoPlan(
          Integer.parseInt(matcher.group(1)),
          Integer.parseInt(matcher.group(2)),
          brick ? Wiring.BRICK : Wiring.SQUARE,
          bytes,
          keep);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
