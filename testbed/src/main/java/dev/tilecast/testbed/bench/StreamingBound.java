package dev.tilecast.testbed.bench;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.World;

/**
 * When a file with a seal can be live on the last tile at the earliest, if a tile passes on each
 * chunk as soon as it has all of it, and nothing but the links takes time.
 *
 * @param fileBytes the file
 * @param chunkBytes its average chunk
 * @param payloadPerSecond bytes of a file that one link carries in a second
 */
record StreamingBound(double fileBytes, double chunkBytes, double payloadPerSecond) {
  /** Of {@code file} over the links of {@code setting}. */
  static StreamingBound of(SimFile file, World.Setting setting) {
    int bytes = file.content().length();
    return new StreamingBound(
        bytes, (double) bytes / file.manifest().chunks().size(), payloadPerSecond(setting));
  }

  /** What a link carries of files, if every packet is a full one of their bytes. */
  static double payloadPerSecond(World.Setting setting) {
    int mtu = setting.device().mtu();
    double rate = setting.links().speed().bytesPerSecond();
    return rate * Codec.dataBytes(mtu) / mtu;
  }

  /** Seconds along a line: the whole file over the first link, its last chunk over each further. */
  double alongLine(int hops) {
    return (fileBytes + (hops - 1) * chunkBytes) / payloadPerSecond;
  }

  /**
   * Seconds over a grid, from a corner with two neighbors to a tile that is so many hops away: half
   * of the file over each of the two links of the corner, and a chunk over each hop.
   */
  double byTwoPaths(int hops) {
    return (fileBytes / 2 + hops * chunkBytes) / payloadPerSecond;
  }
}
