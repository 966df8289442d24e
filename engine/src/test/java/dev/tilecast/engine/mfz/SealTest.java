package dev.tilecast.engine.mfz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealTest {
  @TempDir private Path folder;

  private static Manifest helloManifest() throws Exception {
    Path file = Vectors.file("good/v2019/hello.mfz");
    Inspector inspector = new Inspector(Vectors.keyring(), InspectionLimits.defaults());
    return inspector.manifest(file, (Inspection.Accepted) inspector.inspect(file));
  }

  @Test
  void isToTheByteWhatTheSecondImplementationMakes() throws Exception {
    Seal seal = Seal.of(helloManifest(), Vectors.signingKey("alpha"));

    assertThat(seal.manifest().head().id().toHex())
        .isEqualTo("fb92402bc1787c93564712a88f07c177a4ffe12937ce59191c39e0413e724529");
    assertThat(seal.encode().toArray()).isEqualTo(Vectors.bytes("hello.mfz.seal"));
  }

  @Test
  void readsBackWhatItWrites() throws Exception {
    Path mfz = Files.write(folder.resolve("demo.mfz"), new byte[] {1});
    Seal seal = Seal.of(helloManifest(), Vectors.signingKey("alpha"));

    seal.writeBeside(mfz);

    Seal found = Seal.read(folder.resolve("demo.mfz.seal"));
    assertThat(found).isEqualTo(seal);
    assertThat(found.isOf(helloManifest())).isTrue();
    assertThat(found.objection(Vectors.keyring())).isEmpty();
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("demo.mfz", "demo.mfz.seal");
    }
  }

  @Test
  void isNotOfAnotherFile() throws Exception {
    Path other = Vectors.file("good/v2019/nested.mfz");
    Inspector inspector = new Inspector(Vectors.keyring(), InspectionLimits.defaults());
    Manifest manifest = inspector.manifest(other, (Inspection.Accepted) inspector.inspect(other));
    Seal seal = Seal.of(helloManifest(), Vectors.signingKey("alpha"));

    assertThat(seal.isOf(manifest)).isFalse();
    assertThatThrownBy(() -> Seal.of(manifest, Vectors.signingKey("alpha")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesEveryTruncationAndEveryTrailingByte() throws Exception {
    byte[] whole = Vectors.bytes("hello.mfz.seal");

    for (int length = 0; length < whole.length; length++) {
      Bytes cut = Bytes.copyOf(whole, 0, length);
      assertThatThrownBy(() -> Seal.decode(cut))
          .as("%d bytes", length)
          .isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> Seal.decode(Bytes.copyOf(Arrays.copyOf(whole, whole.length + 1))))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void noFlippedBitIsBelieved() throws Exception {
    byte[] whole = Vectors.bytes("hello.mfz.seal");
    Keyring keyring = Vectors.keyring();
    Random random = new Random(512);

    for (int round = 0; round < 3000; round++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      assertThat(isBelieved(flipped, keyring)).isFalse();
    }
    assertThat(isBelieved(whole, keyring)).isTrue();
  }

  private static boolean isBelieved(byte[] encoded, Keyring keyring) {
    try {
      return Seal.decode(Bytes.copyOf(encoded)).objection(keyring).isEmpty();
    } catch (MalformedException e) {
      return false;
    }
  }

  @Test
  void theSignatureOfTheMfzIsNoSeal() throws Exception {
    ManifestHead head = helloManifest().head();

    Optional<Refusal> objection = Seal.objectionTo(head, head.signature(), Vectors.keyring());

    assertThat(objection.orElseThrow().reason()).isEqualTo(Reason.BAD_SIGNATURE);
  }

  @Test
  void aHeadIsJudgedByItsSignerTheRulesAndItsSignature() throws Exception {
    ManifestHead head = helloManifest().head();
    Map<String, byte[]> alpha = Map.of("alpha.pub", Vectors.bytes("kd/public_keys/alpha.pub"));
    PublishingRules onlyDemo = PublishingRules.parse("alpha = demo.mfz");
    Keyring stranger =
        new Keyring(
            Map.of("stranger.pub", Vectors.bytes("stranger.pub")),
            PublishingRules.absent(),
            List.of());

    assertThat(Vectors.keyring().verifyHead(head)).isEmpty();
    assertThat(reason(stranger, head)).isEqualTo(Reason.UNKNOWN_SIGNER);
    assertThat(reason(new Keyring(alpha, onlyDemo, List.of()), head)).isEqualTo(Reason.NOT_ALLOWED);
    assertThat(reason(Vectors.keyring(), withDigest(head, Bytes.copyOf(new byte[64]))))
        .isEqualTo(Reason.BAD_SIGNATURE);
    assertThat(reason(Vectors.keyring(), withHandle(head, "key.master-01")))
        .isEqualTo(Reason.UNKNOWN_SIGNER);
  }

  private static Reason reason(Keyring keyring, ManifestHead head) {
    return keyring.verifyHead(head).orElseThrow().reason();
  }

  private static ManifestHead withDigest(ManifestHead head, Bytes digest) {
    Version version = new Version(head.version().name(), head.version().stamp(), digest);
    return new ManifestHead(
        version,
        head.handle(),
        head.fingerprint(),
        head.signature(),
        head.fileLength(),
        head.chunkCount(),
        head.pageDigests());
  }

  private static ManifestHead withHandle(ManifestHead head, String handle) {
    return new ManifestHead(
        head.version(),
        handle,
        head.fingerprint(),
        head.signature(),
        head.fileLength(),
        head.chunkCount(),
        head.pageDigests());
  }

  @Test
  void trustSaysTheSameToTheCore() throws Exception {
    ManifestHead head = helloManifest().head();
    Map<String, byte[]> alpha = new HashMap<>();
    alpha.put("alpha.pub", Vectors.bytes("kd/public_keys/alpha.pub"));
    Keyring ruled = new Keyring(alpha, PublishingRules.parse("alpha = h*.mfz d?mo.mfz"), List.of());

    assertThat(ruled.trust().byHandle()).containsEntry("alpha", List.of("h*.mfz", "d?mo.mfz"));
    assertThat(ruled.trust().objectionTo(head.fingerprint().prefix(8), head.version().name()))
        .isEmpty();
  }
}
