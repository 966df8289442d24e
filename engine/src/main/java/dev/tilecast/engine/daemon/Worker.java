package dev.tilecast.engine.daemon;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One thread for slow work, in order. An error in it is ours, not a neighbor's: it ends the tile.
 */
final class Worker {
  private final ThreadPoolExecutor executor;
  private final Consumer<Throwable> fatal;

  Worker(ThreadFactory threads, Consumer<Throwable> fatal) {
    this.executor =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.HOURS, new LinkedBlockingQueue<>(), threads);
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

  /** Lets the work that runs come to its end for at most {@code millis}; the rest is dropped. */
  void close(long millis) throws InterruptedException {
    executor.shutdown();
    executor.getQueue().clear();
    if (!executor.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
      executor.shutdownNow();
    }
  }
}
