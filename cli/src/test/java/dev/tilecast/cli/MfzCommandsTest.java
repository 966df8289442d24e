package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class MfzCommandsTest {
  private static final Path VECTORS = Path.of("src/test/resources/mfz");
  private static final String KEYS = VECTORS.resolve("kd").toString();

  @TempDir private Path folder;

  private static List<Path> good() throws IOException {
    try (Stream<Path> files = Files.walk(VECTORS.resolve("good"))) {
      return files.filter(file -> file.toString().endsWith(".mfz")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void verifyBeginsWithTheLinesOfMfzrun(Path file) throws IOException {
    String name = file.getFileName().toString();
    Path expected = file.resolveSibling(name.substring(0, name.length() - 4) + ".verify.txt");

    Outcome verified = Outcome.of("verify", "-kd", KEYS, file.toString());

    assertThat(verified).returns(0, Outcome::exitCode).returns("", Outcome::err);
    assertThat(verified.out()).startsWith(Files.readString(expected)).contains("\nstamp        ");
  }

  @Test
  void verifyDecodesTheStampsOf2098BesideTheRawOnes() {
    Outcome verified = Outcome.of("verify", "-kd", KEYS, VECTORS + "/good/p01-hello.mfz");

    assertThat(verified.out())
        .contains("INNER_TIMESTAMP [4044535898]")
        .containsPattern("\nstamp        2019-01-31T.*Z \\(15489.*\\), decoded from the raw 2098-");
  }

  @Test
  void verifySaysWhetherAFileCanBePublished() {
    Outcome old = Outcome.of("verify", "-kd", KEYS, VECTORS + "/good/v2017/hello.mfz");
    Outcome cdm = Outcome.of("verify", "-kd", KEYS, VECTORS + "/good/cdm/cdmss-07-4ec85b.mfz");

    assertThat(old.out()).contains("\npublishable  no: it has no signed name (MFZNAME.DAT)");
    assertThat(cdm.out())
        .contains("\npublishable  yes, as cdmss-07.mfz\n")
        .contains("\nmap          slot 7");
  }

  @ParameterizedTest
  @CsvSource({
    "b03-crlf.mfz, header-line",
    "e18-digestinfo-no-null.mfz, signature",
    "m21/cdmss-90-4ec85c.mfz, map-name",
  })
  void aRefusedFileEndsWithOneAndNamesTheRule(String file, String rule) {
    String path = VECTORS + "/refused/" + file;

    Outcome plain = Outcome.of("verify", "-kd", KEYS, path);
    Outcome json = Outcome.of("verify", "-kd", KEYS, path, "--json");

    assertThat(plain).returns(1, Outcome::exitCode).returns("", Outcome::out);
    assertThat(plain.err()).contains("is refused: ").contains("(rule " + rule + ", step ");
    JsonObject answer = JsonParser.parseString(json.out()).getAsJsonObject();
    assertThat(answer.get("accepted").getAsBoolean()).isFalse();
    assertThat(answer.get("rule").getAsString()).isEqualTo(rule);
    assertThat(Outcome.of("list", "-kd", KEYS, path).exitCode()).isEqualTo(1);
  }

  @Test
  void aRightMapBeforeSomethingElseIsAcceptedAsAMap() {
    String path = VECTORS + "/map/cdmss-90-4ec85b.mfz";

    Outcome plain = Outcome.of("verify", "-kd", KEYS, path);
    Outcome json = Outcome.of("verify", "-kd", KEYS, path, "--json");

    assertThat(plain.exitCode()).isZero();
    assertThat(plain.out()).startsWith("MAP_CHECK [OK]\n").contains("publishable  no: ");
    assertThat(JsonParser.parseString(json.out()).getAsJsonObject().get("mapOnly").getAsBoolean())
        .isTrue();
  }

  @Test
  void anUnknownSignerIsRefusedAndAFileThatIsMissingIsSaidToBe() {
    Outcome unknown =
        Outcome.of("verify", "-kd", folder.toString(), VECTORS + "/good/v2019/hello.mfz");
    Outcome missing = Outcome.of("verify", "-kd", KEYS, folder.resolve("none.mfz").toString());

    assertThat(unknown).returns(1, Outcome::exitCode);
    assertThat(unknown.err()).contains("rule unknown-signer").contains("tilecast keys add");
    assertThat(missing).returns(1, Outcome::exitCode);
    assertThat(missing.err()).contains("none.mfz");
  }

  @Test
  void listShowsEveryEntryWithItsSize() {
    Outcome listed = Outcome.of("list", "-kd", KEYS, VECTORS + "/good/p04-nested.mfz");
    Outcome json = Outcome.of("list", "-kd", KEYS, VECTORS + "/good/p04-nested.mfz", "--json");

    assertThat(listed.exitCode()).isZero();
    assertThat(listed.out().lines().skip(1).findFirst().orElseThrow()).endsWith("MFZPUBKEY.DAT");
    int entries =
        JsonParser.parseString(json.out()).getAsJsonObject().getAsJsonArray("entries").size();
    assertThat(listed.out().lines().count()).isEqualTo(entries + 1);
  }

  @Test
  void keysMakeSealAndVerifyWorkOnOneFolder() throws IOException {
    String keys = folder.resolve("kd").toString();
    Path packed = Files.writeString(folder.resolve("hello.txt"), "hello\n");
    Path out = folder.resolve("hello.mfz");

    Outcome generated = Outcome.of("keys", "generate", "-kd", keys, "--bits", "2048", "me");
    Outcome twice = Outcome.of("keys", "generate", "-kd", keys, "--bits", "2048", "me");
    Outcome first = Outcome.of("make", "-kd", keys, "me", out.toString(), packed.toString());
    long firstStamp = stamp(keys, out);
    Path older = Files.copy(out, folder.resolve("older.mfz"));
    Files.delete(out);
    Outcome second =
        Outcome.of(
            "make",
            "-kd",
            keys,
            "--after",
            older.toString(),
            "me",
            out.toString(),
            packed.toString());
    Files.delete(folder.resolve("hello.mfz.seal"));
    Outcome unsealed = Outcome.of("verify", "-kd", keys, out.toString());
    Outcome sealed = Outcome.of("seal", "-kd", keys, out.toString());
    Outcome verified = Outcome.of("verify", "-kd", keys, out.toString());

    assertThat(generated.exitCode()).isZero();
    assertThat(twice).returns(1, Outcome::exitCode);
    assertThat(twice.err()).contains("never overwritten");
    assertThat(first).returns(0, Outcome::exitCode);
    assertThat(second).returns(0, Outcome::exitCode);
    assertThat(stamp(keys, out)).isGreaterThanOrEqualTo(firstStamp + 2);
    assertThat(unsealed.out()).contains("\nseal         none\n");
    assertThat(sealed.exitCode()).isZero();
    assertThat(verified.out())
        .contains("\nseal         valid\n")
        .contains("\npublishable  yes, as hello.mfz\n");
  }

  @Test
  void makeAnewIntoTheSameFileIsAlwaysNewer() throws IOException {
    String keys = folder.resolve("kd").toString();
    Path packed = Files.writeString(folder.resolve("hello.txt"), "hello\n");
    Path out = folder.resolve("hello.mfz");
    Outcome.of("keys", "generate", "-kd", keys, "--bits", "2048", "me");

    Outcome.of("make", "-kd", keys, "me", out.toString(), packed.toString());
    long firstStamp = stamp(keys, out);
    Outcome.of("make", "-kd", keys, "me", out.toString(), packed.toString());

    assertThat(stamp(keys, out)).isGreaterThanOrEqualTo(firstStamp + 2);
  }

  @Test
  void keysAreAddedListedAllowedAndRemoved() {
    String keys = folder.resolve("kd").toString();
    String alpha = KEYS + "/public_keys/alpha.pub";

    Outcome added = Outcome.of("keys", "add", "-kd", keys, alpha);
    Outcome free = Outcome.of("keys", "list", "-kd", keys);
    Outcome allowed = Outcome.of("keys", "allow", "-kd", keys, "alpha", "phys*.mfz");
    Outcome json = Outcome.of("keys", "list", "-kd", keys, "--json");
    Outcome notAllowed = Outcome.of("verify", "-kd", keys, VECTORS + "/good/v2019/hello.mfz");
    Outcome removed = Outcome.of("keys", "remove", "-kd", keys, "alpha");
    Outcome again = Outcome.of("keys", "remove", "-kd", keys, "alpha");

    assertThat(added.out()).startsWith("'alpha' is known, 1024 bits, fingerprint e9c7-cf6-2857");
    assertThat(free.out()).containsPattern("alpha +1024 +e9c7-cf6-2857 +- +\\*");
    assertThat(free.err()).contains("no keys/rules");
    assertThat(allowed.out()).startsWith("'alpha' may publish: phys*.mfz");
    assertThat(json.out()).contains("\"mayPublish\":[\"phys*.mfz\"]").contains("\"rules\":true");
    assertThat(notAllowed.err()).contains("rule not-allowed");
    assertThat(removed.exitCode()).isZero();
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(Outcome.of("keys", "allow", "-kd", keys, "9lives", "*.mfz").exitCode()).isEqualTo(2);
  }

  @Test
  void aHomeIsMadeOnceAndItsLinksAreCheckedBefore() {
    Path home = folder.resolve("tile");
    String[] init = {
      "init",
      "--home",
      home.toString(),
      "--group",
      "desk",
      "--link",
      "ET=listen:127.0.0.1:0",
      "--link",
      "WT=connect:127.0.0.1:7001",
    };

    String link = "ET=listen:127.0.0.1:7000";
    Outcome twoLinks =
        Outcome.of("init", "--home", home.toString(), "--link", link, "--link", link);
    Outcome badWords = Outcome.of("init", "--home", home.toString(), "--link", "UP=x");
    assertThat(home).doesNotExist();
    Outcome made = Outcome.of(init);
    Outcome twice = Outcome.of(init);

    assertThat(twoLinks).returns(1, Outcome::exitCode);
    assertThat(twoLinks.err()).contains("ET has a link already");
    assertThat(badWords).returns(2, Outcome::exitCode);
    assertThat(badWords.err()).contains("'UP=x' is no link");
    assertThat(made).returns(0, Outcome::exitCode);
    assertThat(home.resolve("tilecast.toml"))
        .content()
        .contains("group = \"desk\"")
        .contains("address-file = \"run/link-ET.address\"")
        .contains("connect = \"127.0.0.1:7001\"");
    assertThat(twice).returns(1, Outcome::exitCode);
    assertThat(twice.err()).contains("is a tile's home already");
  }

  @Test
  void runOfAFolderThatIsNoHomeSaysHowToMakeOne() {
    Outcome run = Outcome.of("run", "--home", folder.toString());

    assertThat(run).returns(1, Outcome::exitCode);
    assertThat(run.err()).contains("tilecast init --home");
  }

  private static long stamp(String keys, Path file) {
    Outcome json = Outcome.of("verify", "-kd", keys, file.toString(), "--json");
    return JsonParser.parseString(json.out()).getAsJsonObject().get("stamp").getAsLong();
  }
}
