package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CounterFileTest {
  @TempDir private Path folder;
  private Path path;
  private CounterFile file;
  private int writes;

  @BeforeEach
  void name() {
    path = folder.resolve("counter.txt");
    file = new CounterFile(path);
  }

  /** Each write has a time of its own, however quick it comes. */
  private void write(String text) throws IOException {
    Files.writeString(path, text);
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000 + ++writes));
  }

  @Test
  void isReadOnceForEachChange() throws IOException {
    write("5\n");
    assertThat(file.look()).hasValue(5);
    assertThat(file.look()).isEmpty();
    write("  9223372036854775807 ");
    assertThat(file.look()).hasValue(Long.MAX_VALUE);
    write("6");
    assertThat(file.look()).hasValue(6);
    assertThat(file.trouble()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "five", "9223372036854775808", "1 2", "0x10", "١"})
  void whatIsNoNumberIsTold(String text) throws IOException {
    write("5");
    file.look();
    write(text);

    assertThat(file.look()).isEmpty();
    assertThat(file.trouble()).contains("one whole number", "write one");
    write("7");
    assertThat(file.look()).hasValue(7);
    assertThat(file.trouble()).isEmpty();
  }

  @Test
  void aFileThatIsNotThereOrNoFileIsTold() throws IOException {
    assertThat(file.look()).isEmpty();
    assertThat(file.trouble()).contains("does not exist", "write a whole number");
    Files.createDirectory(path);
    assertThat(file.look()).isEmpty();
    assertThat(file.trouble()).contains("no plain file");
    Files.delete(path);
    write("3");
    assertThat(file.look()).hasValue(3);
    Files.delete(path);
    file.look();
    write("3");
    assertThat(file.look()).as("it is read again, though it says the same").hasValue(3);
  }

  @Test
  void aLargeFileIsNotReadWhole() throws IOException {
    write("1".repeat(1 << 20));
    assertThat(file.look()).isEmpty();
    assertThat(file.trouble()).contains("one whole number");
    write("5" + " ".repeat(70) + "garbage");
    assertThat(file.look()).isEmpty();
  }
}
