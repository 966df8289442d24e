package dev.tilecast.cli;

import dev.tilecast.engine.admin.InWords;

/** How much of something is done, drawn. */
final class ProgressBar {
  private static final int WIDTH = 30;

  private ProgressBar() {}

  /** Such as {@code [=========> ] 33 %}. */
  static String of(long part, long whole) {
    int done = whole == 0 ? WIDTH : (int) (WIDTH * part / whole);
    String head = done < WIDTH ? ">" : "";
    return "["
        + "=".repeat(done)
        + head
        + " ".repeat(WIDTH - done - head.length())
        + "] "
        + InWords.percent(part, whole);
  }
}
