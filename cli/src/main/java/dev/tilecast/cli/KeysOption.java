package dev.tilecast.cli;

import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.Inspector;
import dev.tilecast.engine.mfz.KeyFolder;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose keys are meant; every command that signs or verifies has these options. */
final class KeysOption {
  @Mixin private HomeOption home;

  @Option(
      names = "-kd",
      paramLabel = "DIR",
      description = "The key folder, as of mfzmake (default: keys/ of the tile's home).")
  private Path folder;

  /** The key folder that was meant. */
  KeyFolder keys(Terminal terminal) {
    return new KeyFolder(folder != null ? folder : home.path(terminal).resolve("keys"));
  }

  /** An inspector that trusts those keys. */
  Inspector inspector(Terminal terminal) throws IOException {
    return new Inspector(keys(terminal).load(), InspectionLimits.defaults());
  }

  /** The home, whose own keys are not meant where {@code -kd} was given. */
  Path home(Terminal terminal) {
    return home.path(terminal);
  }
}
