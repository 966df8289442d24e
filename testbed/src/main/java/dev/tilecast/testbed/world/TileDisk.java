package dev.tilecast.testbed.world;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What of a tile outlives the process on it, and what can be done to that. */
interface TileDisk {
  /**
   * Starts the core on this disk, in the shell that goes with it, and makes rows agree with bytes.
   *
   * @throws IOException where that fails for want of the disk
   */
  Software boot(SimTile tile) throws IOException;

  /** What lies in {@code live/}, with the bytes that it has now. */
  Map<Name, SimFile> files();

  /** Somebody drops {@code file} into the inbox. */
  void drop(SimFile file);

  /** Whether something was dropped of which no verdict has fallen. */
  boolean hasDropped();

  /** Power goes: what was not synced may be gone. */
  void cut(RandomGenerator chance);

  /** Whether the power can be made to go at {@code point}. */
  boolean reaches(CutPoint point);

  /** A disk with nothing on it, in the place of this one. */
  TileDisk replaced();

  /** The database is gone. */
  void loseStore();

  /** While it is full, no write that needs room succeeds. */
  void full(boolean nowFull);

  /** So many bytes fit on it in all. */
  void capacity(long bytes);

  /** One bit of each staging file turns over; gives the manifest ids of these. */
  Set<Bytes> rotStaging(RandomGenerator chance);

  /** Somebody deletes all staging files. */
  void deleteStaging();

  /** One bit of a live file turns over; false where there is no such file. */
  boolean rotLive(Name name, RandomGenerator chance);

  /** Somebody deletes a live file; false where there is no such file. */
  boolean deleteLive(Name name);

  /** What the tile has told people, of all its lives; empty where it tells nothing. */
  String diary();
}
