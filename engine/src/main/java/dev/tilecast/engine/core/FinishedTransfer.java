package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A transfer whose version went live here, and what became of its time.
 *
 * @param keptBytes that were in staging when the tile started
 * @param reusedBytes that were copied from other files of this tile
 * @param pulledBytes that came, wrong ones included
 * @param tookNanos from its beginning until it was live
 * @param pullingNanos of these, while chunks were lacking
 * @param boundNanos how long it would have taken at the measured rates of its sources; 0 where
 *     these are not known, or nothing had to be pulled
 * @param sources who has delivered
 */
public record FinishedTransfer(
    Name name,
    long stamp,
    Bytes digestPrefix,
    long fileLength,
    long keptBytes,
    long reusedBytes,
    long pulledBytes,
    long tookNanos,
    long pullingNanos,
    long boundNanos,
    List<Direction> sources,
    long nanosAgo) {
  public FinishedTransfer {
    sources = List.copyOf(sources);
  }

  /** A bound that is shorter is of a few packets: what it is divided by would say nothing. */
  static final long BOUND_NANOS_MIN = 20_000_000;

  /**
   * Time over bound: 1 is as fast as its links, 2 took twice as long; empty without a bound, or
   * with one of no more than a few packets.
   */
  public OptionalDouble score() {
    return boundNanos < BOUND_NANOS_MIN
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) tookNanos / boundNanos);
  }
}
