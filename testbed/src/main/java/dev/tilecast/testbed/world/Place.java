package dev.tilecast.testbed.world;

import java.util.Comparator;

/** Where a tile lies: columns count from the left, rows from the top. Printed as {@code x,y}. */
public record Place(int x, int y) implements Comparable<Place> {
  private static final Comparator<Place> BY_ROW =
      Comparator.comparingInt(Place::y).thenComparingInt(Place::x);

  /** Row by row, as one reads. */
  @Override
  public int compareTo(Place other) {
    return BY_ROW.compare(this, other);
  }

  @Override
  public String toString() {
    return x + "," + y;
  }
}
