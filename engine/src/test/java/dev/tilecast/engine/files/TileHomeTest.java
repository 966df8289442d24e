package dev.tilecast.engine.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TileHomeTest {
  @TempDir Path folder;

  @Test
  void isMadeWithEveryFolderAndItsSecretsClosed() throws IOException {
    TileHome home = TileHome.create(folder.resolve("a/b/home"), "group = \"x\"\n");

    assertThat(Sample.names(home.root()))
        .containsExactly(
            "active",
            "archive",
            "inbox",
            "keys",
            "live",
            "marks",
            "refused",
            "run",
            "staging",
            "store",
            "tilecast.toml");
    assertThat(home.settingsFile()).hasContent("group = \"x\"\n");
    for (Path closed : new Path[] {home.keys(), home.run(), home.store(), home.staging()}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(closed)))
          .as("%s", closed)
          .isEqualTo("rwx------");
    }
    assertThat(TileHome.open(home.root()).root()).isEqualTo(home.root());
  }

  @Test
  void isMadeInAnEmptyFolderButNotOverAnything() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path full = Files.createDirectory(folder.resolve("full"));
    Files.writeString(full.resolve("letter.txt"), "dear");
    Path file = Files.writeString(folder.resolve("file"), "x");

    TileHome.create(empty, "");

    assertThatThrownBy(() -> TileHome.create(empty, ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(empty + " is a tile's home already");
    assertThatThrownBy(() -> TileHome.create(full, ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(full + " exists and is not an empty folder");
    assertThatThrownBy(() -> TileHome.create(file, ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not an empty folder");
    assertThat(Sample.names(full)).containsExactly("letter.txt");
  }

  @Test
  void aMakingThatWasCutShortIsFinishedUnlessSomethingElseIsThere() throws IOException {
    Path begun = Files.createDirectories(folder.resolve("begun/inbox")).getParent();
    Files.writeString(begun.resolve(".tilecast.toml.tmp"), "grou");
    Path used = Files.createDirectories(folder.resolve("used/inbox"));
    Files.writeString(used.resolve("letter.txt"), "dear");

    TileHome.create(begun, "group = \"x\"\n");

    assertThat(TileHome.open(begun).settingsFile()).hasContent("group = \"x\"\n");
    assertThat(Sample.names(begun)).doesNotContain(".tilecast.toml.tmp");
    assertThatThrownBy(() -> TileHome.create(used.getParent(), ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not an empty folder");
  }

  @Test
  void aFolderThatIsNoHomeIsRefusedWithWhatToDo() {
    assertThatThrownBy(() -> TileHome.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(
            folder
                + " is not a tile's home, since it has no tilecast.toml; make one with: tilecast"
                + " init --home "
                + folder);
  }

  @Test
  void aFolderThatWasRemovedIsMadeAgain() throws IOException {
    TileHome home = Sample.home(folder);
    Files.delete(home.store());

    TileHome.open(home.root());

    assertThat(home.store()).isDirectory();
  }

  @Test
  void aFileInThePlaceOfAFolderIsToldAndLeftAlone() throws IOException {
    TileHome home = Sample.home(folder);
    Files.delete(home.archive());
    Files.writeString(home.archive(), "mine");

    assertThatThrownBy(() -> TileHome.open(home.root()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(home.archive() + " is there but is not a folder");
    assertThat(home.archive()).hasContent("mine");
  }

  @Test
  void theTileIdIsDrawnOnceAndKept() throws IOException {
    TileHome home = Sample.home(folder);

    Bytes id = home.tileId(new Random(1));

    assertThat(id.length()).isEqualTo(16);
    assertThat(home.tileId(new Random(2))).isEqualTo(id);
    assertThat(home.root().resolve("tile-id")).hasContent(id.toHex() + "\n");
    assertThat(Sample.home(folder.resolve("other")).tileId(new Random(2))).isNotEqualTo(id);
  }

  @Test
  void aBrokenTileIdIsToldWithWhatToDo() throws IOException {
    TileHome home = Sample.home(folder);
    Files.writeString(home.root().resolve("tile-id"), "nonsense");

    assertThatThrownBy(() -> home.tileId(new Random(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not hold 32 hex digits; delete it");
  }

  @Test
  void aSecondDaemonIsRefusedWithThePidOfTheFirst() throws IOException {
    TileHome home = Sample.home(folder);

    try (HomeLock lock = home.lock()) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(home::lock)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(
              "another tilecast daemon (pid " + ProcessHandle.current().pid() + ") runs on ");
    }
    try (HomeLock lock = home.lock()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void theLockOfAnotherProcessIsSeenAndEndsWithThatProcess() throws Exception {
    TileHome home = Sample.home(folder);
    Process other =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                home.root().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('+');

      assertThatThrownBy(home::lock)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("(pid " + other.pid() + ")");
    } finally {
      other.destroyForcibly();
    }
    assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    try (HomeLock lock = home.lock()) {
      assertThat(lock).isNotNull();
    }
  }

  /** A daemon, as far as the lock is concerned. */
  static final class LockHolder {
    private LockHolder() {}

    public static void main(String[] args) throws IOException {
      try (HomeLock lock = TileHome.open(Path.of(args[0])).lock()) {
        System.out.print(lock == null ? '-' : '+');
        System.out.flush();
        int end = System.in.read();
        System.out.print(end);
      }
    }
  }
}
