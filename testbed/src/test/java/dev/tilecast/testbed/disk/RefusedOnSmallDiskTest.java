package dev.tilecast.testbed.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.files.FileLimits;
import dev.tilecast.engine.files.RefusedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What was refused must not fill a small disk. */
final class RefusedOnSmallDiskTest {
  private static final int DISK_BYTES = 1 << 20;
  private static final int FILE_BYTES = 60_000;

  @Test
  void theNewestStayWithinAQuarterOfTheRoom() throws IOException {
    RecordingFileSystem disk = new RecordingFileSystem(Disk.empty(), DISK_BYTES);
    Path root = disk.getPath("/tile");
    Path folder = Files.createDirectories(root.resolve("refused"));
    RefusedFolder refused = new RefusedFolder(folder, FileLimits.defaults());

    for (int i = 0; i < 10; i++) {
      Path dropped = root.resolve("dropped");
      Files.write(dropped, new byte[FILE_BYTES]);
      refused.take(dropped, "file-" + i + ".mfz", "it is not what it should be");
    }

    List<String> kept;
    try (Stream<Path> files = Files.list(folder)) {
      kept = files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".mfz")).toList();
    }
    assertThat(kept).contains("file-9.mfz").doesNotContain("file-0.mfz");
    assertThat(kept.size() * (long) FILE_BYTES).isLessThanOrEqualTo(DISK_BYTES / 4);
  }
}
