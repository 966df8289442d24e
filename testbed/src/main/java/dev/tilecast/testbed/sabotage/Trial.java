package dev.tilecast.testbed.sabotage;

import dev.tilecast.testbed.process.Invocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs a check in a process of its own, with other classes in front of the program's. */
final class Trial {
  /** Ten times what the slowest check takes on an idle machine. */
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private static final String MAIN = "dev.tilecast.cli.Tilecast";
  private static final String SEEDS = "200";
  private static final String FOLDERS_SEEDS = "60";

  private final SourceTree tree;

  Trial(SourceTree tree) {
    this.tree = tree;
  }

  /**
   * What the check said.
   *
   * @param violation what it says does not hold
   * @param content whether it ran to its end and found nothing
   * @param output all that it printed
   */
  record Outcome(Optional<String> violation, boolean content, String output) {}

  /** Whether {@code check} notices what is in {@code classes}; empty for the program as it is. */
  Outcome run(Check check, Optional<Path> classes) throws IOException, InterruptedException {
    Invocation ran =
        Invocation.run(command(check, classes), LIMIT, new FirstViolation(check)::ends);
    String output = ran.output().replace(tree.root() + "/", "");
    return new Outcome(check.violation(output), ran.exitCode() == 0, output);
  }

  private List<String> command(Check check, Optional<Path> classes) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1g", "-XX:-UsePerfData"));
    // Two run at a time, so each is to think that it has one processor.
    command.add("-XX:ActiveProcessorCount=1");
    command.addAll(List.of("-Dorg.jooq.no-logo=true", "-Dorg.jooq.no-tips=true", "-cp"));
    command.add(classes.map(folder -> folder + ":").orElse("") + tree.classPath());
    command.addAll(List.of(MAIN, "testbed"));
    command.addAll(arguments(check));
    return command;
  }

  private List<String> arguments(Check check) throws IOException {
    List<String> arguments = new ArrayList<>();
    switch (check.kind()) {
      case FUZZ -> arguments.addAll(List.of("fuzz", "--seeds", SEEDS));
      case FOLDERS -> arguments.addAll(List.of("fuzz", "--folders", "--seeds", FOLDERS_SEEDS));
      case RUN -> {
        arguments.add("run");
        arguments.addAll(tree.scenarios(check.picks()));
      }
      case CRASH -> {
        arguments.addAll(List.of("crash", "--draws", "1"));
        if (!check.picks().isEmpty()) {
          arguments.addAll(List.of("--only", String.join(",", check.picks())));
        }
      }
    }
    return arguments;
  }

  /** A check that has named a violation will exit with 1; what follows only repeats it. */
  private static final class FirstViolation {
    private final Check check;
    private boolean named;
    private int linesLeft;

    FirstViolation(Check check) {
      this.check = check;
      this.linesLeft = check.linesAfter();
    }

    boolean ends(String line) {
      if (named) {
        linesLeft--;
      }
      named |= check.isViolation(line);
      return named && linesLeft <= 0;
    }
  }
}
