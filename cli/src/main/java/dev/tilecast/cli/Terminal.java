package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.util.Map;

/**
 * Where a command prints, and what it knows of its surroundings.
 *
 * @param out answers
 * @param err messages and progress
 * @param interactive whether a person watches {@code err}, so that progress may be drawn
 * @param environment the environment variables
 */
record Terminal(
    PrintStream out, PrintStream err, boolean interactive, Map<String, String> environment) {

  /** The process's own; the launcher says by a property whether stderr is a terminal. */
  static Terminal ofProcess() {
    return new Terminal(
        new PrintStream(System.out, true, UTF_8),
        new PrintStream(System.err, true, UTF_8),
        Boolean.getBoolean("tilecast.tty"),
        System.getenv());
  }

  /** Prints one line of an answer. */
  void line(String text) {
    out.println(printable(text));
  }

  /** Prints one line that is no answer: a message, or a note. */
  void note(String text) {
    err.println("tilecast: " + printable(text));
  }

  /** Draws over the line of progress before, where a person watches. */
  void progress(String text) {
    if (interactive) {
      err.print("\r\u001b[K" + printable(text));
      err.flush();
    }
  }

  /** Wipes the line of progress away. */
  void progressEnds() {
    if (interactive) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  /** Names and notes come from elsewhere too, and must not steer anybody's terminal. */
  private static String printable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) && c != '\n' ? '?' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
