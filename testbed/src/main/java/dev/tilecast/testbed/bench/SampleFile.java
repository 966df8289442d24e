package dev.tilecast.testbed.bench;

import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.World;

/** The one file of a simulated bench. */
final class SampleFile {
  private static final Name NAME = new Name("bench.mfz");
  private static final long STAMP = 100;

  private SampleFile() {}

  /** Without a seal: no tile passes it on before it has all of it. */
  static SimFile plain(World world, int bytes) {
    return world.mint().make(NAME, STAMP, bytes, TileModel.SIGNER);
  }

  /** With a seal: a tile passes on each chunk that it has. */
  static SimFile sealed(World world, int bytes) {
    return world.mint().seal(plain(world, bytes));
  }
}
