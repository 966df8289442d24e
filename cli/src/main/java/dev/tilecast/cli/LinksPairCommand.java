package dev.tilecast.cli;

import dev.tilecast.engine.daemon.LinkPairing;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a link TLS, with one neighbor and nobody else. */
@Command(
    description = {
      "Without arguments: show the fingerprint of this tile's link key, made where there is none.",
      "With both: speak TLS in that direction, with the tile of that key alone."
    },
    sortOptions = false)
final class LinksPairCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIRECTION",
      converter = DirectionArgument.class,
      description = "As ET.")
  private Optional<Direction> direction = Optional.empty();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FINGERPRINT",
      description = "What this command shows on the neighbor's tile.")
  private Optional<String> fingerprint = Optional.empty();

  LinksPairCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, SettingsException {
    if (direction.isEmpty()) {
      String own = LinkPairing.at(home.path(terminal)).ownOrNew();
      terminal.line("this tile's link key: " + own);
      terminal.line("on each neighbor's:   tilecast links pair DIRECTION " + own);
      terminal.line("DIRECTION is the one in which this tile lies from there, such as WT");
      return ExitCode.DONE;
    }
    Direction to = direction.get();
    if (fingerprint.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "the fingerprint is missing; 'tilecast links pair' shows it on the neighbor's tile");
    }
    LinkPairing pairing = LinkPairing.at(home.path(terminal));
    Optional<String> before = pairing.pair(to, fingerprint.get());
    terminal.line(to + " speaks TLS with the link key " + fingerprint.get() + ", and nobody else");
    before
        .filter(old -> !old.equalsIgnoreCase(fingerprint.get()))
        .ifPresent(old -> terminal.line("in place of:    " + old));
    terminal.line(
        "over there:     tilecast links pair " + to.opposite() + " " + pairing.ownOrNew());
    terminal.line("takes effect:   when the daemon starts the next time");
    return ExitCode.DONE;
  }
}
