package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.testbed.picture.Picture;
import dev.tilecast.testbed.picture.Recorder;
import dev.tilecast.testbed.scenario.Outcome;
import dev.tilecast.testbed.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plays scenario files in simulated worlds. */
@Command(
    description = {
      "Play each scenario in a simulated world of its own, and compare its transcript with the one",
      "in the file. The exit code is 1 if one differs, or if what a scenario expects is not so."
    },
    sortOptions = false)
final class TestbedRunCommand implements Callable<Integer> {
  private final Terminal terminal;
  private int asWritten;
  private int rewritten;
  private int wrong;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Scenario files, such as testbed/scenarios/*.scenario.")
  private List<Path> files;

  @Option(
      names = "--rewrite",
      description = {
        "Write the transcript of this run into each file that differs. A file whose",
        "expectations are not met stays as it is."
      })
  private boolean rewrite;

  @Option(
      names = "--html",
      paramLabel = "OUT.html",
      description = "Write a page that shows the world of the one scenario that is played.")
  private Optional<Path> html = Optional.empty();

  @Spec private CommandSpec spec;

  TestbedRunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException {
    if (html.isPresent() && files.size() != 1) {
      throw new ParameterException(
          spec.commandLine(), "--html shows one world, but there are " + files.size() + " files");
    }
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new FailedException(
            (Files.exists(file) ? "no regular file, so no scenario: " : "there is no file ")
                + file);
      }
    }
    if (html.isPresent()) {
      PageFile.requireFree(html.get());
    }
    for (Path file : files) {
      terminal.progress("playing " + file);
      List<Recorder> recorders = new ArrayList<>();
      Outcome outcome =
          Scenario.parse(file.toString(), Files.readString(file))
              .play(world -> html.ifPresent(page -> recorders.add(new Recorder(world))));
      if (!recorders.isEmpty()) {
        List<String> printed = new ArrayList<>(outcome.words());
        outcome.text().lines().forEach(printed::add);
        String title = file.getFileName().toString();
        List<String> failures =
            outcome.state() == Outcome.State.FAILED ? outcome.words() : List.of();
        new Picture(recorders.get(0), title, printed, failures).write(html.orElseThrow());
      }
      terminal.progressEnds();
      tell(file, outcome);
    }
    html.ifPresent(page -> terminal.line("page      " + page));
    terminal.line(
        "scenarios %d, as written %d, rewritten %d, wrong %d"
            .formatted(files.size(), asWritten, rewritten, wrong));
    return wrong == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void tell(Path file, Outcome outcome) throws IOException {
    switch (outcome.state()) {
      case AS_WRITTEN -> {
        asWritten++;
        line("ok", file, outcome);
      }
      case DIFFERS -> {
        if (rewrite) {
          Files.write(file, outcome.text().getBytes(UTF_8));
          rewritten++;
          line("rewritten", file, outcome);
        } else {
          wrong++;
          line("differs", file, outcome);
          outcome.words().forEach(terminal::lines);
        }
      }
      case FAILED -> {
        wrong++;
        line("failed", file, outcome);
        outcome.words().forEach(terminal::lines);
      }
    }
  }

  private void line(String state, Path file, Outcome outcome) {
    terminal.line(
        String.format(
            Locale.ROOT,
            "%-10s%s: %.1f s of the world, promises judged %d times",
            state,
            file,
            outcome.nanos() / 1e9,
            outcome.judged()));
  }
}
