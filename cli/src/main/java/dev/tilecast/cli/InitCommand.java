package dev.tilecast.cli;

import dev.tilecast.engine.daemon.NewHome;
import dev.tilecast.engine.daemon.SettingsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a tile home. */
@Command(
    description = "Make the home of a new tile, with settings to read and to change.",
    sortOptions = false)
final class InitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Spec private CommandSpec spec;

  @Option(
      names = "--group",
      paramLabel = "G",
      defaultValue = "tilecast",
      description = "The grid's name (default: tilecast); others exchange nothing with it.")
  private String group;

  @Option(
      names = "--link",
      paramLabel = "LINK",
      description = {
        "A direction and who is there: ET=listen:HOST:PORT, ET=connect:HOST:PORT or"
            + " ET=connect:@FILE. Once for each direction that is wired.",
      })
  private List<String> links = new ArrayList<>();

  @Option(
      names = "--plain",
      description = "Let links leave this machine although they are plain text.")
  private boolean plain;

  @Option(names = "--itc", description = "Use the packet device of a T2 tile.")
  private boolean device;

  InitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, SettingsException {
    Path root;
    boolean isUnprotected;
    try {
      NewHome made = NewHome.of(group, links, plain, device);
      root = made.create(home.path(terminal));
      isUnprotected = made.isUnprotected();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    terminal.line("made " + root + ", a tile of grid " + group);
    terminal.line("settings:    " + root.resolve("tilecast.toml"));
    terminal.line("trust a key: tilecast keys add FILE.pub --home " + root);
    if (isUnprotected) {
      terminal.line("pair links:  tilecast links pair --home " + root);
    }
    terminal.line("start it:    tilecast run --home " + root);
    return ExitCode.DONE;
  }
}
