package dev.tilecast.engine.core;

import java.util.List;

/**
 * How fast a transfer is, how fast it could be, and what keeps it (ARCHITECTURE.md, Rates and
 * scores).
 *
 * @param waitsFor what would move it on
 * @param waitNanos since it has waited for that; of bytes, since the last ones came
 * @param againNanos until something is tried again; 0 where that depends on others
 * @param pulledBytes that were asked for and came, wrong ones included
 * @param boundNanos how long the whole would take at the measured rates of its sources; 0 while
 *     these are not known, or nothing has to be pulled
 * @param sources whoever offers it, or has delivered bytes of it
 */
public record TransferPace(
    TransferWait waitsFor,
    long waitNanos,
    long againNanos,
    long pulledBytes,
    long boundNanos,
    List<TransferSource> sources) {
  public TransferPace {
    sources = List.copyOf(sources);
  }

  /** What comes, checked or not, of late. */
  public long bytesPerSecond() {
    return sources.stream().mapToLong(TransferSource::bytesPerSecond).sum();
  }

  /** What the links of those that could deliver now carry together; 0 while not measured. */
  public long linkBytesPerSecond() {
    return sources.stream()
        .filter(TransferSource::able)
        .mapToLong(TransferSource::linkBytesPerSecond)
        .sum();
  }
}
