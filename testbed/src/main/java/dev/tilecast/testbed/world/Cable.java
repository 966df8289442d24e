package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import dev.tilecast.transport.Direction;

/**
 * Joins direction {@code toward} of {@code a} to the opposite direction of {@code b}, as every
 * cable of the real device does. Printed as {@code 0,0 ET 1,0}.
 */
public record Cable(Place a, Direction toward, Place b) {
  public Cable {
    requireNonNull(a);
    requireNonNull(toward);
    requireNonNull(b);
  }

  @Override
  public String toString() {
    return a + " " + toward + " " + b;
  }
}
