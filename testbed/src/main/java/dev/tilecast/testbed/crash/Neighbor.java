package dev.tilecast.testbed.crash;

import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import dev.tilecast.transport.Direction;
import java.io.Closeable;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A tile whose power never fails, beside one whose does. */
final class Neighbor implements Closeable {
  /** A neighbor that comes back too soon is taken for a liar, so it waits before it is plugged. */
  private static final long REST_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final VirtualTime time;
  private final WireEnd end = new WireEnd(Direction.WT, packet -> {});
  private final VirtualTile tile;

  Neighbor(Disk disk, VirtualTime time) throws ViolationException {
    this.time = time;
    RecordingFileSystem fileSystem = new RecordingFileSystem(disk.copy(), Homes.CAPACITY_BYTES);
    this.tile = VirtualTile.start(Homes.root(fileSystem), time, Optional.of(end), 2);
  }

  VirtualTile tile() {
    return tile;
  }

  /** Joins the end of another tile, which has been started. */
  void plug(WireEnd other) {
    WireEnd.plug(other, end);
  }

  /** Takes the wire out, and lets this tile alone for a while. */
  void rest() throws ViolationException {
    end.unplug();
    long until = time.nanos() + REST_NANOS;
    while (time.nanos() < until) {
      while (tile.step()) {
        // Whatever was left of the other tile.
      }
      time.advanceTo(Math.min(until, tile.dueAtNanos()));
    }
  }

  @Override
  public void close() {
    tile.close();
  }
}
