package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Set;

/**
 * Looks on while a world runs, and changes nothing: checks, transcripts and pictures. All calls
 * come at the very instant of what they tell; what one does not care for it leaves as it is.
 */
public interface Watch {
  /** A tile has begun to run, with what it found on its disk. */
  default void started(SimTile tile) {}

  /** A tile has ended, by a fault or by itself. */
  default void stopped(SimTile tile, String why) {}

  /** A tile committed rows. */
  default void saved(SimTile tile, List<Save> saves) {}

  /** A tile handed a message to its link; whether that carries it is another matter. */
  default void sent(SimTile tile, Direction to, Message message) {}

  /** A message came to a tile from its link. */
  default void heard(SimTile tile, Direction from, Message message) {}

  /** A name of a tile's {@code live/} changed hands: now {@code content} stands there. */
  default void wentLive(SimTile tile, SimFile file, Bytes content) {}

  /** The mark of a live version is written: from here on its name must never move down. */
  default void settled(SimTile tile, Version version) {}

  /** A tile told whoever dropped {@code file} what became of it. */
  default void answered(SimTile tile, SimFile file, Verdict verdict) {}

  /** A tile would do with a live version what its settings say. */
  default void activated(SimTile tile, LiveEntry entry) {}

  /** A tile has taken a turn. */
  default void turned(SimTile tile) {}

  /** Something was done to the world, in words of a scenario. */
  default void fault(String words) {}

  /** Bits of files that {@code tile} is pulling were turned over behind its back. */
  default void stagingRotted(SimTile tile, Set<Bytes> manifestIds) {}
}
