package dev.tilecast.engine.physics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoneMarkTest {
  private static final Name NAME = new Name("demo.mfz");
  private static final Bytes DIGEST = Bytes.copyOf(new byte[64]);
  private static final DoneMark MARK =
      new DoneMark(-5, DIGEST.toHex(), 3, "exit code 0 after 0.1 s");

  @TempDir private Path folder;

  @Test
  void comesBackAsItWasWrittenAndLeavesNothingElse() throws IOException {
    MARK.write(folder, NAME);

    assertThat(DoneMark.read(folder, NAME)).contains(MARK);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList()).containsExactly(folder.resolve("demo.mfz.done"));
    }
  }

  @Test
  void isAboutOneVersionOnly() {
    assertThat(MARK.isOf(new Version(NAME, -5, DIGEST))).isTrue();
    assertThat(MARK.isOf(new Version(NAME, -4, DIGEST))).isFalse();
    byte[] other = new byte[64];
    other[63] = 1;
    assertThat(MARK.isOf(new Version(NAME, -5, Bytes.copyOf(other)))).isFalse();
  }

  @Test
  void whereThereIsNoneItIsAbsent() throws IOException {
    assertThat(DoneMark.read(folder, NAME)).isEmpty();
    assertThat(DoneMark.read(folder.resolve("nowhere"), NAME)).isEmpty();
  }

  @Test
  void aDamagedOneCountsAsAbsent() throws IOException {
    MARK.write(folder, NAME);
    Path file = folder.resolve("demo.mfz.done");
    byte[] good = Files.readAllBytes(file);

    for (int i = 0; i < good.length; i++) {
      byte[] flipped = good.clone();
      flipped[i] ^= 1;
      Files.write(file, flipped);
      assertThat(DoneMark.read(folder, NAME)).as("bit flipped in byte %d", i).isEmpty();
      Files.write(file, Arrays.copyOf(good, i));
      assertThat(DoneMark.read(folder, NAME)).as("cut to %d bytes", i).isEmpty();
    }
    Files.write(file, Arrays.copyOf(good, 100_000));
    assertThat(DoneMark.read(folder, NAME)).isEmpty();
  }

  @Test
  void aResultStaysOnOneLine() throws IOException {
    DoneMark mark = new DoneMark(1, DIGEST.toHex(), 1, "two\nlines\r\nand\ttab");
    mark.write(folder, NAME);

    assertThat(DoneMark.read(folder, NAME)).contains(mark);
    assertThat(mark.result()).doesNotContain("\n", "\r", "\t");
  }
}
