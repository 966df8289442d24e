package dev.tilecast.testbed.storm;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.testbed.process.ExpectationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Threads of one purpose. Where one of them fails nothing is proven, so that is a violation. */
final class Crew {
  private final Violations violations;
  private final List<Thread> threads = new ArrayList<>();

  Crew(Violations violations) {
    this.violations = requireNonNull(violations);
  }

  /** What one thread does. */
  interface Work {
    void run()
        throws IOException, InterruptedException, ExpectationException, MakeException, KeyException;
  }

  /** Begins {@code work} at once. */
  void start(String name, Work work) {
    Thread thread = new Thread(() -> run(name, work), name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void run(String name, Work work) {
    try {
      work.run();
    } catch (IOException | ExpectationException | MakeException | KeyException e) {
      violations.add("the storm itself failed, in " + name + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      violations.add("the storm itself is broken, in " + name + ": " + e);
      throw e;
    }
  }

  /** Waits until all of it is done. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Waits so long at the most; whether all of it is done. */
  boolean join(long millis) throws InterruptedException {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (Thread thread : threads) {
      long left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
      // Zero would wait for ever.
      thread.join(Math.max(1, left));
      if (thread.isAlive()) {
        return false;
      }
    }
    return true;
  }
}
