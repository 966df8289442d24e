package dev.tilecast.engine.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RefusedFolderTest {
  @TempDir Path folder;
  private Path kept;
  private RefusedFolder refused;

  @BeforeEach
  void open() throws IOException {
    kept = Files.createDirectory(folder.resolve("refused"));
    refused = new RefusedFolder(kept, Sample.limits());
  }

  @Test
  void keepsTheFileWithItsReasonAndTheLatestOfAName() throws IOException {
    refuse("x.mfz", "one", "the first reason");
    refuse("x.mfz", "two", "the second reason");

    assertThat(kept.resolve("x.mfz")).hasContent("two");
    assertThat(kept.resolve("x.mfz.reason.txt")).hasContent("the second reason\n");
    assertThat(folder.resolve("x.mfz")).doesNotExist();
  }

  @Test
  void aReasonIsOneLineWhateverTheFileIsCalled() throws IOException {
    refuse("x.mfz", "one", "'x\nlive: y\u001b[2J.mfz' is no name");

    assertThat(kept.resolve("x.mfz.reason.txt"))
        .hasContent("'x\\nlive: y\\x1b[2J.mfz' is no name\n");
  }

  @Test
  void whatWasLiveStaysAndWhatGoesIsTold() throws IOException {
    List<String> told = new ArrayList<>();
    refused = new RefusedFolder(kept, Sample.limits(), told::add);
    Path live = Files.writeString(folder.resolve("live.mfz"), "x".repeat(5000));
    assertThat(refused.keep(live, "live.mfz", "its key is gone"))
        .isEqualTo(kept.resolve("live.mfz.was-live"));
    for (int i = 0; i < 7; i++) {
      refuse(i + ".mfz", "x", "reason " + i);
      age(i + ".mfz", 100 - i);
    }

    assertThat(kept.resolve("live.mfz.was-live")).hasContent("x".repeat(5000));
    assertThat(kept.resolve("live.mfz.was-live.reason.txt")).hasContent("its key is gone\n");
    assertThat(told).isNotEmpty().allMatch(text -> text.startsWith("deleted of refused/"));
  }

  @Test
  void filesThatAreCalledLikeReasonsAreBoundedTooAndReplaceNone() throws IOException {
    refuse("x.mfz", "x", "why x was refused");
    for (int i = 0; i < 20; i++) {
      refuse("note-" + i + ".reason.txt", "forged", "no MFZ");
    }
    refuse("x.mfz.reason.txt", "forged", "no MFZ");

    assertThat(Sample.names(kept).size()).isLessThanOrEqualTo(8);
    assertThat(kept.resolve("x.mfz.reason.txt"))
        .satisfiesAnyOf(
            reason -> assertThat(reason).doesNotExist(),
            reason -> assertThat(reason).hasContent("why x was refused\n"));
  }

  @Test
  void keepsAtMostItsNumberOfFiles() throws IOException {
    for (int i = 1; i <= 7; i++) {
      refuse(i + ".mfz", "x", "reason " + i);
      age(i + ".mfz", i);
    }

    assertThat(Sample.names(kept))
        .containsExactly(
            "4.mfz",
            "4.mfz.reason.txt",
            "5.mfz",
            "5.mfz.reason.txt",
            "6.mfz",
            "6.mfz.reason.txt",
            "7.mfz",
            "7.mfz.reason.txt");
  }

  @Test
  void keepsAtMostItsBytesButTheNewestInAnyCase() throws IOException {
    refuse("a.mfz", "a".repeat(600), "reason");
    age("a.mfz", 1);
    refuse("b.mfz", "b".repeat(300), "reason");
    age("b.mfz", 2);
    assertThat(kept.resolve("a.mfz")).exists();

    refuse("c.mfz", "c".repeat(300), "reason");
    age("c.mfz", 3);
    assertThat(Sample.names(kept))
        .containsExactly("b.mfz", "b.mfz.reason.txt", "c.mfz", "c.mfz.reason.txt");

    refuse("d.mfz", "d".repeat(5000), "reason");
    assertThat(Sample.names(kept)).containsExactly("d.mfz", "d.mfz.reason.txt");
  }

  @Test
  void aClockThatWentBackDoesNotCostTheNewestItsPlace() throws IOException {
    for (int i = 1; i <= 4; i++) {
      refuse(i + ".mfz", "x", "reason " + i);
      age(i + ".mfz", 4_000_000_000L + i);
    }

    refuse("now.mfz", "x", "reason");

    assertThat(kept.resolve("now.mfz")).exists();
    assertThat(kept.resolve("1.mfz")).doesNotExist();
  }

  @Test
  void namesAsLongAsFileSystemsAllowAreShortenedAndKeptApart() throws IOException {
    String start = "n".repeat(250);

    refuse(start + "1", "x", "reason");
    refuse(start + "2", "y", "reason");

    assertThat(Sample.names(kept)).hasSize(4).allMatch(name -> name.length() <= 255);
  }

  @Test
  void aFileThatCannotBeMovedLeavesNoReasonBehind() {
    Path gone = folder.resolve("gone.mfz");

    assertThatThrownBy(() -> refused.take(gone, "gone.mfz", "reason"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone.mfz");

    assertThat(kept).isEmptyDirectory();
  }

  private void refuse(String name, String content, String reason) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    refused.take(file, name, reason);
  }

  private void age(String name, long seconds) throws IOException {
    Files.setLastModifiedTime(
        kept.resolve(name + ".reason.txt"), FileTime.fromMillis(seconds * 1000));
  }
}
