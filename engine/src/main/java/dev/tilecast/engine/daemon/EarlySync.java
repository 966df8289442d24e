package dev.tilecast.engine.daemon;

import dev.tilecast.engine.disk.DurableFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * Has the disk write a file while it is inspected: what is read meanwhile is in memory, and the
 * promotion, which syncs it in any case, need not wait for that then. What the disk says to it is
 * never lost: it may say so once only.
 */
final class EarlySync {
  private final Optional<Executor> beside;

  /** Syncs early where there is somebody to do it beside other work. */
  EarlySync(Optional<Executor> beside) {
    this.beside = beside;
  }

  /** Begins to write {@code file}, in which nothing may change any more. */
  Begun begin(Path file) {
    return new Begun(
        beside.map(executor -> CompletableFuture.runAsync(() -> sync(file), executor)));
  }

  private static void sync(Path file) {
    try {
      DurableFile.sync(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that is being written, or will be later. */
  static final class Begun {
    private final Optional<CompletableFuture<Void>> end;

    private Begun(Optional<CompletableFuture<Void>> end) {
      this.end = end;
    }

    /**
     * Returns when what was begun has ended.
     *
     * @throws IOException where the disk did not take the file
     */
    void await() throws IOException {
      try {
        if (end.isPresent()) {
          end.get().get();
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UncheckedIOException failure) {
          throw failure.getCause();
        }
        throw new CompletionException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the tile stops");
      }
    }
  }
}
