package dev.tilecast.engine.daemon;

import dev.tilecast.engine.disk.DurableFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

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
  interface Begun<T> {
    /**
     * Its outcome, once it has ended.
     *
     * @throws IOException where it failed
     */
    T await() throws IOException;

    /** Nobody awaits it any more: what of it is not done is left. */
    void abandon();
  }

  /** Begins {@code work}; where nobody does it beside, it is done when it is awaited. */
  <T> Begun<T> begin(Work<T> work) {
    if (executor.isEmpty()) {
      return new Later<>(work);
    }
    // The reads of files end where their thread is interrupted.
    FutureTask<T> task = new FutureTask<>(work::run);
    executor.get().execute(task);
    return new UnderWay<>(task);
  }

  /**
   * Has the disk write {@code file}, in which nothing may change any more. Its promotion, which
   * syncs it in any case, need not wait for that then; where nobody does it beside, only that does.
   * What the disk says to it is to be awaited and believed: it may say so once only.
   */
  Begun<Boolean> syncEarly(Path file) {
    if (executor.isEmpty()) {
      return new Later<>(() -> false);
    }
    return begin(
        () -> {
          DurableFile.sync(file);
          return true;
        });
  }

  private record Later<T>(Work<T> work) implements Begun<T> {
    @Override
    public T await() throws IOException {
      return work.run();
    }

    @Override
    public void abandon() {
      // Nothing of it was begun.
    }
  }

  private record UnderWay<T>(FutureTask<T> task) implements Begun<T> {
    @Override
    public T await() throws IOException {
      try {
        return task.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the tile stops");
      }
    }

    @Override
    public void abandon() {
      task.cancel(true);
    }
  }
}
