package dev.tilecast.engine.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableFileTest {
  @TempDir Path folder;

  @Test
  void replacesTheWholeContentAndLeavesNothingBesideIt() throws IOException {
    Path file = folder.resolve("x");

    DurableFile.write(file, "a long first text".getBytes(UTF_8));
    DurableFile.write(file, "short".getBytes(UTF_8));

    assertThat(file).hasContent("short");
    assertThat(names()).containsExactly("x");
  }

  @Test
  void isNotDisturbedByWhatACrashLeftBehind() throws IOException {
    Path file = folder.resolve("x");
    Files.writeString(DurableFile.temporaryFor(file), "half of something that was much longer");

    DurableFile.write(file, "whole".getBytes(UTF_8));

    assertThat(file).hasContent("whole");
    assertThat(names()).containsExactly("x");
  }

  @Test
  void namesTheFolderThatCannotBeWrittenAndNoTemporaryName() {
    Path missing = folder.resolve("missing");

    assertThatThrownBy(() -> DurableFile.open(missing.resolve("x.mfz"), "rw-r--r--").close())
        .isInstanceOf(IOException.class)
        .hasMessage("the folder " + missing + " cannot be written: there is no such folder");
    assertThatThrownBy(() -> DurableFile.write(Path.of("/proc/x.mfz.seal"), new byte[7]))
        .hasMessageStartingWith("writing 7 bytes to /proc/x.mfz.seal: the folder /proc cannot")
        .hasMessageNotContaining(".tmp");
  }

  @Test
  void keepsTheOldContentWhenItFailsAndSaysWhatAndWhere() throws IOException {
    Path file = Files.createDirectory(folder.resolve("taken"));
    Files.writeString(file.resolve("inside"), "old");

    assertThatThrownBy(() -> DurableFile.write(file, new byte[7]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("writing 7 bytes to " + file);

    assertThat(file.resolve("inside")).hasContent("old");
    assertThat(names()).containsExactly("taken");
  }

  @Test
  void doesNotWriteThroughALinkThatSomebodyPutInItsWay() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path file = folder.resolve("x");
    Files.createSymbolicLink(DurableFile.temporaryFor(file), victim);

    DurableFile.write(file, new byte[7]);

    assertThat(victim).hasContent("precious");
    assertThat(file).hasSize(7);
  }

  @Test
  void aNewFileNeverTakesThePlaceOfAnother() throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "precious");

    assertThatThrownBy(() -> DurableFile.writeNew(file, new byte[7], "rw-------"))
        .isInstanceOf(FileAlreadyExistsException.class);

    assertThat(file).hasContent("precious");
    assertThat(names()).containsExactly("x");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
