package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two operators make a link TLS, without a daemon. */
final class LinksCommandsTest {
  private static final String KEY = "0123456789abcdef".repeat(4);
  private static final String OTHER_KEY = "fedcba9876543210".repeat(4);

  @TempDir private Path folder;

  @Test
  void aTileShowsTheSameKeyEachTimeAndKeepsItToItself() throws IOException {
    String home = init("ET=listen:127.0.0.1:0");

    Outcome none = Outcome.of("links", "--home", home);
    Outcome first = Outcome.of("links", "pair", "--home", home);
    Outcome second = Outcome.of("links", "pair", "--home", home);
    Outcome shown = Outcome.of("links", "--home", home);

    assertThat(none.out()).contains("plain-local", "no daemon", "own key: none yet");
    assertThat(first.exitCode()).isZero();
    assertThat(second).isEqualTo(first);
    String own = first.out().lines().findFirst().orElseThrow().replaceAll(".* ", "");
    assertThat(own).matches("[0-9a-f]{64}");
    assertThat(shown.out()).contains("own key: " + own);
    Path file = Path.of(home, "keys", "link-key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void pairingAddsOneLineToTheSettingsAndChangesItLater() throws IOException {
    String home = init("ET=listen:0.0.0.0:7701", "WT=connect:10.0.0.7:7701");
    Path settings = Path.of(home, "tilecast.toml");
    String before = Files.readString(settings);

    Outcome paired = Outcome.of("links", "pair", "WT", KEY, "--home", home);
    String once = Files.readString(settings);
    Outcome again = Outcome.of("links", "pair", "WT", OTHER_KEY, "--home", home);
    String twice = Files.readString(settings);

    assertThat(paired.exitCode()).isZero();
    assertThat(paired.out()).contains("WT speaks TLS", "links pair ET ", "starts the next time");
    assertThat(once.replace("neighbor-key = \"" + KEY + "\"\n", "")).isEqualTo(before);
    assertThat(once).contains("direction = \"WT\"\nneighbor-key = \"" + KEY + "\"\nconnect");
    assertThat(again.out()).contains("in place of:    " + KEY);
    assertThat(twice).isEqualTo(once.replace(KEY, OTHER_KEY));
    assertThat(Outcome.of("links", "--home", home).out()).contains("none", "tls", OTHER_KEY);
  }

  @Test
  void aTileWithALinkThatNothingProtectsIsMadeButNotStarted() {
    Outcome made =
        Outcome.of(
            "init", "--home", folder.resolve("a").toString(), "--link", "ET=listen:0.0.0.0:7701");
    Outcome run = Outcome.of("run", "--home", folder.resolve("a").toString());

    assertThat(made.exitCode()).isZero();
    assertThat(made.out()).contains("pair links:  tilecast links pair");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err())
        .contains("0.0.0.0:7701", "not a loopback", "tilecast links pair", "plain = true");
  }

  @Test
  void aPinWithoutAKeyOfOnesOwnIsToldBeforeAnythingStarts() throws IOException {
    String home = init("ET=listen:127.0.0.1:0");
    Outcome.of("links", "pair", "ET", KEY, "--home", home);
    Files.delete(Path.of(home, "keys", "link-key"));

    Outcome run = Outcome.of("run", "--home", home);

    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("keys/link-key", "tilecast links pair");
  }

  @Test
  void whatCannotBePairedIsToldAndNothingChanges() throws IOException {
    String home = init("ET=listen:127.0.0.1:0");
    Path settings = Path.of(home, "tilecast.toml");
    String own =
        Outcome.of("links", "pair", "--home", home)
            .out()
            .lines()
            .findFirst()
            .orElseThrow()
            .replaceAll(".* ", "");
    String before = Files.readString(settings);

    assertThat(refused(home, "WT", KEY)).contains("no link leads to WT");
    assertThat(refused(home, "ET", "abc")).contains("'abc' is no fingerprint");
    assertThat(refused(home, "ET", own)).contains("key of this tile itself");
    assertThat(Outcome.of("links", "pair", "EAST", KEY, "--home", home).exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(Outcome.of("links", "pair", "ET", "--home", home).exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(Files.readString(settings)).isEqualTo(before);

    String inOneLine = "group = \"g\"\nlink = [{direction=\"ET\", listen=\"127.0.0.1:0\"}]\n";
    Files.writeString(settings, inOneLine);
    assertThat(refused(home, "ET", KEY)).contains("without risk", "neighbor-key = \"" + KEY);
    assertThat(Files.readString(settings)).isEqualTo(inOneLine);

    String plain =
        before.replace("listen = \"127.0.0.1:0\"", "listen = \"127.0.0.1:0\"\nplain = true");
    Files.writeString(settings, plain);
    assertThat(refused(home, "ET", KEY)).contains("plain = true", "delete that line");
    assertThat(Files.readString(settings)).isEqualTo(plain);
  }

  private String init(String... links) {
    String home = folder.resolve("home").toString();
    String[] args = new String[3 + 2 * links.length];
    args[0] = "init";
    args[1] = "--home";
    args[2] = home;
    for (int i = 0; i < links.length; i++) {
      args[3 + 2 * i] = "--link";
      args[4 + 2 * i] = links[i];
    }
    assertThat(Outcome.of(args).exitCode()).isZero();
    return home;
  }

  private static String refused(String home, String direction, String key) {
    Outcome outcome = Outcome.of("links", "pair", direction, key, "--home", home);
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
    return outcome.err();
  }
}
