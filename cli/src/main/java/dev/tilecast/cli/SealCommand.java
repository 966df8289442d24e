package dev.tilecast.cli;

import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.engine.mfz.Seal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Adds a seal to an MFZ that exists. */
@Command(description = "Write the seal of FILE beside it; needs the private key of its signer.")
final class SealCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;

  @Parameters(paramLabel = "FILE", description = "An MFZ under its signed name.")
  private Path file;

  SealCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, KeyException, MakeException {
    terminal.progress("sealing " + file);
    Seal seal = new Maker(keys.keys(terminal), InspectionLimits.defaults()).seal(file);
    terminal.progressEnds();
    terminal.line(
        "sealed "
            + file
            + " in "
            + Seal.pathFor(file)
            + ": manifest "
            + seal.manifest().head().id().toHex()
            + ", "
            + seal.manifest().head().chunkCount()
            + " chunks");
    return ExitCode.DONE;
  }
}
