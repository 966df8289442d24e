package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.ChunkRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MakerTest {
  private static final Handle ALPHA = new Handle("alpha");
  private static final long STAMP = 1_800_000_000L;

  @TempDir private Path temporary;
  private KeyFolder keys;
  private Maker maker;

  @BeforeEach
  void keyFolder() throws IOException {
    Path folder = temporary.resolve("keys");
    for (String file : List.of("public_keys/alpha.pub", "private_keys/alpha.priv")) {
      Files.createDirectories(folder.resolve(file).getParent());
      Files.copy(Vectors.file("kd/" + file), folder.resolve(file));
    }
    keys = new KeyFolder(folder);
    maker = new Maker(keys, InspectionLimits.defaults());
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(temporary.resolve(name), content);
  }

  private static byte[] noise(long seed, int bytes) {
    byte[] noise = new byte[bytes];
    new Random(seed).nextBytes(noise);
    return noise;
  }

  private Maker.Made make(String out, Path... files) throws Exception {
    return maker.make(ALPHA, temporary.resolve(out), List.of(files), STAMP);
  }

  @Test
  void whatItMakesIsAcceptedAndSealed() throws Exception {
    Path text = file("hello.txt", "hello ".repeat(500).getBytes(US_ASCII));
    Path noise = file("noise.bin", noise(1, 300_000));
    Path empty = file("empty", new byte[0]);

    Maker.Made made = make("demo.mfz", text, noise, empty);

    Inspector inspector = new Inspector(keys.load(), InspectionLimits.defaults());
    Inspection.Accepted found =
        (Inspection.Accepted) inspector.inspect(made.file(), Optional.of("demo.mfz"));
    assertThat(found).isEqualTo(made.accepted());
    assertThat(found.stamp()).isEqualTo(STAMP);
    assertThat(found.entries().stream().map(Inspection.Entry::path))
        .containsExactly("MFZPUBKEY.DAT", "MFZNAME.DAT", "hello.txt", "noise.bin", "empty");
    assertThat(found.entries().get(2).storedSize()).isLessThan(100);
    assertThat(found.entries().get(3).storedSize()).isEqualTo(300_000);
    Seal seal = Seal.read(temporary.resolve("demo.mfz.seal"));
    assertThat(seal).isEqualTo(made.seal());
    assertThat(seal.isOf(inspector.manifest(made.file(), found))).isTrue();
    assertThat(seal.objection(keys.load())).isEmpty();
    assertThat(leftovers()).isEmpty();
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".part"))
          .toList();
    }
  }

  @Test
  void otherReadersOfZipsFindTheSame() throws Exception {
    byte[] large = noise(2, 100_000);
    Maker.Made made = make("demo.mfz", file("a.txt", new byte[5000]), file("b", large));

    try (FileChannel channel = FileChannel.open(made.file())) {
      InputStream in = Channels.newInputStream(channel);
      assertThat(in.readNBytes(9)).isEqualTo("MFZ(1.0)\n".getBytes(US_ASCII));
      Map<String, byte[]> outer = read(in);
      assertThat(outer).containsOnlyKeys("MFZSIG.DAT", "MFZ.ZIP");
      byte[] inner = outer.get("MFZ.ZIP");
      Map<String, byte[]> members = read(new ByteArrayInputStream(inner));
      assertThat(members).containsOnlyKeys("MFZPUBKEY.DAT", "MFZNAME.DAT", "a.txt", "b");
      assertThat(members.get("a.txt")).isEqualTo(new byte[5000]);
      assertThat(members.get("b")).isEqualTo(large);
      assertThat(compressEntries(inner)).containsExactlyElementsOf(members.keySet());
    }
  }

  private static Map<String, byte[]> read(InputStream in) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    ZipInputStream zip = new ZipInputStream(in);
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      entries.put(entry.getName(), zip.readAllBytes());
    }
    return entries;
  }

  private static List<String> compressEntries(byte[] zip) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipArchiveInputStream in = new ZipArchiveInputStream(new ByteArrayInputStream(zip))) {
      for (ZipArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
        assertThat(in.readAllBytes()).hasSize((int) entry.getSize());
      }
    }
    return names;
  }

  @Test
  void equalContentGivesEqualBytesAndASmallChangeASmallOne() throws Exception {
    Path a = file("a.bin", noise(3, 400_000));
    Path b = file("b.bin", noise(4, 50_000));
    Path c = file("c.bin", noise(5, 400_000));
    byte[] first = Files.readAllBytes(make("demo.mfz", a, b, c).file());
    byte[] again = Files.readAllBytes(make("demo.mfz", a, b, c).file());
    assertThat(again).isEqualTo(first);
    Set<ChunkRef> held =
        new HashSet<>(Seal.read(temporary.resolve("demo.mfz.seal")).manifest().chunks());

    file("b.bin", noise(6, 60_000));
    Maker.Made next = maker.make(ALPHA, temporary.resolve("demo.mfz"), List.of(a, b, c), STAMP + 2);

    long moved =
        next.seal().manifest().chunks().stream()
            .filter(chunk -> !held.contains(chunk))
            .mapToLong(ChunkRef::length)
            .sum();
    assertThat(moved).isLessThan(130_000);
  }

  @Test
  void packsUnderTheRelativePathOrTheLastPartOfAnAbsoluteOne() throws Exception {
    Path absolute = file("args.txt", new byte[1]);
    // Tests run in the folder of their module.
    Path relative = Path.of("./src/../pom.xml");

    Maker.Made made = make("demo.mfz", absolute, relative);

    assertThat(made.accepted().entries().stream().skip(2).map(Inspection.Entry::path))
        .containsExactly("args.txt", "pom.xml");
  }

  @Test
  void refusesWhatItCannotPack() throws Exception {
    Path a = file("a", new byte[1]);
    Files.createDirectory(temporary.resolve("sub"));
    Path sameName = file("sub/a", new byte[2]);
    Path reserved = file("MFZNAME.DAT", new byte[2]);

    for (Path[] files :
        List.of(
            new Path[] {a, sameName},
            new Path[] {reserved},
            new Path[] {temporary},
            new Path[] {temporary.resolve("missing")},
            new Path[] {Path.of("../pom.xml")})) {
      assertThatThrownBy(() -> make("demo.mfz", files))
          .as(Arrays.toString(files))
          .isInstanceOf(MakeException.class);
    }
    assertThat(temporary.resolve("demo.mfz")).doesNotExist();
  }

  @Test
  void refusesNamesThatTilesWouldRefuse() throws Exception {
    Path a = file("a", new byte[1]);

    for (String out : List.of("demo.zip", ".mfz", "a b.mfz", "-a.mfz", "cdmss-07-4ec85b.mfz")) {
      assertThatThrownBy(() -> make(out, a)).as(out).isInstanceOf(MakeException.class);
    }
  }

  @Test
  void aFileThatTilesWouldRefuseLeavesTheOldOneAlone() throws Exception {
    Path a = file("a", new byte[1]);
    make("demo.mfz", a);
    byte[] before = Files.readAllBytes(temporary.resolve("demo.mfz"));
    byte[] sealBefore = Files.readAllBytes(temporary.resolve("demo.mfz.seal"));
    keys.allow(ALPHA, "other.mfz");

    assertThatThrownBy(() -> make("demo.mfz", a, file("b", new byte[1])))
        .isInstanceOf(MakeException.class)
        .hasMessageContaining("keys/rules");

    assertThat(temporary.resolve("demo.mfz")).hasBinaryContent(before);
    assertThat(temporary.resolve("demo.mfz.seal")).hasBinaryContent(sealBefore);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void refusesMoreThanTilesTake() throws Exception {
    InspectionLimits small = InspectionLimits.defaults().withFileBytesMax(10_000);
    Path noise = file("noise", noise(7, 10_000));

    assertThatThrownBy(
            () ->
                new Maker(keys, small)
                    .make(ALPHA, temporary.resolve("demo.mfz"), List.of(noise), STAMP))
        .isInstanceOf(MakeException.class)
        .hasMessageContaining("10000 bytes");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void storesWhatDeflatesSoWellThatTilesWouldRefuseIt() throws Exception {
    Maker.Made made = make("demo.mfz", file("zeros", new byte[12 << 20]));

    Inspection.Entry zeros = made.accepted().entries().get(2);
    assertThat(zeros.storedSize()).isEqualTo(zeros.size()).isEqualTo(12 << 20);
  }

  @Test
  void sealsAnExistingFileOfMfzmake() throws Exception {
    Path hello = temporary.resolve("hello.mfz");
    Files.copy(Vectors.file("good/v2019/hello.mfz"), hello);

    Seal seal = maker.seal(hello);

    assertThat(seal.encode().toArray()).isEqualTo(Vectors.bytes("hello.mfz.seal"));
    assertThat(temporary.resolve("hello.mfz.seal"))
        .hasBinaryContent(Vectors.bytes("hello.mfz.seal"));
  }

  @Test
  void sealsNothingThatIsNotAcceptedOrOfAnotherSigner() throws Exception {
    Path unnamed = temporary.resolve("hello.mfz");
    Files.copy(Vectors.file("good/v2017/hello.mfz"), unnamed);
    Path nested = temporary.resolve("nested.mfz");
    Files.copy(Vectors.file("good/v2019/nested.mfz"), nested);

    assertThatThrownBy(() -> maker.seal(unnamed)).isInstanceOf(MakeException.class);
    assertThatThrownBy(() -> maker.seal(nested))
        .isInstanceOf(MakeException.class)
        .hasMessageContaining("key.master-01");
    keys.add(Vectors.file("kd/public_keys/key%2emaster%2d01.pub"));
    assertThatThrownBy(() -> maker.seal(nested))
        .isInstanceOf(KeyException.class)
        .hasMessageContaining("no private key");
  }

  @Test
  void stampsPastTheNewestVersionAndEven() throws Exception {
    assertThat(Maker.stamp(1_000_000_001L, OptionalLong.empty())).isEqualTo(1_000_000_000L);
    assertThat(Maker.stamp(1_000_000_000L, OptionalLong.of(900_000_000L)))
        .isEqualTo(1_000_000_000L);
    assertThat(Maker.stamp(1_000_000_000L, OptionalLong.of(1_000_000_000L)))
        .isEqualTo(1_000_000_002L);
    assertThat(Maker.stamp(0, OptionalLong.of(1_000_000_001L))).isEqualTo(1_000_000_004L);
    for (long clock : new long[] {0, -1, 4_039_372_800L, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> Maker.stamp(clock, OptionalLong.empty()))
          .isInstanceOf(MakeException.class);
    }
    assertThatThrownBy(() -> Maker.stamp(0, OptionalLong.of(4_039_372_798L)))
        .isInstanceOf(MakeException.class);
  }
}
