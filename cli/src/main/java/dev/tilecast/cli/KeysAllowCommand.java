package dev.tilecast.cli;

import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lets a signer publish names. */
@Command(description = "Let HANDLE publish the names that PATTERN matches, and write keys/rules.")
final class KeysAllowCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;

  @Parameters(index = "0", paramLabel = "HANDLE", description = "A known signer.")
  private String handle;

  @Parameters(
      index = "1",
      paramLabel = "PATTERN",
      description = "A glob of names, such as 'phys*.mfz'.")
  private String pattern;

  KeysAllowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException, KeyException {
    Handle parsed = HandleText.parse(handle);
    KeyFolder folder = keys.keys(terminal);
    List<String> changes = folder.allow(parsed, pattern);
    terminal.line(
        "'"
            + parsed
            + "' may publish: "
            + String.join(" ", folder.load().patterns(parsed))
            + "  ("
            + folder.rulesFile()
            + ")");
    changes.forEach(terminal::note);
    return ExitCode.DONE;
  }
}
