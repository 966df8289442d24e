package dev.tilecast.engine.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MarksTest {
  @TempDir Path folder;

  @Test
  void aMarkIsKeptFromOneStartToTheNext() throws IOException {
    Version past = Sample.version("a.mfz", Long.MIN_VALUE, 1);
    Version future = Sample.version("b.mfz", Long.MAX_VALUE, 2);
    Marks marks = Marks.open(folder);
    marks.raise(past);
    marks.raise(future);

    Marks again = Marks.open(folder);

    assertThat(again.all()).containsExactly(past, future);
    assertThat(again.of(new Name("b.mfz"))).contains(future);
    assertThat(again.of(new Name("c.mfz"))).isEmpty();
    assertThat(again.troubles()).isEmpty();
  }

  @Test
  void aMarkNeverGoesDown() throws IOException {
    Random random = new Random(11);
    Map<String, Version> highest = new TreeMap<>();
    Marks marks = Marks.open(folder);

    for (int i = 0; i < 300; i++) {
      Version version =
          Sample.version(
              "n" + random.nextInt(3) + ".mfz", random.nextInt(20) - 10, random.nextInt(4));
      marks.raise(version);
      highest.merge(version.name().text(), version, (old, now) -> now.isNewerThan(old) ? now : old);
      if (i % 50 == 0) {
        marks = Marks.open(folder);
      }
      assertThat(marks.all()).containsExactlyElementsOf(highest.values());
    }
    assertThat(Marks.open(folder).all()).containsExactlyElementsOf(highest.values());
  }

  @Test
  void aMarkThatIsPreparedCountsOnlyOnceItIsRaised() throws IOException {
    Marks marks = Marks.open(folder);
    Version version = Sample.version("a.mfz", 100, 1);

    try (Marks.Raise raise = marks.prepare(version)) {
      assertThat(marks.of(version.name())).isEmpty();
      assertThat(Marks.open(folder).all()).isEmpty();
      raise.now();
    }
    assertThat(Marks.open(folder).all()).containsExactly(version);

    marks.prepare(Sample.version("a.mfz", 101, 1)).close();
    assertThat(Marks.open(folder).all()).containsExactly(version);
    assertThat(Sample.names(folder)).containsExactly("a.mfz");
  }

  @Test
  void whatIsNotNewerWritesNothing() throws IOException {
    Version version = Sample.version("a.mfz", 100, 1);
    Marks marks = Marks.open(folder);
    marks.raise(version);
    FileIdentity before = FileIdentity.of(folder.resolve("a.mfz"));

    marks.raise(version);
    marks.raise(Sample.version("a.mfz", 99, 2));

    assertThat(FileIdentity.of(folder.resolve("a.mfz"))).isEqualTo(before);
  }

  @Test
  void everyDamageIsFoundSetAsideAndReported() throws IOException {
    Version version = Sample.version("a.mfz", 123, 1);
    Marks.open(folder).raise(version);
    Path file = folder.resolve("a.mfz");
    byte[] good = Files.readAllBytes(file);

    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << (i % 8));
      Files.write(file, bad);

      Marks marks = Marks.open(folder);

      assertThat(marks.all()).as("byte %d damaged", i).isEmpty();
      assertThat(marks.troubles()).singleElement().asString().contains("a.mfz", "set aside");
      assertThat(Sample.names(folder)).containsExactly("a.mfz.set-aside");
      marks.raise(version);
    }
    for (int length = 0; length < good.length; length++) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThat(Marks.open(folder).all()).as("cut to %d bytes", length).isEmpty();
    }
    Files.write(file, good);
    assertThat(Marks.open(folder).all()).containsExactly(version);
  }

  @Test
  void theMarkOfOneNameIsNotTakenForAnother() throws IOException {
    Marks.open(folder).raise(Sample.version("a.mfz", 123, 1));
    Files.copy(folder.resolve("a.mfz"), folder.resolve("b.mfz"));

    Marks marks = Marks.open(folder);

    assertThat(marks.all()).extracting(Version::name).containsExactly(new Name("a.mfz"));
    assertThat(marks.troubles()).singleElement().asString().contains("b.mfz");
  }

  @Test
  void aCrashInTheMiddleOfRaisingLeavesTheOldMark() throws IOException {
    Version version = Sample.version("a.mfz", 123, 1);
    Marks.open(folder).raise(version);
    Files.writeString(DurableFile.temporaryFor(folder.resolve("a.mfz")), "tilecast mark 1\nna");

    Marks marks = Marks.open(folder);

    assertThat(marks.all()).containsExactly(version);
    assertThat(marks.troubles()).isEmpty();
  }

  @Test
  void aMarkThatIsAFolderOrAMountainIsSetAside() throws IOException {
    Files.createDirectory(folder.resolve("a.mfz"));
    Files.write(folder.resolve("b.mfz"), new byte[1 << 20]);

    Marks marks = Marks.open(folder);

    assertThat(marks.all()).isEmpty();
    assertThat(marks.troubles()).hasSize(2);
  }
}
