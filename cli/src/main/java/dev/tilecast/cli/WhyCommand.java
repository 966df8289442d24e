package dev.tilecast.cli;

import dev.tilecast.engine.admin.Why;
import dev.tilecast.engine.message.Name;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Why a name is not yet what it should be. */
@Command(description = "Why NAME is, or is not yet, what it should be on this tile.")
final class WhyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "NAME", converter = NameArgument.class, description = "Such as x.mfz.")
  private Name name;

  WhyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Why why = Why.explain(home.client(terminal).report(), name);
    if (json.wanted()) {
      terminal.json(why.toJson());
    } else {
      why.because().forEach(terminal::line);
    }
    return ExitCode.DONE;
  }
}
