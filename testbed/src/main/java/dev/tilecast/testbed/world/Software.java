package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TileSizes;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.LinkEvents;
import java.io.IOException;
import java.util.Optional;

/** What runs on a simulated tile, from its start to its end; then another one is made. */
interface Software extends LinkEvents {
  /**
   * Begins.
   *
   * @throws IOException where it stops for want of its disk, as in {@link #turn}
   */
  void start() throws IOException;

  /**
   * Takes what has come, or does what is due.
   *
   * @throws IOException where it stops, to be started again from its disk
   */
  void turn() throws IOException;

  /** The instant of the tile by which {@link #turn} is to be called even if nothing comes. */
  long dueAtNanos();

  /** Whether nothing waits to be taken. */
  boolean isIdle();

  /** Looks at the inbox. */
  void look();

  /** The keys and rules of the tile are these from now on. */
  void trust(Trust now);

  /** The report of the core, if there is one. */
  Optional<TileReport> report();

  /** How much the core keeps, if there is one. */
  default Optional<TileSizes> sizes() {
    return Optional.empty();
  }

  /** The newest version of {@code name} that was ever live on the tile, if the core says so. */
  default Optional<Version> mark(Name name) {
    return Optional.empty();
  }

  /** The process has ended; nothing of it may happen any more. */
  void end();
}
