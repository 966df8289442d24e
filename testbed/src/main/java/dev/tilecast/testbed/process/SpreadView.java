package dev.tilecast.testbed.process;

import dev.tilecast.engine.admin.InWords;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/**
 * Shows how a file reaches the tiles of a grid: where a person watches, as a grid of cells that is
 * drawn over itself; else as one line for each tile that it reaches.
 */
final class SpreadView {
  private static final int CELL = 9;

  private final ProcessGrid grid;
  private final PrintStream out;
  private final PrintStream screen;
  private final boolean interactive;
  private final String[] cells;
  private boolean drawn;

  SpreadView(ProcessGrid grid, PrintStream out, PrintStream screen, boolean interactive) {
    this.grid = grid;
    this.out = out;
    this.screen = screen;
    this.interactive = interactive;
    this.cells = new String[grid.tiles().size()];
    Arrays.fill(cells, ".");
  }

  /** The tile has this much of the file, in words. */
  void holds(int tile, String percent) {
    cells[tile] = percent;
  }

  /** The file went live on the tile, so long after it was dropped. */
  void live(int tile, long nanos) {
    cells[tile] = InWords.span(nanos);
    if (!interactive) {
      out.println("  live on tile " + grid.tiles().get(tile).label() + " after " + cells[tile]);
    }
  }

  /** Draws what changed since the last time, where a person watches. */
  void refresh() {
    if (!interactive) {
      return;
    }
    StringBuilder text = new StringBuilder();
    if (drawn) {
      text.append("\u001b[").append(grid.height()).append('A');
    }
    rows().forEach(row -> text.append("\u001b[K").append(row).append('\n'));
    screen.print(text);
    screen.flush();
    drawn = true;
  }

  /** The grid as lines of text. */
  List<String> rows() {
    String[] rows = new String[grid.height()];
    for (int row = 0; row < rows.length; row++) {
      StringBuilder line = new StringBuilder("  ");
      for (int column = 0; column < grid.width(); column++) {
        String cell = cells[row * grid.width() + column];
        line.append(" ".repeat(Math.max(1, CELL - cell.length()))).append(cell);
      }
      rows[row] = line.toString();
    }
    return List.of(rows);
  }
}
