package dev.tilecast.cli;

import dev.tilecast.engine.daemon.TileDaemon;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Is the daemon. */
@Command(
    description = {
      "Be the daemon of a tile, in the foreground, until SIGTERM or SIGINT.",
      "The log goes to stderr; systemd is told when the tile is ready (Type=notify)."
    })
final class RunCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return TileDaemon.run(home.path(terminal), terminal.err());
  }
}
