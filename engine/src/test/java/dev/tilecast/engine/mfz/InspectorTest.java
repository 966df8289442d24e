package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Visible;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectorTest {
  private static final long SEED = 20190131;

  @TempDir private Path folder;

  private final Inspector inspector;

  InspectorTest() throws IOException {
    inspector = new Inspector(Vectors.keyring(), InspectionLimits.defaults());
  }

  private Inspection inspect(byte[] file) throws IOException {
    return inspector.inspect(Files.write(folder.resolve("judged.mfz"), file));
  }

  private static Inspection.Accepted accepted(Inspection inspection) {
    assertThat(inspection).isInstanceOf(Inspection.Accepted.class);
    return (Inspection.Accepted) inspection;
  }

  private static void refusedBy(Rule rule, Inspection inspection) {
    assertThat(inspection).isInstanceOf(Inspection.Refused.class);
    Inspection.Refused refused = (Inspection.Refused) inspection;
    assertThat(refused.rule()).as(refused.message()).isEqualTo(rule);
  }

  @Test
  void refusesAFileThatIsCutOffAnywhere() throws Exception {
    byte[] whole = Vectors.bytes("good/v2019/hello.mfz");

    for (int length = 0; length < whole.length; length++) {
      assertThat(inspect(Arrays.copyOf(whole, length)))
          .as("cut to %d bytes", length)
          .isInstanceOf(Inspection.Refused.class);
    }
  }

  @Test
  void refusesASlotFileThatIsCutOffAnywhere() throws Exception {
    byte[] whole = Vectors.bytes("good/cdm/c01-small/cdmss-07-4ec85b.mfz");

    for (int length = 0; length < whole.length; length += 7) {
      assertThat(inspect(Arrays.copyOf(whole, length)))
          .as("cut to %d bytes", length)
          .isInstanceOf(Inspection.Refused.class);
    }
  }

  @Test
  void noSingleFlippedBitChangesWhatWasSigned() throws Exception {
    byte[] whole = Vectors.bytes("good/v2019/hello.mfz");
    Inspection.Accepted original = accepted(inspect(whole));
    int stillAccepted = 0;

    for (int at = 0; at < whole.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << bit);
        if (inspect(flipped) instanceof Inspection.Accepted accepted) {
          requireSameContent(accepted, original);
          stillAccepted++;
        }
      }
    }

    // Unsigned bytes of the outer directory that say nothing: versions, hints and attributes.
    assertThat(stillAccepted).isBetween(1, 250);
  }

  private static void requireSameContent(Inspection.Accepted found, Inspection.Accepted original) {
    assertThat(found.version()).isEqualTo(original.version());
    assertThat(found.signature()).isEqualTo(original.signature());
    assertThat(found.entries()).isEqualTo(original.entries());
    assertThat(found.key()).isEqualTo(original.key());
    assertThat(found.map()).isEqualTo(original.map());
  }

  @Test
  void randomDamageIsNeverAcceptedAsOtherContent() throws Exception {
    List<byte[]> originals =
        List.of(
            Vectors.bytes("good/v2019/nested.mfz"),
            Vectors.bytes("hand/a03-stored.mfz"),
            Vectors.bytes("good/cdm/c01-small/cdmss-07-4ec85b.mfz"));
    Random random = new Random(SEED);

    for (int round = 0; round < 3000; round++) {
      byte[] original = originals.get(round % originals.size());
      byte[] damaged = damage(original, random);
      if (inspect(damaged) instanceof Inspection.Accepted accepted) {
        requireSameContent(accepted, accepted(inspect(original)));
      }
    }
  }

  private static byte[] damage(byte[] original, Random random) {
    byte[] damaged = original.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(damaged.length);
      int other = random.nextInt(damaged.length);
      int length = Math.min(random.nextInt(20), damaged.length - Math.max(at, other));
      switch (random.nextInt(4)) {
        case 0 -> damaged[at] = (byte) random.nextInt();
        case 1 -> System.arraycopy(damaged, at, damaged, other, length);
        case 2 -> damaged = Arrays.copyOf(damaged, damaged.length - random.nextInt(3));
        default -> Arrays.fill(damaged, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xFF));
      }
    }
    return damaged;
  }

  @Test
  void damageBehindAValidSignatureNeverThrows() throws Exception {
    Forgery making =
        Forgery.signedBy("alpha").with("a/b.txt", new byte[300]).with("c", new byte[9]);
    byte[] inner = making.inner();
    Random random = new Random(SEED);
    int refused = 0;

    for (int round = 0; round < 1500; round++) {
      if (inspect(making.wrap(damage(inner, random))) instanceof Inspection.Refused) {
        refused++;
      }
    }

    assertThat(refused).isGreaterThan(1250);
  }

  @Test
  void refusesABombInTheOuterZip() throws Exception {
    Forgery bomb = Forgery.signedBy("alpha").with("zeros", new byte[30 << 20]).outerDeflated();
    Map<String, byte[]> stored = new LinkedHashMap<>();
    stored.put("MFZPUBKEY.DAT", new byte[30 << 20]);
    byte[] regular = Forgery.zip(stored, InnerTime.of(1_548_929_846L), false);

    byte[] file = bomb.wrap(regular);

    assertThat(file).hasSizeLessThan(40_000);
    refusedBy(Rule.RATIO, inspect(file));
  }

  @Test
  void refusesABombInTheInnerZip() throws Exception {
    byte[] file = Forgery.signedBy("alpha").with("zeros", new byte[40 << 20]).bytes();

    assertThat(file).hasSizeLessThan(50_000);
    refusedBy(Rule.RATIO, inspect(file));
  }

  @Test
  void acceptsRegularContentThatIsSmallOrNotTooRegular() throws Exception {
    StringBuilder log = new StringBuilder();
    Random random = new Random(SEED);
    while (log.length() < 12 << 20) {
      log.append("tile 17: neighbor ET is up, round trip ").append(random.nextInt(9)).append('\n');
    }
    Forgery making =
        Forgery.signedBy("alpha")
            .with("zeros", new byte[4 << 20])
            .with("log", log.toString().getBytes(US_ASCII));

    Inspection.Accepted found = accepted(inspect(making.bytes()));

    assertThat(found.entries()).hasSize(4);
  }

  @Test
  void refusesMoreThanMayBeUnpacked() throws Exception {
    InspectionLimits limits =
        new InspectionLimits(1 << 20, 100_000, 100, 8 << 20, 10, 512, 255, 1, 4096);
    Path file = Forgery.signedBy("alpha").with("zeros", new byte[100_000]).in(folder);

    refusedBy(Rule.UNPACKED_SIZE, new Inspector(Vectors.keyring(), limits).inspect(file));
  }

  @Test
  void refusesAFileOverTheLimit() throws Exception {
    Path file = Forgery.signedBy("alpha").in(folder);
    InspectionLimits limits = InspectionLimits.defaults().withFileBytesMax(Files.size(file) - 1);

    refusedBy(Rule.FILE_SIZE, new Inspector(Vectors.keyring(), limits).inspect(file));
    accepted(new Inspector(Vectors.keyring(), InspectionLimits.defaults()).inspect(file));
  }

  @Test
  void takesExactlyAsManyEntriesAsTheLimitSays() throws Exception {
    Forgery making = Forgery.signedBy("alpha");
    for (int i = 2; i < 2048; i++) {
      making.with("f" + i, new byte[0]);
    }

    assertThat(accepted(inspect(making.bytes())).entries()).hasSize(2048);
    refusedBy(Rule.ENTRY_COUNT, inspect(making.with("one-more", new byte[0]).bytes()));
  }

  @Test
  void refusesAWrapperThatIsMuchLongerThanItsContent() throws Exception {
    // Deflate carries empty blocks for ever, which no one would ever see.
    Forgery making = Forgery.signedBy("alpha");
    byte[] inner = making.inner();
    byte[] padded = new byte[5 * 1000 + Forgery.deflate(inner).length];
    for (int i = 0; i < 1000; i++) {
      System.arraycopy(new byte[] {0, 0, 0, (byte) 0xFF, (byte) 0xFF}, 0, padded, 5 * i, 5);
    }
    byte[] deflated = Forgery.deflate(inner);
    System.arraycopy(deflated, 0, padded, 5000, deflated.length);

    refusedBy(Rule.WRAPPER_EXCESS, inspect(rewrapped(making.bytes(), inner, padded)));
  }

  /** The package with its inner zip deflated to {@code deflated}. */
  private static byte[] rewrapped(byte[] file, byte[] inner, byte[] deflated) throws Exception {
    String signature = new String(file, 9 + 40, 172, US_ASCII);
    ZipRecords.Member first =
        new ZipRecords.Member(
            "MFZSIG.DAT", 0, 0x210000, crc(signature.getBytes(US_ASCII)), 172, 172, 0);
    ZipRecords.Member second =
        new ZipRecords.Member(
            "MFZ.ZIP", 8, 0x210000, crc(inner), deflated.length, inner.length, 212);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("MFZ(1.0)\n".getBytes(US_ASCII));
    out.writeBytes(first.local());
    out.writeBytes(signature.getBytes(US_ASCII));
    out.writeBytes(second.local());
    out.writeBytes(deflated);
    int directoryAt = out.size() - 9;
    out.writeBytes(first.central());
    out.writeBytes(second.central());
    out.writeBytes(ZipRecords.end(2, out.size() - 9 - directoryAt, directoryAt));
    return out.toByteArray();
  }

  @Test
  void acceptsBothFormsOfTheOuterZipAsTheSameVersion() throws Exception {
    Forgery making = Forgery.signedBy("alpha").with("f", new byte[5000]);

    Inspection.Accepted stored = accepted(inspect(making.bytes()));
    Inspection.Accepted deflated = accepted(inspect(making.outerDeflated().bytes()));

    assertThat(deflated.version()).isEqualTo(stored.version()).isPresent();
    assertThat(deflated.fileLength()).isLessThan(stored.fileLength());
  }

  @Test
  void takesTheOuterEntriesInEitherOrderAndAnAnnouncementOf2020() throws Exception {
    Forgery making = Forgery.signedBy("alpha");
    byte[] inner = making.inner();
    byte[] signature = Arrays.copyOfRange(making.bytes(), 9 + 40, 9 + 40 + 172);
    Map<String, byte[]> swapped = new LinkedHashMap<>();
    swapped.put("MFZ.ZIP", inner);
    swapped.put("MFZSIG.DAT", signature);
    Map<String, byte[]> announced = new LinkedHashMap<>(swapped);
    announced.put("ANNOUNCE.PKT", new byte[200]);
    Map<String, byte[]> overlong = new LinkedHashMap<>(swapped);
    overlong.put("ANNOUNCE.PKT", new byte[201]);

    accepted(inspect(outer(swapped)));
    assertThat(accepted(inspect(outer(announced))).warnings())
        .anyMatch(warning -> warning.contains("ANNOUNCE.PKT"));
    refusedBy(Rule.ENTRY_SIZE, inspect(outer(overlong)));
  }

  private static byte[] outer(Map<String, byte[]> entries) throws IOException {
    byte[] zip = Forgery.zip(entries, InnerTime.of(0x50000000L), false);
    byte[] line = "MFZ(1.0)\n".getBytes(US_ASCII);
    byte[] file = Arrays.copyOf(line, line.length + zip.length);
    System.arraycopy(zip, 0, file, line.length, zip.length);
    return file;
  }

  @Test
  void aDroppedFileMustCarryItsSignedName() throws Exception {
    Path named = Vectors.file("hand/i17-name-other.mfz");
    Path unnamed = Vectors.file("good/v2017/hello.mfz");

    accepted(inspector.inspect(named, Optional.of("totally-else.mfz")));
    refusedBy(Rule.NAME_MISMATCH, inspector.inspect(named, Optional.of("i17-name-other.mfz")));
    refusedBy(Rule.NAME_MISSING, inspector.inspect(unnamed, Optional.of("hello.mfz")));
    assertThat(accepted(inspector.inspect(unnamed)).version()).isEmpty();
    assertThat(accepted(inspector.inspect(unnamed)).warnings())
        .anyMatch(warning -> warning.contains("before 2019"));
  }

  @Test
  void refusesANameThatTheRulesDoNotAllowTheSigner() throws Exception {
    Map<String, byte[]> keys = new HashMap<>();
    keys.put("alpha.pub", Vectors.bytes("kd/public_keys/alpha.pub"));
    PublishingRules rules = PublishingRules.parse("alpha = demo-*.mfz\n");
    Inspector ruled =
        new Inspector(new Keyring(keys, rules, List.of()), InspectionLimits.defaults());

    Inspection other = ruled.inspect(Forgery.signedBy("alpha").in(folder));
    Inspection demo = ruled.inspect(Forgery.signedBy("alpha").named("demo-1.mfz").in(folder));

    refusedBy(Rule.NOT_ALLOWED, other);
    assertThat(((Inspection.Refused) other).refusal().reason()).isEqualTo(Reason.NOT_ALLOWED);
    accepted(demo);
  }

  @Test
  void refusesPathsThatWouldLeaveOrConfuseAFolder() throws Exception {
    for (String path :
        List.of(
            "../x", "a/../x", "./x", "a//b", "/etc/x", "a/", "C:x", "a\\b", "a\nb", "a\u007Fb")) {
      refusedBy(Rule.PATH, inspect(Forgery.signedBy("alpha").with(path, new byte[1]).bytes()));
    }
    String longPart = "p".repeat(256);
    refusedBy(Rule.PATH, inspect(Forgery.signedBy("alpha").with(longPart, new byte[1]).bytes()));
    String longest = "p/".repeat(255) + "pp";
    accepted(inspect(Forgery.signedBy("alpha").with(longest, new byte[1]).bytes()));
    refusedBy(
        Rule.PATH_LENGTH,
        inspect(Forgery.signedBy("alpha").with(longest + "p", new byte[1]).bytes()));
  }

  @Test
  void takesNamesInAnyEncoding() throws Exception {
    String utf8 = new String("größe.txt".getBytes(UTF_8), ISO_8859_1);
    Forgery making = Forgery.signedBy("alpha").with(utf8, new byte[1]);

    assertThat(accepted(inspect(making.bytes())).entries().get(2).path()).isEqualTo("größe.txt");
    // Our writer claims UTF-8 for it, which it is not.
    refusedBy(Rule.PATH, inspect(making.with("gr\u00F6sse", new byte[1]).bytes()));
  }

  @Test
  void takesAFileThatIsPackedTwiceButNotTwoOfOnePath() throws Exception {
    byte[] once = {1, 2, 3, 4, 5, 6};
    byte[] other = once.clone();
    // The generator polynomial itself: adding it to a message leaves the CRC-32 as it was.
    byte[] polynomial = {0x41, 0x06, 0x71, (byte) 0xDB, 0x01};
    for (int i = 0; i < polynomial.length; i++) {
      other[i] ^= polynomial[i];
    }

    assertThat(crc(other)).isEqualTo(crc(once));

    refusedBy(Rule.PATH_DUPLICATE, inspect(twice(once, other)));
    refusedBy(Rule.PATH_DUPLICATE, inspect(twice(once, new byte[6])));
    accepted(inspect(twice(once, once)));
  }

  private static long crc(byte[] data) {
    CRC32 crc = new CRC32();
    crc.update(data);
    return crc.getValue();
  }

  private byte[] twice(byte[] first, byte[] second) throws Exception {
    Forgery making = Forgery.signedBy("alpha").with("a.txt", first).with("b.txt", second);
    byte[] inner = making.inner();
    String renamed = new String(inner, ISO_8859_1).replace("b.txt", "a.txt");
    return making.wrap(renamed.getBytes(ISO_8859_1));
  }

  @Test
  void refusesWhatIsNoRegularFileWithoutWaiting() throws Exception {
    Path link =
        Files.createSymbolicLink(folder.resolve("l.mfz"), Vectors.file("good/p01-hello.mfz"));

    assertThatThrownBy(() -> inspector.inspect(link)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> inspector.inspect(folder)).isInstanceOf(IOException.class);
  }

  @Test
  void agreesToNamesOfSlotFilesStampedInAnyTimeZone() throws Exception {
    long stamp = 1_548_929_846L;
    String name = "cdmss-07-4ec85b.mfz";

    for (int quarterHours : List.of(0, -28, 23, 56, -48)) {
      Forgery making = Forgery.signedBy("alpha").named(name).stamped(stamp + quarterHours * 900L);
      accepted(inspect(making.bytes()));
    }
    for (long seconds : List.of(300L, -300L, 86_400L, 57 * 900L, -49 * 900L)) {
      Forgery making = Forgery.signedBy("alpha").named(name).stamped(stamp + seconds);
      refusedBy(Rule.TIME_AND_NAME, inspect(making.bytes()));
    }
  }

  @Test
  void messagesQuoteNamesAsTheyAreAndWhoPrintsThemSpellsThem() throws Exception {
    byte[] file = Forgery.signedBy("alpha").with("\u001B[2J\n", new byte[1]).bytes();

    Inspection.Refused refused = (Inspection.Refused) inspect(file);

    assertThat(refused.message()).contains("\u001B[2J\n");
    assertThat(Visible.text(refused.message())).contains("\\x1b[2J\\n");
  }

  @Test
  void refusesTwoHeaderLines() throws Exception {
    byte[] file = Forgery.signedBy("alpha").after("MFZ(1.0)\n".getBytes(US_ASCII)).bytes();

    refusedBy(Rule.ZIP_LAYOUT, inspect(file));
  }

  @Test
  void warnsOfShortKeysAndMissingRules() throws Exception {
    List<String> warnings = accepted(inspect(Forgery.signedBy("alpha").bytes())).warnings();

    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0)).contains("1024 bits").contains("alpha");
    assertThat(warnings.get(1)).contains("keys/rules");
  }

  @Test
  void refusesANameThatIsNotTheSecondEntry() throws Exception {
    Forgery making = Forgery.signedBy("alpha").named("").with("f", new byte[3]);

    accepted(inspect(making.bytes()));
    refusedBy(
        Rule.NAME_ENTRY, inspect(making.with("MFZNAME.DAT", "x.mfz".getBytes(US_ASCII)).bytes()));
  }

  @Test
  void refusesAKeyANameAndASignatureThatAreTooLong() throws Exception {
    Forgery making = Forgery.signedBy("alpha");

    refusedBy(Rule.ENTRY_SIZE, inspect(making.wrap(making.inner(), "A".repeat(688))));
    refusedBy(Rule.ENTRY_SIZE, inspect(making.named("x".repeat(257)).bytes()));
    Map<String, byte[]> longKey = new LinkedHashMap<>();
    longKey.put("MFZPUBKEY.DAT", new byte[4097]);
    byte[] inner = Forgery.zip(longKey, InnerTime.of(0x50000000L), true);
    refusedBy(Rule.ENTRY_SIZE, inspect(making.wrap(inner)));
  }

  @Test
  void refusesExtraFieldsThatSayWhatTheHeaderSaysOtherwise() throws Exception {
    byte[] file = Vectors.bytes("hand/i22-ut-extra.mfz");
    accepted(inspect(file));
    Forgery making = Forgery.signedBy("alpha");
    byte[] inner = making.inner();

    // One byte of extra length takes the first byte of the data for a field.
    inner[28] = 1;
    refusedBy(Rule.ZIP_EXTRA, inspect(making.wrap(inner)));
  }

  @Test
  void refusesDeflatedDataThatIsBroken() throws Exception {
    Forgery making = Forgery.signedBy("alpha").with("f", new byte[3000]);
    byte[] inner = making.inner();
    String text = new String(inner, ISO_8859_1);
    int dataAt = text.lastIndexOf("PK\u0003\u0004") + 30 + "f".length();

    inner[dataAt] = 7; // a block of the type that deflate does not have
    Inspection inspection = inspect(making.wrap(inner));

    refusedBy(Rule.ZIP_DATA, inspection);
  }
}
