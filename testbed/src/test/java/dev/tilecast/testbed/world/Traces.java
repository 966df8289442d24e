package dev.tilecast.testbed.world;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * What lies on the disk of a tile, read and changed behind its back; rows only while it is stopped.
 */
interface Traces {
  /** The rows of live versions. */
  Map<Name, Version> rows() throws IOException;

  /** How many pages the rows of each open transfer have. */
  Map<Bytes, Integer> transfers() throws IOException;

  /** The names of promotions that had begun. */
  Set<Name> intents() throws IOException;

  Map<Name, Version> marks() throws IOException;

  /** The transfers that have a file in staging. */
  Set<Bytes> staged() throws IOException;

  /** Bytes of the staging file of a transfer. */
  Bytes staged(Bytes id) throws IOException;

  Set<String> inbox() throws IOException;

  Set<String> refused() throws IOException;

  /** The version that the archive has of {@code name}, if any, as a file. */
  Map<Name, Bytes> archive() throws IOException;

  /** Somebody puts {@code file} in the place of whatever is live under its name. */
  void putLive(SimFile file) throws IOException;

  /** Somebody deletes the live file of {@code name}. */
  void deleteLive(Name name) throws IOException;

  /** A byte in the staging file of a transfer becomes another one. */
  void flipStaged(Bytes id, int at) throws IOException;

  /** Somebody deletes the staging file of a transfer. */
  void deleteStaged(Bytes id) throws IOException;

  /** A file that no row knows lies in staging. */
  void strayInStaging(SimFile file) throws IOException;

  /** What a cut at {@code point} leaves of the promotion of {@code file}, whole in staging. */
  void promoteUpTo(CutPoint point, SimFile file) throws IOException;
}
