package dev.tilecast.cli;

import dev.tilecast.engine.message.Visible;
import java.util.ArrayList;
import java.util.List;

/** Rows of cells under a heading, aligned with blanks; columns of numbers to the right. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Boolean> rightAligned;

  /**
   * A table with these columns.
   *
   * @param headings one for each column; a leading {@code >} aligns the column to the right
   */
  Table(String... headings) {
    rightAligned = List.of(headings).stream().map(heading -> heading.startsWith(">")).toList();
    rows.add(
        List.of(headings).stream()
            .map(heading -> heading.startsWith(">") ? heading.substring(1) : heading)
            .toList());
  }

  /** Adds a row; it has as many cells as there are columns. */
  void row(Object... cells) {
    if (cells.length != rightAligned.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells, expected " + rightAligned.size() + ": " + List.of(cells));
    }
    rows.add(List.of(cells).stream().map(cell -> Visible.text(cell.toString())).toList());
  }

  /** The lines, heading first, without blanks at their ends. */
  List<String> lines() {
    int[] widths = new int[rightAligned.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String blanks = " ".repeat(widths[i] - row.get(i).length());
      line.append(i == 0 ? "" : "  ");
      line.append(rightAligned.get(i) ? blanks + row.get(i) : row.get(i) + blanks);
    }
    return line.toString().stripTrailing();
  }
}
