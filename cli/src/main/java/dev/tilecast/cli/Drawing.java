package dev.tilecast.cli;

import java.util.List;

/** Lines that are shown anew as they change: over the last ones on a terminal, else below them. */
final class Drawing {
  private final Terminal terminal;
  private List<String> drawn = List.of();

  Drawing(Terminal terminal) {
    this.terminal = terminal;
  }

  void draw(List<String> now) {
    if (now.equals(drawn)) {
      return;
    }
    if (terminal.interactive() && !drawn.isEmpty()) {
      terminal.out().print("\u001b[" + drawn.size() + "A\u001b[J");
    }
    now.forEach(terminal::line);
    drawn = now;
  }
}
