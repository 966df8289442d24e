package dev.tilecast.engine.daemon;

import dev.tilecast.engine.disk.DurableFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/** What goes on while the inspector reads a file, where there is somebody to do it. */
final class Beside {
  private final Optional<Executor> executor;

  /** Without an executor, everything has one order. */
  Beside(Optional<Executor> executor) {
    this.executor = executor;
  }

  /** Slow work whose outcome is awaited. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Slow work that is under way, or not begun yet. */
  @FunctionalInterface
  interface Begun<T> {
    /**
     * Its outcome, once it has ended.
     *
     * @throws IOException where it failed
     */
    T await() throws IOException;
  }

  /** Begins {@code work}; where nobody does it beside, it is done when it is awaited. */
  <T> Begun<T> begin(Work<T> work) {
    if (executor.isEmpty()) {
      return work::run;
    }
    CompletableFuture<T> end = CompletableFuture.supplyAsync(() -> unchecked(work), executor.get());
    return () -> outcome(end);
  }

  /**
   * Has the disk write {@code file}, in which nothing may change any more. Its promotion, which
   * syncs it in any case, need not wait for that then; where nobody does it beside, only that does.
   * What the disk says to it is to be awaited and believed: it may say so once only.
   */
  Begun<Boolean> syncEarly(Path file) {
    if (executor.isEmpty()) {
      return () -> false;
    }
    return begin(
        () -> {
          DurableFile.sync(file);
          return true;
        });
  }

  private static <T> T unchecked(Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T outcome(CompletableFuture<T> end) throws IOException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the tile stops");
    }
  }
}
