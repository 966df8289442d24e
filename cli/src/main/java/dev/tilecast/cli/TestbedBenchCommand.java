package dev.tilecast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.testbed.bench.Bench;
import dev.tilecast.testbed.bench.Figure;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Launcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the numbers that we answer for. */
@Command(
    description = {
      "Measure, with real daemons on this machine and in simulated worlds: one line a figure, with",
      "name, measured, target, bound (what could not be beaten) and verdict. The exit code is 1 if",
      "a target is missed."
    },
    sortOptions = false)
final class TestbedBenchCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final List<Figure> figures = new ArrayList<>();

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description =
          "status, daemon, hop, tcp, demo, link, line, grid, quiet, reconcile, update or world; all"
              + " of them if none is named.")
  private List<String> names = new ArrayList<>();

  TestbedBenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, SettingsException, KeyException, MakeException {
    Map<String, Bench> all = Bench.all(Launcher.ofThisProgram());
    for (String name : names) {
      if (!all.containsKey(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no bench '" + name + "'; there are: " + String.join(", ", all.keySet()));
      }
    }
    if (!json.wanted()) {
      terminal.line(Figure.header());
    }
    for (String name : names.isEmpty() ? List.copyOf(all.keySet()) : names) {
      terminal.progress("measuring " + name);
      try {
        all.get(name).run(this::tell);
      } catch (ExpectationException e) {
        terminal.progressEnds();
        terminal.notes("the bench '" + name + "' could not measure: " + e.getMessage());
        return ExitCode.FAILED;
      }
      terminal.progressEnds();
    }
    if (json.wanted()) {
      terminal.json(toJson());
    }
    return figures.stream().anyMatch(Figure::isMissed) ? ExitCode.FAILED : ExitCode.DONE;
  }

  private void tell(Figure figure) {
    figures.add(figure);
    if (!json.wanted()) {
      terminal.progressEnds();
      terminal.line(figure.toLine());
    }
  }

  private JsonObject toJson() {
    JsonArray array = new JsonArray();
    for (Figure figure : figures) {
      JsonObject one = new JsonObject();
      one.addProperty("name", figure.name());
      one.addProperty("measured", figure.measured());
      one.addProperty("unit", figure.unit());
      figure
          .target()
          .ifPresent(
              target -> {
                one.addProperty(target.atLeast() ? "atLeast" : "atMost", target.limit());
                one.addProperty("met", !figure.isMissed());
              });
      figure.bound().ifPresent(bound -> one.addProperty("bound", bound));
      array.add(one);
    }
    JsonObject answer = new JsonObject();
    answer.add("figures", array);
    return answer;
  }
}
