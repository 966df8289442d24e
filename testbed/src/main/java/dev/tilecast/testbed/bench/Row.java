package dev.tilecast.testbed.bench;

/**
 * What a row of tiles on one machine needs at the least for one file, whatever the protocol.
 *
 * @param tiles in the row
 * @param cores of the machine, which they share
 */
record Row(int tiles, int cores) {
  /**
   * Seconds from the drop of a file until it is live on the last of them.
   *
   * @param digestSeconds what the digests of the file cost one core; each tile works them out
   * @param relaySeconds what passing on its bytes along the row costs by itself
   */
  double seconds(double digestSeconds, double relaySeconds) {
    // More cores than tiles help nobody: a tile's digests are worked out in order.
    return digestSeconds * tiles / Math.min(cores, tiles) + relaySeconds;
  }
}
