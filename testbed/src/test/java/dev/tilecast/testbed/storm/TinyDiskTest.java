package dev.tilecast.testbed.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full; only where this user may mount one. */
@Timeout(60)
final class TinyDiskTest {
  @TempDir private Path folder;

  @Test
  void isReallyFullAndThenHasRoomAgain() throws Exception {
    TinyDisk.Mounting mounting = TinyDisk.mount(folder.resolve("home"));
    assumeThat(mounting.disk()).as(mounting.why()).isPresent();
    TinyDisk disk = mounting.disk().orElseThrow();
    Path file = folder.resolve("home/file");
    try {
      Files.writeString(file, "kept");
      assertThat(disk.fits(2 << 20)).isTrue();
      assertThat(disk.fits(TinyDisk.BYTES / 4)).isFalse();

      disk.fill(0);

      assertThat(disk.fits(1)).isFalse();
      assertThatThrownBy(() -> Files.write(folder.resolve("home/more"), new byte[1 << 20]))
          .isInstanceOf(IOException.class)
          .matches(e -> TinyDisk.isFull((IOException) e));

      disk.empty();
      Files.write(folder.resolve("home/more"), new byte[1 << 20]);
    } finally {
      disk.unmountAndKeep();
    }
    assertThat(file).hasContent("kept");
    assertThat(folder.resolve("home/other-tenant")).doesNotExist();
  }

  @Test
  void whatCannotBeMountedSaysWhy() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> TinyDisk.mount(file)).isInstanceOf(IOException.class);
  }
}
