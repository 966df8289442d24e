package dev.tilecast.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.KeyFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a tile trusts while people change its keys. */
final class TrustedTest {
  private static final Handle ALPHA = new Handle("alpha");
  private static final Name DEMO = new Name("demo.mfz");

  @TempDir Path folder;
  private Path keys;
  private Path key;

  @BeforeEach
  void makeKey() throws Exception {
    keys = folder.resolve("keys");
    KeyFolder made = new KeyFolder(keys);
    made.generate(ALPHA, 2048);
    key = made.publicFile(ALPHA);
  }

  private Trusted trusted() throws IOException {
    return new Trusted(keys, InspectionLimits.defaults());
  }

  @Test
  void rulesBehindALinkAreFollowedWhenTheyChange() throws Exception {
    Path rules = Files.writeString(folder.resolve("managed-rules"), "alpha = *\n");
    Files.createSymbolicLink(keys.resolve("rules"), rules);
    Trusted trusted = trusted();
    assertThat(trusted.keyring().mayPublish(ALPHA, DEMO)).isTrue();

    Files.writeString(rules, "alpha = other*\n");

    assertThat(trusted.refresh()).isTrue();
    assertThat(trusted.keyring().mayPublish(ALPHA, DEMO)).isFalse();
    assertThat(trusted.refresh()).isFalse();
  }

  @Test
  void aKeyBehindALinkThatIsGoneIsNotKnownAnyMore() throws Exception {
    Path target = folder.resolve("alpha-elsewhere.pub");
    Files.move(key, target);
    Files.createSymbolicLink(key, target);
    Trusted trusted = trusted();
    assertThat(trusted.keyring().byHandle(ALPHA)).isPresent();

    Files.delete(target);

    assertThat(trusted.refresh()).isTrue();
    assertThat(trusted.keyring().byHandle(ALPHA)).isEmpty();
  }

  @Test
  void nobodyIsTrustedWhileTheRulesCannotBeReadAndThenWhoIsInThem() throws Exception {
    Files.writeString(keys.resolve("rules"), "alpha = *\n");
    Trusted trusted = trusted();
    Files.writeString(keys.resolve("rules"), "# much\n".repeat(50_000));
    assertThatThrownBy(trusted::refresh).hasMessageContaining("longer than");

    assertThat(trusted.distrust()).isTrue();
    assertThat(trusted.distrust()).isFalse();
    assertThat(trusted.keyring().byHandle(ALPHA)).isEmpty();
    assertThatThrownBy(trusted::refresh).hasMessageContaining("longer than");

    Files.writeString(keys.resolve("rules"), "alpha = *\n");
    assertThat(trusted.refresh()).isTrue();
    assertThat(trusted.keyring().mayPublish(ALPHA, DEMO)).isTrue();
  }

  @Test
  void aPipeAmongTheKeysHoldsUpNobody() throws Exception {
    Path pipe = keys.resolve("public_keys/x.pub");
    Process made = new ProcessBuilder("/bin/sh", "-c", "mkfifo \"$0\"", pipe.toString()).start();
    assumeTrue(made.waitFor() == 0, "there is nothing to make a pipe with");

    Trusted trusted = trusted();

    assertThat(trusted.keyring().byHandle(ALPHA)).isPresent();
    assertThat(trusted.keyring().warnings()).anyMatch(text -> text.contains("no regular file"));
  }
}
