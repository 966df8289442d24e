package dev.tilecast.cli;

import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.PublicKey;
import dev.tilecast.engine.mfz.SigningKey;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a key pair. */
@Command(description = "Make a key pair for HANDLE; its public half is known here at once.")
final class KeysGenerateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;

  @Option(
      names = "--bits",
      paramLabel = "N",
      defaultValue = "" + SigningKey.BITS_DEFAULT,
      description = "Length of the RSA modulus, 2048 to 4096 (default: 3072).")
  private int bits;

  @Parameters(
      paramLabel = "HANDLE",
      converter = HandleText.class,
      description = "The name that the key signs for.")
  private Handle handle;

  @Spec private CommandSpec spec;

  KeysGenerateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException, KeyException {
    if (!KeyFolder.mayHave(bits)) {
      throw new ParameterException(
          spec.commandLine(), "--bits " + bits + ": 2048 to 4096, a multiple of 8");
    }
    KeyFolder folder = keys.keys(terminal);
    terminal.progress("making a key of " + bits + " bits; this may take a while");
    PublicKey key = folder.generate(handle, bits);
    terminal.progressEnds();
    terminal.line("made the key of '" + handle + "', fingerprint " + key.shortFingerprint());
    terminal.line("public:   " + folder.publicFile(handle) + "  (give this one to every tile)");
    terminal.line("private:  " + folder.privateFile(handle) + "  (not encrypted: keep it to you)");
    return ExitCode.DONE;
  }
}
