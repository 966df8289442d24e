package dev.tilecast.cli;

import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Keyring;
import dev.tilecast.engine.mfz.PublicKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a key known. */
@Command(description = "Make the public key in FILE known; what it signs may go live from now on.")
final class KeysAddCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;

  @Parameters(paramLabel = "FILE", description = "A .pub file of mfzmake or of keys generate.")
  private Path file;

  KeysAddCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, KeyException {
    KeyFolder folder = keys.keys(terminal);
    PublicKey key = folder.add(file);
    Keyring keyring = folder.load();
    List<String> patterns = keyring.patterns(key.handle());
    terminal.line(
        "'"
            + key.handle()
            + "' is known, "
            + key.bits()
            + " bits, fingerprint "
            + key.shortFingerprint()
            + "; compare it with the owner's");
    terminal.line(
        patterns.isEmpty()
            ? "keys/rules lets it publish nothing yet; see: tilecast keys allow"
            : "it may publish: " + String.join(" ", patterns));
    return ExitCode.DONE;
  }
}
