package dev.tilecast.testbed.picture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One page that shows a recorded world: who had which version when, what went over each link, and
 * what was done (SCENARIOS.md, Pictures). It needs nothing but itself, and the same run gives the
 * same bytes.
 */
public final class Picture {
  private static final String TITLE = "{{title}}";
  private static final String STYLE = "/*{{style}}*/";
  private static final String DATA = "{{data}}";
  private static final String PROGRAM = "/*{{program}}*/";

  /** Writes no bracket as such, so that nothing in the data can end the element that holds them. */
  private static final Gson SAFE = new Gson();

  private final Recorder recorder;
  private final String title;
  private final List<String> lines;
  private final List<String> failures;

  /**
   * A picture of what {@code recorder} has seen, once the run is over.
   *
   * @param title what was run
   * @param lines what the run printed
   * @param failures what did not hold, a sentence each
   */
  public Picture(Recorder recorder, String title, List<String> lines, List<String> failures) {
    this.recorder = requireNonNull(recorder);
    this.title = requireNonNull(title);
    this.lines = List.copyOf(lines);
    this.failures = List.copyOf(failures);
    recorder.end();
  }

  /** The page. */
  public String html() throws IOException {
    // The data come last: whatever names and words are in them is not looked at any more.
    return resource("page.html")
        .replace(STYLE, resource("page.css"))
        .replace(PROGRAM, resource("page.js"))
        .replace(TITLE, escaped(title))
        .replace(DATA, SAFE.toJson(PictureJson.of(recorder, title, lines, failures)));
  }

  /**
   * Writes the page.
   *
   * @throws IOException where {@code file} cannot be written
   */
  public void write(Path file) throws IOException {
    Files.write(file, html().getBytes(UTF_8));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("{", "&#123;");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Picture.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in this program");
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
