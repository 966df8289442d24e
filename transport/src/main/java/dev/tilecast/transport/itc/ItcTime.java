package dev.tilecast.transport.itc;

import java.util.concurrent.TimeUnit;

/** The time by which the threads of a device wait. */
interface ItcTime {
  /** Monotonic. */
  long nanoTime();

  /**
   * Waits on {@code monitor}, which the caller holds, for a notification or so long; or less, so
   * the caller looks whether it is time.
   */
  void await(Object monitor, long nanos) throws InterruptedException;

  /** That of the machine. */
  static ItcTime real() {
    return new ItcTime() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void await(Object monitor, long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedWait(monitor, Math.max(1, nanos));
      }
    };
  }
}
