package dev.tilecast.cli;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets a signer publish names. */
@Command(description = "Let HANDLE publish the names that PATTERN matches, and write keys/rules.")
final class KeysAllowCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;

  @Parameters(
      index = "0",
      paramLabel = "HANDLE",
      converter = HandleText.class,
      description = "A known signer.")
  private Handle handle;

  @Parameters(
      index = "1",
      paramLabel = "PATTERN",
      description = "A glob of names, such as 'phys*.mfz'.")
  private String pattern;

  @Spec private CommandSpec spec;

  KeysAllowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException, KeyException {
    if (!Glob.isValid(pattern)) {
      throw new ParameterException(
          spec.commandLine(),
          "'" + pattern + "' is no pattern of names: letters, digits, . _ - and * ?, at most 100");
    }
    KeyFolder folder = keys.keys(terminal);
    List<String> changes = folder.allow(handle, pattern);
    terminal.line(
        "'"
            + handle
            + "' may publish: "
            + String.join(" ", folder.load().patterns(handle))
            + "  ("
            + folder.rulesFile()
            + ")");
    changes.forEach(terminal::note);
    return ExitCode.DONE;
  }
}
