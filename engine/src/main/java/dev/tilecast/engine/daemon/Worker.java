package dev.tilecast.engine.daemon;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Threads for slow work, one of them for what needs an order. An error in it is ours, not a
 * neighbor's: it ends the tile.
 */
final class Worker implements AutoCloseable {
  private final ThreadPoolExecutor executor;
  private final long closeMillis;
  private final Consumer<Throwable> fatal;

  /**
   * @param count how many there are
   * @param closeMillis how long {@link #close} waits for the work that runs
   */
  Worker(ThreadFactory threads, int count, long closeMillis, Consumer<Throwable> fatal) {
    this.closeMillis = closeMillis;
    this.executor =
        new ThreadPoolExecutor(
            count, count, 1, TimeUnit.HOURS, new LinkedBlockingQueue<>(), threads);
    this.fatal = fatal;
  }

  /** Queues {@code work}; its length is bounded by the core's transfers and the inbox's looks. */
  void submit(Runnable work) {
    executor.execute(
        () -> {
          try {
            work.run();
          } catch (RuntimeException | Error e) {
            fatal.accept(e);
          }
        });
  }

  /** Lets the work that runs come to its end for a while; the rest is dropped. */
  @Override
  public void close() {
    executor.shutdown();
    executor.getQueue().clear();
    try {
      if (!executor.awaitTermination(closeMillis, TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
