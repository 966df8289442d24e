package dev.tilecast.cli;

import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a key unknown. */
@Command(description = "Make the key of HANDLE unknown; what it signs is refused from now on.")
final class KeysRemoveCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;

  @Parameters(
      paramLabel = "HANDLE",
      converter = HandleText.class,
      description = "Whose public key.")
  private Handle handle;

  KeysRemoveCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException, KeyException {
    keys.keys(terminal).remove(handle);
    terminal.line("'" + handle + "' is no longer known here; its private key, if any, stays");
    return ExitCode.DONE;
  }
}
