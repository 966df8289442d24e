package dev.tilecast.transport.itc;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads what the driver counts, and hands it on in the order in which it was read, whichever thread
 * asks: an older count after a newer one would be taken for four gigabytes that were passed on.
 */
final class DriverCounts {
  private final Supplier<StatusText.Counts> read;
  private final Consumer<StatusText.Counts> told;

  DriverCounts(Supplier<StatusText.Counts> read, Consumer<StatusText.Counts> told) {
    this.read = read;
    this.told = told;
  }

  synchronized StatusText.Counts look() {
    StatusText.Counts counts = read.get();
    told.accept(counts);
    return counts;
  }
}
