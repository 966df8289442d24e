package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import dev.tilecast.engine.message.Visible;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * Where a command prints, and what it knows of its surroundings. All that is printed is spelled
 * where it is not seen ({@link Visible}).
 *
 * @param out answers
 * @param err messages and progress
 * @param interactive whether a person watches {@code err}, so that progress may be drawn
 * @param environment the environment variables
 */
record Terminal(
    PrintStream out, PrintStream err, boolean interactive, Map<String, String> environment) {

  /**
   * The process's own, with its standard output; the launcher says by a property whether stderr is
   * a terminal.
   */
  static Terminal ofProcess(ProcessOutput out) {
    return new Terminal(
        new PrintStream(out, true, UTF_8),
        new PrintStream(System.err, true, UTF_8),
        Boolean.getBoolean("tilecast.tty"),
        System.getenv());
  }

  /** Prints one line of an answer; a line feed within {@code text} is no end of it. */
  void line(String text) {
    out.println(Visible.text(text));
  }

  /** Prints an answer of several lines, as {@code text} divides them. */
  void lines(String text) {
    text.lines().forEach(this::line);
  }

  /** Prints an answer in JSON, on one line. */
  void json(JsonElement answer) {
    out.println(Visible.json(answer.toString()));
  }

  /** Prints one line that is no answer: a message, or a note. */
  void note(String text) {
    err.println("tilecast: " + Visible.text(text));
  }

  /** Prints a message of several lines, as {@code text} divides them. */
  void notes(String text) {
    List<String> lines = text.lines().toList();
    note(lines.get(0));
    lines.stream().skip(1).forEach(line -> err.println(Visible.text(line)));
  }

  /** Draws over the line of progress before, where a person watches. */
  void progress(String text) {
    if (interactive) {
      err.print("\r\u001b[K" + Visible.text(text));
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
}
