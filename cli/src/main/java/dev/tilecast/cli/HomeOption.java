package dev.tilecast.cli;

import dev.tilecast.engine.admin.AdminClient;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which tile is meant; every command about a tile has this option. */
final class HomeOption {
  private static final String DEFAULT = "/var/lib/tilecast";

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "The tile's home (default: $TILECAST_HOME, else " + DEFAULT + ").")
  private Path home;

  /** The home that was meant. */
  Path path(Terminal terminal) {
    if (home != null) {
      return home;
    }
    String fromEnvironment = terminal.environment().getOrDefault("TILECAST_HOME", "");
    return Path.of(fromEnvironment.isEmpty() ? DEFAULT : fromEnvironment);
  }

  AdminClient client(Terminal terminal) {
    return new AdminClient(path(terminal));
  }
}
