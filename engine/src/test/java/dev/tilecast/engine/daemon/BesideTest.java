package dev.tilecast.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BesideTest {
  private static final Beside NOBODY = new Beside(Optional.empty());

  @TempDir Path folder;

  @Test
  void whatTheDiskSaysIsHeard() throws IOException {
    Beside beside = new Beside(Optional.of(Runnable::run));
    Path file = Files.write(folder.resolve("a"), new byte[10]);

    assertThat(beside.syncEarly(file).await()).isTrue();
    Path gone = folder.resolve("gone");
    Beside.Begun<Boolean> begun = beside.syncEarly(gone);
    assertThatThrownBy(begun::await)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("syncing " + gone);
  }

  @Test
  void itIsDoneBeforeItIsAwaited() throws IOException {
    Deque<Runnable> others = new ArrayDeque<>();
    Deque<String> done = new ArrayDeque<>();

    Beside.Begun<Integer> begun =
        new Beside(Optional.of(others::add))
            .begin(
                () -> {
                  done.add("begun");
                  return 7;
                });
    assertThat(done).isEmpty();
    others.remove().run();
    assertThat(done).containsExactly("begun");

    assertThat(begun.await()).isEqualTo(7);
    assertThat(done).hasSize(1);
  }

  @Test
  void whereThereIsNobodyItIsDoneWhenItIsAwaited() throws IOException {
    Deque<String> done = new ArrayDeque<>();
    Beside.Begun<Boolean> begun = NOBODY.begin(() -> done.add("begun"));
    assertThat(done).isEmpty();

    assertThat(begun.await()).isTrue();
    assertThat(done).hasSize(1);
    assertThat(NOBODY.syncEarly(folder.resolve("gone")).await()).isFalse();
  }

  @Test
  void anErrorOfOursIsNoFailureOfTheDisk() {
    Beside.Begun<Object> begun =
        new Beside(Optional.of(Runnable::run))
            .begin(
                () -> {
                  throw new IllegalArgumentException("ours");
                });

    assertThatThrownBy(begun::await)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ours");
  }

  @Test
  void whatIsAbandonedIsInterruptedOrNotBegun() throws Exception {
    Deque<Runnable> others = new ArrayDeque<>();
    Deque<String> done = new ArrayDeque<>();
    Beside beside = new Beside(Optional.of(others::add));
    beside.begin(() -> done.add("not begun")).abandon();
    others.remove().run();

    CountDownLatch running = new CountDownLatch(1);
    Beside.Begun<Boolean> begun =
        beside.begin(
            () -> {
              running.countDown();
              try {
                return new CountDownLatch(1).await(1, TimeUnit.MINUTES);
              } catch (InterruptedException e) {
                return done.add("interrupted");
              }
            });
    Thread thread = new Thread(others.remove());
    thread.start();
    running.await();
    begun.abandon();
    thread.join();

    assertThat(done).containsExactly("interrupted");
  }

  @Test
  void whoStopsTheTileDoesNotWait() {
    Beside beside = new Beside(Optional.of(work -> {}));
    Beside.Begun<Boolean> begun = beside.syncEarly(folder.resolve("a"));

    Thread.currentThread().interrupt();

    assertThatThrownBy(begun::await).hasMessageContaining("the tile stops");
    assertThat(Thread.interrupted()).isTrue();
  }
}
