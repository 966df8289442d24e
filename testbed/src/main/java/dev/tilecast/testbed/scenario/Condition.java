package dev.tilecast.testbed.scenario;

import dev.tilecast.testbed.world.SimTile;
import java.util.List;
import java.util.Optional;

/**
 * Something that is so or not, of some tiles, at the moment.
 *
 * @param words as the scenario says it
 * @param tiles of which it is to be so, each
 * @param test whether it is so of one
 */
record Condition(String words, List<SimTile> tiles, Test test) {
  /** Says of one tile what is wrong, or nothing where all is well. */
  @FunctionalInterface
  interface Test {
    Optional<String> objection(SimTile tile);
  }

  Condition {
    tiles = List.copyOf(tiles);
  }

  boolean holds() {
    return tiles.stream().allMatch(tile -> test.objection(tile).isEmpty());
  }

  /** What keeps it from being so, of the first tile where it is not. */
  String objection() {
    for (SimTile tile : tiles) {
      Optional<String> objection = test.objection(tile);
      if (objection.isPresent()) {
        return "tile " + tile + " " + objection.get();
      }
    }
    return "nothing";
  }
}
