package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFolderTest {
  private static final Handle ALPHA = new Handle("alpha");
  private static final Handle MASTER = new Handle("key.master-01");

  @TempDir private Path temporary;
  private KeyFolder keys;

  @BeforeEach
  void folderThatDoesNotExistYet() {
    keys = new KeyFolder(temporary.resolve("home/keys"));
  }

  private void addVector(Handle handle) throws Exception {
    keys.add(Vectors.file("kd/public_keys/" + KeyFolder.publicFileName(handle)));
  }

  @Test
  void aFolderThatDoesNotExistKnowsNobodyAndSaysSo() throws Exception {
    Keyring keyring = keys.load();

    assertThat(keyring.keys()).isEmpty();
    assertThat(keyring.trust().signers()).isEmpty();
    assertThat(keyring.warnings()).singleElement().asString().contains("does not exist");
  }

  @Test
  void generatesAPairInTheFormAndPlaceOfMfzmake() throws Exception {
    Handle handle = new Handle("Dave Tester");

    PublicKey made = keys.generate(handle, 2048);

    Path privateFile = temporary.resolve("home/keys/private_keys/Dave%20Tester.priv");
    assertThat(temporary.resolve("home/keys/public_keys/Dave%20Tester.pub"))
        .hasBinaryContent(made.fileText().getBytes(ISO_8859_1));
    assertThat(made.fileText())
        .startsWith("[MFM-Handle:Dave Tester]\n-----BEGIN RSA PUBLIC KEY-----\nMII")
        .endsWith("\n-----END RSA PUBLIC KEY-----\n");
    assertThat(Files.readString(privateFile))
        .startsWith("[MFM-Handle:Dave Tester]\n-----BEGIN RSA PRIVATE KEY-----\nMII");
    assertThat(permissions(privateFile)).isEqualTo("rw-------");
    assertThat(permissions(privateFile.getParent())).isEqualTo("rwx------");
    assertThat(made.bits()).isEqualTo(2048);
    assertThat(made.exponent()).isEqualTo(BigInteger.valueOf(65_537));
    assertThat(keys.load().keys()).containsExactly(made);
    Bytes digest = Digests.sha512(new byte[] {1});
    Bytes signature = keys.signingKey(handle).sign(digest);
    assertThat(made.verifies(digest, signature)).isTrue();
    assertThat(made.verifies(Digests.sha512(new byte[] {2}), signature)).isFalse();
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aKeyComesFromTheChanceItIsGivenAndNothingElse() throws Exception {
    KeyFolder others = new KeyFolder(temporary.resolve("others"));

    PublicKey made = keys.generate(ALPHA, 2048, guessable(1));

    assertThat(others.generate(ALPHA, 2048, guessable(1)).fileText()).isEqualTo(made.fileText());
    assertThat(others.generate(new Handle("beta"), 2048, guessable(2)).modulus())
        .isNotEqualTo(made.modulus());
  }

  private static SecureRandom guessable(long seed) throws NoSuchAlgorithmException {
    SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
    random.setSeed(seed);
    return random;
  }

  @Test
  void neverOverwritesAKey() throws Exception {
    keys.generate(ALPHA, 2048);
    byte[] before = Files.readAllBytes(keys.privateFile(ALPHA));

    assertThatThrownBy(() -> keys.generate(ALPHA, 2048))
        .isInstanceOf(KeyException.class)
        .hasMessageContaining("alpha.priv");
    assertThatThrownBy(() -> addVector(ALPHA)).isInstanceOf(KeyException.class);
    keys.remove(ALPHA);
    assertThatThrownBy(() -> keys.generate(ALPHA, 2048)).isInstanceOf(KeyException.class);
    assertThat(keys.privateFile(ALPHA)).hasBinaryContent(before);
  }

  @Test
  void aMissingPrivateKeyIsNotToBeMadeWhereItsPublicOneIsKnown() throws Exception {
    assertThatThrownBy(() -> keys.signingKey(ALPHA))
        .isInstanceOf(KeyException.class)
        .hasMessageEndingWith("make one with: tilecast keys generate 'alpha'");

    keys.generate(ALPHA, 2048);
    Path elsewhere = Files.move(keys.privateFile(ALPHA), temporary.resolve("elsewhere"));

    assertThatThrownBy(() -> keys.signingKey(ALPHA))
        .isInstanceOf(KeyException.class)
        .hasMessageContaining("only its public key: sign where the private key is, or copy it")
        .hasMessageNotContaining("generate");
    Files.move(elsewhere, unfinished());
    assertThatThrownBy(() -> keys.signingKey(ALPHA))
        .isInstanceOf(KeyException.class)
        .hasMessageContaining("tilecast keys generate");
  }

  private Path unfinished() {
    return keys.privateFile(ALPHA).resolveSibling("alpha.priv.unfinished");
  }

  @Test
  void aPairWhoseMakingWasCutBeforeItsLastNameIsFinished() throws Exception {
    PublicKey made = keys.generate(ALPHA, 2048);
    Files.move(keys.privateFile(ALPHA), unfinished());

    assertThat(keys.generate(ALPHA, 2048)).isEqualTo(made);

    assertThat(keys.signingKey(ALPHA).publicKey()).isEqualTo(made);
    assertThat(unfinished()).doesNotExist();
    assertThatThrownBy(() -> keys.generate(ALPHA, 2048)).isInstanceOf(KeyException.class);
  }

  @Test
  void aPrivateKeyThatNobodyKnowsThePublicOneOfIsForgotten() throws Exception {
    PublicKey made = keys.generate(ALPHA, 2048);
    Files.move(keys.privateFile(ALPHA), unfinished());
    keys.remove(ALPHA);

    PublicKey other = keys.generate(ALPHA, 2048);

    assertThat(other).isNotEqualTo(made);
    assertThat(keys.signingKey(ALPHA).publicKey()).isEqualTo(other);
    assertThat(unfinished()).doesNotExist();
  }

  @Test
  void anUnfinishedKeyIsNeverPairedWithThePublicKeyOfSomebodyElse() throws Exception {
    keys.generate(ALPHA, 2048);
    Files.move(keys.privateFile(ALPHA), unfinished());
    keys.remove(ALPHA);
    addVector(ALPHA);

    assertThatThrownBy(() -> keys.generate(ALPHA, 2048))
        .isInstanceOf(KeyException.class)
        .hasMessageContaining("alpha.pub");

    assertThat(keys.privateFile(ALPHA)).doesNotExist();
    assertThat(unfinished()).doesNotExist();
  }

  @Test
  void refusesToMakeKeysThatAreTooShortOrUnusual() {
    for (int bits : List.of(1024, 2047, 2052, 4104, 0, -1)) {
      assertThatThrownBy(() -> keys.generate(ALPHA, bits))
          .isInstanceOf(KeyException.class)
          .hasMessageContaining(String.valueOf(bits));
    }
  }

  @Test
  void addsAndRemovesKeys() throws Exception {
    addVector(ALPHA);
    addVector(ALPHA);
    addVector(MASTER);

    assertThat(keys.load().keys().stream().map(PublicKey::handle)).containsExactly(ALPHA, MASTER);
    keys.remove(ALPHA);
    assertThat(keys.load().keys().stream().map(PublicKey::handle)).containsExactly(MASTER);
    assertThatThrownBy(() -> keys.remove(ALPHA))
        .isInstanceOf(KeyException.class)
        .hasMessageContaining("not known");
  }

  @Test
  void refusesToAddWhatCannotBeUsed() throws Exception {
    Path bad = temporary.resolve("bad.pub");
    for (String file :
        List.of(
            "hand/g01-rsa768.kd/size768%20e65537.pub",
            "hand/g04-rsa1024-e3.kd/size1024%20e3.pub",
            "hand/g05-spki-pem.kd/spki%20key.pub",
            "hand/g06-ec-key.kd/ec%20key.pub",
            "kd/private_keys/alpha.priv")) {
      assertThatThrownBy(() -> keys.add(Vectors.file(file)))
          .as(file)
          .isInstanceOf(KeyException.class);
    }
    Files.write(bad, new byte[5000]);
    assertThatThrownBy(() -> keys.add(bad)).isInstanceOf(KeyException.class);
    Files.writeString(bad, Files.readString(Vectors.file("kd/public_keys/alpha.pub")) + "x");
    assertThatThrownBy(() -> keys.add(bad)).isInstanceOf(KeyException.class);
  }

  @Test
  void badFilesBecomeWarningsAndTheOthersAreUsed() throws Exception {
    addVector(ALPHA);
    Path folder = keys.publicFile(ALPHA).getParent();
    Files.copy(keys.publicFile(ALPHA), folder.resolve("beta.pub"));
    Files.write(folder.resolve("long.pub"), new byte[4097]);
    Files.writeString(folder.resolve("junk.pub"), "hello");
    Files.createDirectory(folder.resolve("dir.pub"));
    Files.writeString(folder.resolve("notes.txt"), "not a key");

    Keyring keyring = keys.load();

    assertThat(keyring.keys()).hasSize(1);
    assertThat(keyring.warnings())
        .anyMatch(w -> w.contains("beta.pub") && w.contains("'alpha'"))
        .anyMatch(w -> w.contains("long.pub"))
        .anyMatch(w -> w.contains("junk.pub"))
        .anyMatch(w -> w.contains("dir.pub"))
        .anyMatch(w -> w.contains("1024 bits"))
        .anyMatch(w -> w.contains("every known key (alpha)"))
        .noneMatch(w -> w.contains("notes.txt"));
  }

  @Test
  void theFirstRuleRestrictsEverybodyAndSaysWhom() throws Exception {
    addVector(ALPHA);
    addVector(MASTER);
    Name demo = new Name("demo.mfz");
    assertThat(keys.load().mayPublish(MASTER, demo)).isTrue();

    List<String> changes = keys.allow(ALPHA, "demo*.mfz");

    assertThat(changes).singleElement().asString().contains("key.master-01");
    Keyring after = keys.load();
    assertThat(after.hasRules()).isTrue();
    assertThat(after.mayPublish(ALPHA, demo)).isTrue();
    assertThat(after.mayPublish(ALPHA, new Name("physics.mfz"))).isFalse();
    assertThat(after.mayPublish(MASTER, demo)).isFalse();
    assertThat(keys.allow(MASTER, "demo.mfz")).isEmpty();
    assertThat(keys.load().mayPublish(MASTER, demo)).isTrue();
    assertThat(keys.load().mayPublish(ALPHA, demo)).isTrue();
  }

  @Test
  void aRepeatedRuleChangesNothing() throws Exception {
    addVector(ALPHA);
    keys.allow(ALPHA, "a.mfz");
    String before = Files.readString(keys.rulesFile());

    keys.allow(ALPHA, "a.mfz");

    assertThat(keys.rulesFile()).hasContent(before.strip());
  }

  @Test
  void refusesRulesForUnknownHandlesAndBrokenPatterns() throws Exception {
    addVector(ALPHA);

    assertThatThrownBy(() -> keys.allow(MASTER, "*")).isInstanceOf(KeyException.class);
    for (String pattern : List.of("", "a b", "a/b", "[a]", "a\n* = *")) {
      assertThatThrownBy(() -> keys.allow(ALPHA, pattern)).isInstanceOf(KeyException.class);
    }
    assertThat(keys.rulesFile()).doesNotExist();
  }

  @Test
  void rulesThatCannotBeReadTrustNobody() throws Exception {
    addVector(ALPHA);
    Files.createSymbolicLink(keys.rulesFile(), temporary.resolve("nowhere"));

    assertThatThrownBy(() -> keys.load()).isInstanceOf(IOException.class);
  }

  @Test
  void theTwoHalvesOfAKeyMustBelongTogether() throws Exception {
    addVector(ALPHA);
    assertThatThrownBy(() -> keys.signingKey(ALPHA)).hasMessageContaining("no private key");
    Files.createDirectories(keys.privateFile(ALPHA).getParent());
    String other = Files.readString(Vectors.file("stranger.priv")).replace("stranger", "alpha");
    Files.writeString(keys.privateFile(ALPHA), other);

    assertThatThrownBy(() -> keys.signingKey(ALPHA)).hasMessageContaining("does not belong");
  }

  @Test
  void readsTheKeysOfMfzmakeAndWritesThemBackAlike() throws Exception {
    for (PublicKey key : Vectors.keyring().keys()) {
      byte[] file = Vectors.bytes("kd/private_keys/" + key.handle().escaped() + ".priv");
      SigningKey signing = SigningKey.parse(file);
      assertThat(signing.fileText()).isEqualTo(file);
      assertThat(signing.publicKey()).isEqualTo(key);
    }
    assertThat(Vectors.keyring().keys()).hasSize(8);
  }

  @Test
  void leavesNoTemporaryFiles() throws Exception {
    addVector(ALPHA);
    keys.allow(ALPHA, "*");

    try (Stream<Path> files = Files.walk(temporary)) {
      assertThat(files.map(Path::toString)).noneMatch(path -> path.endsWith(".part"));
    }
  }
}
