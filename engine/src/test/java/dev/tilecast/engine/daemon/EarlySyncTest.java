package dev.tilecast.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EarlySyncTest {
  @TempDir Path folder;

  @Test
  void whatTheDiskSaysIsHeard() throws IOException {
    EarlySync early = new EarlySync(Optional.of(Runnable::run));
    Path file = Files.write(folder.resolve("a"), new byte[10]);

    assertThatCode(() -> early.begin(file).await()).doesNotThrowAnyException();
    Path gone = folder.resolve("gone");
    EarlySync.Begun begun = early.begin(gone);
    assertThatThrownBy(begun::await)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("syncing " + gone);
  }

  @Test
  void itGoesOnBesideTheInspection() throws IOException {
    Deque<Runnable> beside = new ArrayDeque<>();
    EarlySync early = new EarlySync(Optional.of(beside::add));

    EarlySync.Begun begun = early.begin(Files.write(folder.resolve("a"), new byte[10]));
    assertThat(beside).hasSize(1);
    beside.remove().run();

    assertThatCode(begun::await).doesNotThrowAnyException();
  }

  @Test
  void whereNobodyDoesItTheInspectionDoesNotWait() {
    EarlySync early = new EarlySync(Optional.empty());

    assertThatCode(() -> early.begin(folder.resolve("gone")).await()).doesNotThrowAnyException();
  }

  @Test
  void whoStopsTheTileDoesNotWait() throws IOException {
    EarlySync early = new EarlySync(Optional.of(work -> {}));
    EarlySync.Begun begun = early.begin(folder.resolve("a"));

    Thread.currentThread().interrupt();

    assertThatThrownBy(begun::await).hasMessageContaining("the tile stops");
    assertThat(Thread.interrupted()).isTrue();
  }
}
