package dev.tilecast.testbed.bench;

import dev.tilecast.testbed.process.ProcessTile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What daemons have used of the processor, in seconds.
 *
 * @param compiling the part of it that went into compiling their code
 */
record ProcessorTime(double all, double compiling) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** Of all {@code tiles} since they began, where the system tells. */
  static Optional<ProcessorTime> of(List<ProcessTile> tiles) throws IOException {
    double all = 0;
    double compiling = 0;
    for (ProcessTile tile : tiles) {
      Optional<Duration> used = tile.cpu();
      Optional<Duration> compiled = tile.compilerCpu();
      if (used.isEmpty() || compiled.isEmpty()) {
        return Optional.empty();
      }
      all += used.get().toNanos() / NANOS_PER_SECOND;
      compiling += compiled.get().toNanos() / NANOS_PER_SECOND;
    }
    return Optional.of(new ProcessorTime(all, compiling));
  }

  /** What was used after {@code before}. */
  ProcessorTime since(ProcessorTime before) {
    return new ProcessorTime(all - before.all, compiling - before.compiling);
  }

  /** What went into compiling, for a hundred seconds of all. */
  double compilingPercent() {
    return all > 0 ? 100 * compiling / all : 0;
  }
}
