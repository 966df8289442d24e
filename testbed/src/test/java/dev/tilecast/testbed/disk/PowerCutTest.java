package dev.tilecast.testbed.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PowerCutTest {
  private static final int CAPACITY = 1 << 24;

  private final RecordingFileSystem fileSystem = new RecordingFileSystem(Disk.empty(), CAPACITY);
  private final Path root = fileSystem.getPath("/");

  private Disk start;
  private Journal journal;

  private void record() {
    start = fileSystem.snapshot();
    journal = fileSystem.record();
  }

  private Path after(int operation, int bytes, Survival survival, long seed) {
    Disk image = new PowerCut(operation, bytes, survival, seed).image(start, journal.entries());
    return new RecordingFileSystem(image, CAPACITY).getPath("/");
  }

  private Path afterAll(Survival survival) {
    return after(journal.size(), 0, survival, 1);
  }

  @Test
  void whatWasSyncedIsThereWhateverElseIsLost() throws IOException {
    record();
    DurableFile.write(root.resolve("safe"), "content".getBytes(UTF_8));
    Files.writeString(root.resolve("unsafe"), "content");

    for (long seed = 0; seed < 50; seed++) {
      assertThat(after(journal.size(), 0, Survival.REORDERED, seed).resolve("safe"))
          .hasContent("content");
    }
    assertThat(afterAll(Survival.LOST).resolve("safe")).hasContent("content");
    assertThat(afterAll(Survival.LOST).resolve("unsafe")).doesNotExist();
    assertThat(afterAll(Survival.NAMES).resolve("unsafe")).isEmptyFile();
    assertThat(afterAll(Survival.BYTES).resolve("unsafe")).doesNotExist();
    assertThat(afterAll(Survival.KEPT).resolve("unsafe")).hasContent("content");
  }

  /** As on Linux, which does not try again to write what it has failed to write once. */
  @Test
  void whatASyncHasFailedToKeepNoLaterOneKeeps() throws IOException {
    record();
    fileSystem.failSyncFrom(0);
    try (FileChannel channel =
        FileChannel.open(
            root.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("before".getBytes(UTF_8)), 0);
      assertThatThrownBy(() -> channel.force(true)).hasMessage("Input/output error");
      channel.write(ByteBuffer.wrap("after".getBytes(UTF_8)), 6);
      channel.force(true);
    }
    DurableFile.syncFolder(root);

    assertThat(fileSystem.hasFailed()).isTrue();
    assertThat(root.resolve("file")).hasContent("beforeafter");
    assertThat(Files.readAllBytes(afterAll(Survival.LOST).resolve("file")))
        .isEqualTo("\0\0\0\0\0\0after".getBytes(UTF_8));
    assertThat(afterAll(Survival.KEPT).resolve("file")).hasContent("beforeafter");
  }

  @Test
  void aRenameIsNeverHalf() throws IOException {
    Files.writeString(root.resolve("old"), "old");
    Files.writeString(root.resolve("new"), "new");
    record();
    Files.move(root.resolve("new"), root.resolve("old"), StandardCopyOption.ATOMIC_MOVE);

    Set<String> seen = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      Path disk = after(1, 0, Survival.REORDERED, seed);
      seen.add(Files.readString(disk.resolve("old")) + Files.exists(disk.resolve("new")));
    }

    assertThat(seen).containsExactlyInAnyOrder("oldtrue", "newfalse");
  }

  @Test
  void aFolderThatWasSyncedKeepsARenameOutOfAnotherWhole() throws IOException {
    Path from = Files.createDirectory(root.resolve("from"));
    Path to = Files.createDirectory(root.resolve("to"));
    Files.writeString(from.resolve("x"), "x");
    record();
    Files.move(from.resolve("x"), to.resolve("x"), StandardCopyOption.ATOMIC_MOVE);
    DurableFile.syncFolder(to);

    assertThat(afterAll(Survival.LOST).resolve("to/x")).hasContent("x");
    assertThat(afterAll(Survival.LOST).resolve("from/x")).doesNotExist();
  }

  @Test
  void aWriteIsCutWhereTheCutSays() throws IOException {
    record();
    Files.write(root.resolve("x"), new byte[] {1, 2, 3, 4});

    assertThat(Files.readAllBytes(after(1, 3, Survival.KEPT, 0).resolve("x")))
        .containsExactly(1, 2, 3);
    assertThat(after(1, 3, Survival.NAMES, 0).resolve("x")).isEmptyFile();
  }

  @Test
  void sectorsOfUnsyncedWritesComeInAnyOrder() throws IOException {
    byte[] ones = new byte[4 * PowerCut.SECTOR_BYTES];
    java.util.Arrays.fill(ones, (byte) 1);
    Path file = Files.write(root.resolve("x"), new byte[ones.length]);
    record();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(ones), 0);
    }

    Set<List<Byte>> seen = new HashSet<>();
    for (long seed = 0; seed < 500; seed++) {
      byte[] found = Files.readAllBytes(after(1, 0, Survival.REORDERED, seed).resolve("x"));
      seen.add(List.of(found[0], found[512], found[1024], found[1536]));
      assertThat(found[511]).isEqualTo(found[0]);
    }

    assertThat(seen).hasSize(16);
  }

  @Test
  void oneSeedIsOneDisk() throws IOException {
    record();
    for (int i = 0; i < 20; i++) {
      Files.writeString(root.resolve("file-" + i), "content " + i);
    }

    Set<String> digests = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      PowerCut cut = new PowerCut(journal.size(), 0, Survival.REORDERED, seed);
      String digest = cut.image(start, journal.entries()).digest();
      assertThat(cut.image(start, journal.entries()).digest()).isEqualTo(digest);
      digests.add(digest);
    }

    assertThat(digests).hasSize(20);
  }

  @Test
  void isReadBackFromItsText() {
    for (PowerCut cut :
        List.of(
            new PowerCut(7, 0, Survival.LOST, 0),
            new PowerCut(0, 512, Survival.BYTES, 0),
            new PowerCut(123, 1, Survival.REORDERED, 42))) {
      assertThat(PowerCut.ofText(cut.text())).contains(cut);
    }
    assertThat(PowerCut.ofText("7")).isEmpty();
    assertThat(PowerCut.ofText("7/burnt")).isEmpty();
  }
}
