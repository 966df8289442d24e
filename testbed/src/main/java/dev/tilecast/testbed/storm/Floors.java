package dev.tilecast.testbed.storm;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The newest version of each name that each tile is known to have had live: what it has must never
 * be below that. May be used from any thread.
 */
final class Floors {
  private final Map<Place, Published> floors = new HashMap<>();

  private record Place(int tile, String name) {}

  /** It was live on this tile at some time before now. */
  synchronized void raise(int tile, Published published) {
    floors.merge(
        new Place(tile, published.name()),
        published,
        (old, seen) -> seen.isNewerThan(old) ? seen : old);
  }

  /** Below this the name cannot be when it is looked at from now on. */
  synchronized Optional<Published> of(int tile, String name) {
    return Optional.ofNullable(floors.get(new Place(tile, name)));
  }
}
