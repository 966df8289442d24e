package dev.tilecast.transport;

import java.util.Optional;

/**
 * One of the eight ways out of a tile, numbered clockwise from north as in the lowest three bits of
 * a packet's first byte. A T2 tile has no {@link #NT} and no {@link #ST}.
 */
public enum Direction {
  NT,
  NE,
  ET,
  SE,
  ST,
  SW,
  WT,
  NW;

  private static final Direction[] BY_CODE = values();

  /** The number in the packet header: 0 for NT to 7 for NW. */
  public int code() {
    return ordinal();
  }

  /** The direction in which the neighbor at the far end sees us. */
  public Direction opposite() {
    return BY_CODE[(ordinal() + 4) & 7];
  }

  /** The direction named by the lowest three bits of {@code code}. */
  public static Direction ofCode(int code) {
    return BY_CODE[code & 7];
  }

  /** The direction called {@code text}, in capitals, or empty. */
  public static Optional<Direction> ofText(String text) {
    for (Direction direction : BY_CODE) {
      if (direction.name().equals(text)) {
        return Optional.of(direction);
      }
    }
    return Optional.empty();
  }
}
