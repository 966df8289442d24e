package dev.tilecast.testbed.scenario;

import dev.tilecast.testbed.world.SimTile;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Something that is so or not at the moment.
 *
 * @param words as the scenario says it
 * @param judge what keeps it from being so, empty where nothing does
 */
record Condition(String words, Supplier<Optional<String>> judge) {
  /** Says of one tile what is wrong, or nothing where all is well. */
  @FunctionalInterface
  interface Test {
    Optional<String> objection(SimTile tile);
  }

  /** That {@code test} finds nothing wrong with any of {@code tiles}. */
  static Condition ofEach(String words, List<SimTile> tiles, Test test) {
    return new Condition(words, () -> ofFirst(tiles, test));
  }

  private static Optional<String> ofFirst(List<SimTile> tiles, Test test) {
    for (SimTile tile : tiles) {
      Optional<String> objection = test.objection(tile);
      if (objection.isPresent()) {
        return Optional.of("tile " + tile + " " + objection.get());
      }
    }
    return Optional.empty();
  }

  boolean holds() {
    return judge.get().isEmpty();
  }
}
