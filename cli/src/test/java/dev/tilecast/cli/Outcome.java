package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * What one command, run in this process, gave.
 *
 * @param exitCode its exit code
 * @param out what it printed on stdout
 * @param err what it printed on stderr
 */
record Outcome(int exitCode, String out, String err) {
  /** Runs a command for a person at a terminal or not, with nothing in its environment. */
  static Outcome of(String... args) {
    return of(Map.of(), args);
  }

  static Outcome of(Map<String, String> environment, String... args) {
    return of(false, environment, args);
  }

  static Outcome of(boolean interactive, Map<String, String> environment, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            interactive,
            environment);
    int exitCode = Tilecast.run(terminal, args);
    return new Outcome(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }
}
