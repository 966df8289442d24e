package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/** What the tiles of a world keep their files on, and so which shell runs around their core. */
public sealed interface Disks {
  /** Disks in memory, of which power cuts take what was not synced; for worlds of any size. */
  Disks SIMULATED = new Simulated();

  /** See {@link #SIMULATED}. */
  record Simulated() implements Disks {}

  /**
   * One home for each tile, with the daemon's own shell, files, keys and database, and with files
   * that are signed with real keys; for a few tiles.
   *
   * @param root an empty folder, on whatever file system
   */
  record Folders(Path root) implements Disks {
    public Folders {
      requireNonNull(root);
    }

    /** Where the tile at {@code place} lives, until it gets a new disk. */
    public Path home(Place place) {
      return root.resolve("tile-" + place.x() + "-" + place.y());
    }
  }
}
