package dev.tilecast.testbed.process;

import dev.tilecast.transport.Direction;
import java.util.List;

/** Which tiles of a grid are joined. Rows count from the top, columns from the left. */
public enum Wiring {
  /** Four neighbors a tile: NT, ET, ST and WT. */
  SQUARE,

  /**
   * Six neighbors a tile, as T2 tiles are laid: every odd row is half a tile further to the right.
   */
  BRICK;

  /** The directions in which a tile listens; its neighbor there connects. */
  public List<Direction> forward() {
    return switch (this) {
      case SQUARE -> List.of(Direction.ET, Direction.ST);
      case BRICK -> List.of(Direction.ET, Direction.SE, Direction.SW);
    };
  }

  /** The column of what lies in {@code direction}, one of {@link #forward}. */
  static int columnOf(Direction direction, int column, int row) {
    return switch (direction) {
      case ET -> column + 1;
      case ST -> column;
      case SE -> column + row % 2;
      case SW -> column - 1 + row % 2;
      default -> throw new IllegalArgumentException(direction + " is not forward");
    };
  }

  /** The row of what lies in {@code direction}, one of {@link #forward}. */
  static int rowOf(Direction direction, int row) {
    return direction == Direction.ET ? row : row + 1;
  }
}
