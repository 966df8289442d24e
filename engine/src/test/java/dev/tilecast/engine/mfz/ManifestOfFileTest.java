package dev.tilecast.engine.mfz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a manifest is that of a file, found without hashing what the signature covers. */
class ManifestOfFileTest {
  @TempDir private Path folder;
  private Inspector inspector;
  private Path file;

  @BeforeEach
  void make() throws Exception {
    Path keyFolder = folder.resolve("keys");
    for (String key : List.of("public_keys/alpha.pub", "private_keys/alpha.priv")) {
      Files.createDirectories(keyFolder.resolve(key).getParent());
      Files.copy(Vectors.file("kd/" + key), keyFolder.resolve(key));
    }
    KeyFolder keys = new KeyFolder(keyFolder);
    byte[] noise = new byte[60_000];
    new Random(1).nextBytes(noise);
    Path member = Files.write(folder.resolve("noise.bin"), noise);
    file = folder.resolve("demo.mfz");
    new Maker(keys, InspectionLimits.defaults())
        .make(new Handle("alpha"), file, List.of(member), 1_800_000_000L);
    inspector = new Inspector(keys.load(), InspectionLimits.defaults());
  }

  private Inspection.Accepted accepted(Path path) throws Exception {
    return (Inspection.Accepted) inspector.inspect(path);
  }

  @Test
  void isItsOwnAndNoOther() throws Exception {
    Inspection.Accepted accepted = accepted(file);
    Manifest manifest = inspector.manifest(file, accepted);
    assertThat(accepted.signedBytes()).isGreaterThan(60_000);
    assertThat(inspector.isManifest(file, accepted, manifest, false)).isTrue();
    assertThat(inspector.isManifest(file, accepted, manifest, true)).isTrue();

    Path hello = Vectors.file("good/v2019/hello.mfz");
    Inspection.Accepted other = accepted(hello);
    assertThat(inspector.isManifest(hello, other, inspector.manifest(hello, other), false))
        .isTrue();
    assertThat(inspector.isManifest(file, accepted, inspector.manifest(hello, other), true))
        .isFalse();
  }

  @Test
  void isNoneThatIsCutElsewhere() throws Exception {
    Inspection.Accepted accepted = accepted(file);
    Manifest manifest = inspector.manifest(file, accepted);
    byte[] bytes = Files.readAllBytes(file);
    List<ChunkRef> chunks = new ArrayList<>(manifest.chunks());
    int first = chunks.get(2).length() + 1;
    int second = chunks.get(3).length() - 1;
    int at = chunks.get(0).length() + chunks.get(1).length();
    chunks.set(2, chunk(bytes, at, first));
    chunks.set(3, chunk(bytes, at + first, second));

    // All its digests are those of the bytes, so every chunk was found good when it came.
    Manifest moved =
        Manifest.of(
            accepted.version().orElseThrow(),
            accepted.handle(),
            accepted.key().fingerprint(),
            accepted.signature(),
            chunks);
    assertThat(inspector.isManifest(file, accepted, moved, false)).isFalse();
  }

  private static ChunkRef chunk(byte[] bytes, int from, int length) {
    byte[] part = Arrays.copyOfRange(bytes, from, from + length);
    return new ChunkRef(length, Bytes.sha256(part));
  }

  @Test
  void noticesEachByteAroundWhatIsSigned() throws Exception {
    Inspection.Accepted accepted = accepted(file);
    Manifest manifest = inspector.manifest(file, accepted);
    byte[] bytes = Files.readAllBytes(file);
    int acceptedAnyway = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (at == accepted.signedFrom()) {
        at += (int) accepted.signedBytes();
      }
      bytes[at] ^= 1;
      Path changed = Files.write(folder.resolve("changed.mfz"), bytes);
      if (inspector.inspect(changed) instanceof Inspection.Accepted still) {
        acceptedAnyway++;
        for (boolean cutByRule : new boolean[] {false, true}) {
          assertThat(inspector.isManifest(changed, still, manifest, cutByRule))
              .as("byte " + at)
              .isFalse();
        }
      }
      bytes[at] ^= 1;
    }
    // The wrapper has bytes of which no rule speaks: it is for them that it is hashed.
    assertThat(acceptedAnyway).isPositive();
  }
}
