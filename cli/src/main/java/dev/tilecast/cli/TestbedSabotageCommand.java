package dev.tilecast.cli;

import dev.tilecast.testbed.sabotage.Result;
import dev.tilecast.testbed.sabotage.Saboteur;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows that the checks of the testbed notice bugs. */
@Command(
    description = {
      "Put bugs into copies of our own code, one at a time, and show which check of the testbed",
      "notices each. Needs the source tree that the program was built in; changes nothing in it.",
      "The exit code is 1 if a bug is not noticed."
    },
    sortOptions = false)
final class TestbedSabotageCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "Sabotages as --list names them; all of them if none is named.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Only say which there are, as a table.")
  private boolean list;

  TestbedSabotageCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (String name : names) {
      if (!Saboteur.names().contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no sabotage '" + name + "'; see: tilecast testbed sabotage --list");
      }
    }
    if (list) {
      Saboteur.table(names).forEach(terminal::line);
      return ExitCode.DONE;
    }
    List<Result> results = new Saboteur(true).run(names, result -> terminal.line(result.toLine()));
    long caught = results.stream().filter(Result::isCaught).count();
    terminal.line("sabotages %d, caught %d".formatted(results.size(), caught));
    return caught == results.size() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
