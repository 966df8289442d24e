package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CdmMapTest {
  private static final String KEYMASTER = "t2-keymaster-release-10";
  private static final String NAME = "cdmss-07-4ec85b.mfz";
  private static final int SLOT_STAMP = 0x074EC85B;

  @TempDir private Path folder;

  /** A right map of {@code payload}, changed by {@code change}, then signed by the keymaster. */
  private static byte[] mapped(byte[] payload, int slotStamp, Consumer<byte[]> change)
      throws Exception {
    byte[] map = new byte[1024];
    int bits = 8;
    while (100L << bits < payload.length) {
      bits++;
    }
    ByteBuffer out = ByteBuffer.wrap(map);
    out.put("CDM10\n".getBytes(ISO_8859_1)).put((byte) bits).put((byte) 0);
    out.putInt(slotStamp).putInt(payload.length).put("by a test".getBytes(ISO_8859_1));
    Digests.sha512(payload).putInto(out.position(32));
    for (int i = 0; i < 100 && i << bits <= payload.length; i++) {
      byte[] front = Arrays.copyOf(payload, Math.min((i + 1) << bits, payload.length));
      out.put(Digests.sha512(front).toArray(), 0, 8);
    }
    change.accept(map);
    Vectors.signingKey(KEYMASTER)
        .sign(Digests.sha512(Arrays.copyOf(map, 896)))
        .putInto(out.position(896));
    byte[] file = Arrays.copyOf(map, 1024 + payload.length);
    System.arraycopy(payload, 0, file, 1024, payload.length);
    return file;
  }

  private static byte[] payload() throws Exception {
    return Forgery.signedBy(KEYMASTER).named(NAME).with("f", new byte[3000]).bytes();
  }

  private String verdict(byte[] file) throws IOException {
    return verdict(file, Vectors.keyring());
  }

  private String verdict(byte[] file, Keyring keyring) throws IOException {
    Path path = Files.write(folder.resolve("judged.mfz"), file);
    Inspection inspection =
        new Inspector(keyring, InspectionLimits.defaults()).inspect(path, Optional.of(NAME));
    return inspection instanceof Inspection.Refused refused ? refused.rule().id() : "accept";
  }

  @Test
  void acceptsARightMapBeforeAnMfzOfTheSameSignerAndName() throws Exception {
    assertThat(verdict(mapped(payload(), SLOT_STAMP, map -> {}))).isEqualTo("accept");
  }

  @Test
  void refusesASignedMapThatIsWrong() throws Exception {
    assertThat(verdict(mapped(payload(), SLOT_STAMP, map -> map[40] ^= 1))).isEqualTo("map-digest");
    assertThat(verdict(mapped(payload(), SLOT_STAMP, map -> map[100] ^= 1))).isEqualTo("map-sums");
    assertThat(verdict(mapped(payload(), SLOT_STAMP, map -> map[890] ^= 1))).isEqualTo("map-sums");
    assertThat(verdict(mapped(payload(), SLOT_STAMP, map -> map[31] = 'x'))).isEqualTo("map-label");
    assertThat(verdict(mapped(payload(), SLOT_STAMP, map -> map[16] = 0))).isEqualTo("map-label");
    assertThat(verdict(mapped(payload(), SLOT_STAMP, map -> map[4] = '9'))).isEqualTo("map-magic");
    assertThat(verdict(mapped(payload(), SLOT_STAMP, map -> map[6] = 0)))
        .isEqualTo("map-block-size");
    assertThat(verdict(mapped(payload(), SLOT_STAMP, map -> map[15] ^= 1))).isEqualTo("map-length");
  }

  @Test
  void refusesAMapOfAnotherNameThanTheSignedOne() throws Exception {
    byte[] other = Forgery.signedBy(KEYMASTER).named("hello.mfz").bytes();

    assertThat(verdict(mapped(payload(), 0x084EC85B, map -> {}))).isEqualTo("map-name");
    assertThat(verdict(mapped(other, SLOT_STAMP, map -> {}))).isEqualTo("map-name");
  }

  @Test
  void refusesAMapBeforeAnMfzOfAnotherSigner() throws Exception {
    byte[] other = Forgery.signedBy("alpha").named(NAME).bytes();

    assertThat(verdict(mapped(other, SLOT_STAMP, map -> {}))).isEqualTo("map-signer");
  }

  @Test
  void refusesAMapWhoseKeyIsNotKnown() throws Exception {
    Map<String, byte[]> alpha = Map.of("alpha.pub", Vectors.bytes("kd/public_keys/alpha.pub"));
    Keyring keyring = new Keyring(alpha, PublishingRules.absent(), List.of());

    assertThat(verdict(mapped(payload(), SLOT_STAMP, map -> {}), keyring)).isEqualTo("map-signer");
  }

  @Test
  void refusesAStampThatTheInnerTimeDoesNotBear() throws Exception {
    byte[] future = Forgery.signedBy(KEYMASTER).named("cdmss-07-ffffff.mfz").bytes();
    byte[] file = mapped(future, 0x07FFFFFF, map -> {});
    Path path = Files.write(folder.resolve("future.mfz"), file);

    Inspection inspection =
        new Inspector(Vectors.keyring(), InspectionLimits.defaults()).inspect(path);

    assertThat(((Inspection.Refused) inspection).rule()).isEqualTo(Rule.TIME_AND_NAME);
  }

  @Test
  void refusesTwoMapsAndAMapAlone() throws Exception {
    byte[] once = mapped(payload(), SLOT_STAMP, map -> {});

    assertThat(verdict(mapped(once, SLOT_STAMP, map -> {}))).isEqualTo("header-line");
    assertThat(verdict(Arrays.copyOf(once, 1024))).isEqualTo("map-length");
    assertThat(verdict(Arrays.copyOf(once, 1000))).isEqualTo("map-magic");
  }
}
