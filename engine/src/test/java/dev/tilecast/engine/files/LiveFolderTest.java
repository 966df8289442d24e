package dev.tilecast.engine.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.core.Misplaced;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LiveFolderTest {
  private static final Name NAME = new Name("demo.mfz");
  private static final Version OLD = Sample.version("demo.mfz", 100, 1);
  private static final Version NEW = Sample.version("demo.mfz", 102, 2);
  private static final Bytes OLD_ID = Bytes.sha256(new byte[] {1});
  private static final Bytes NEW_ID = Bytes.sha256(new byte[] {2});

  @TempDir Path folder;
  private TileHome home;
  private Marks marks;
  private LiveFolder live;

  @BeforeEach
  void open() throws IOException {
    home = Sample.home(folder);
    reopen();
  }

  @AfterEach
  void close() throws IOException {
    live.close();
  }

  /** As a daemon that starts: nothing is known but what the disk holds. */
  private void reopen() throws IOException {
    if (live != null) {
      live.close();
    }
    marks = Marks.open(home.marks());
    RefusedFolder refused = new RefusedFolder(home.refused(), Sample.limits());
    live = new LiveFolder(home, Sample.limits(), Sample.room(), marks, refused);
  }

  @Test
  void aPromotionMovesTheFileArchivesTheOldOneAndRaisesTheMark() throws IOException {
    Promotion first = live.promote(staged("old"), OLD, OLD_ID);
    Promotion second = live.promote(staged("new"), NEW, NEW_ID);

    assertThat(live.path(NAME)).hasContent("new");
    assertThat(home.archive().resolve("demo.mfz")).hasContent("old");
    assertThat(marks.of(NAME)).contains(NEW);
    assertThat(Sample.names(home.staging())).isEmpty();
    assertThat(live.list()).containsExactly(NAME);
    assertThat(first.archiveNote()).isEmpty();
    assertThat(second.archiveNote()).isEmpty();
    assertThat(second.fileIdentity()).isNotEqualTo(first.fileIdentity());
    reopen();
    assertThat(live.identity(NAME)).contains(second.fileIdentity());
    assertThat(Sample.names(home.archive())).containsExactly("demo.mfz");
  }

  @Test
  void whereverAPromotionIsCutShortTheNameHoldsTheOldOrTheNewWholeFile() throws IOException {
    for (int steps = 0; steps <= 4; steps++) {
      Version older = Sample.version("demo.mfz", 100 + 10 * steps, 1);
      Version newer = Sample.version("demo.mfz", 105 + 10 * steps, 2);
      String before = "before " + steps;
      String after = "after, and longer, " + steps;
      live.promote(staged(before), older, OLD_ID);

      Path staged = staged(after);
      promoteUpTo(steps, staged, newer);
      reopen();

      assertThat(live.path(NAME)).hasContent(steps >= 3 ? after : before);
      assertThat(marks.of(NAME)).contains(steps >= 4 ? newer : older);
      assertThat(Sample.names(home.live())).containsExactly("demo.mfz");

      // What a daemon does next: it takes what is live for live, and the version up again.
      live.adopt(NAME, steps >= 3 ? NEW_ID : OLD_ID);
      if (steps < 3) {
        live.promote(staged, newer, NEW_ID);
      } else {
        marks.raise(newer);
      }
      assertThat(live.path(NAME)).hasContent(after);
      assertThat(home.archive().resolve("demo.mfz")).hasContent(before);
      assertThat(Sample.names(home.archive())).containsExactly("demo.mfz");
      assertThat(marks.of(NAME)).contains(newer);
    }
  }

  @Test
  void whatTheStartFoundBadAndCouldNotMoveAwayIsNotArchived() throws IOException {
    live.promote(staged("oldest"), Sample.version("demo.mfz", 50, 1), OLD_ID);
    live.promote(staged("old"), OLD, OLD_ID);
    assertThat(home.archive().resolve("demo.mfz")).hasContent("oldest");
    Files.writeString(live.path(NAME), "rotten");
    reopen();

    live.promote(staged("new"), NEW, NEW_ID);

    assertThat(live.path(NAME)).hasContent("new");
    assertThat(home.archive().resolve("demo.mfz")).hasContent("oldest");
  }

  @Test
  void whatIsMendedTakesThePlaceOfTheRottenFileAndLeavesTheArchiveAlone() throws IOException {
    live.promote(staged("old"), OLD, OLD_ID);
    live.promote(staged("new"), NEW, NEW_ID);
    Files.writeString(live.path(NAME), "nEw");

    String identity = live.mend(staged("new"), NEW, NEW_ID);

    assertThat(live.path(NAME)).hasContent("new");
    assertThat(home.archive().resolve("demo.mfz")).hasContent("old");
    assertThat(marks.of(NAME)).contains(NEW);
    assertThat(Sample.names(home.staging())).isEmpty();
    assertThat(live.read(NAME, NEW_ID, 0, 3)).contains(Bytes.copyOf("new".getBytes(US_ASCII)));
    assertThat(live.identity(NAME)).contains(identity);
    assertThatThrownBy(() -> live.mend(staged("old"), OLD, OLD_ID))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("below the mark");
    assertThat(live.path(NAME)).hasContent("new");
  }

  @Test
  void aChunkIsComparedWithItsDigestOnlyWhileItsManifestIsTheLiveOne() throws IOException {
    live.promote(staged("abcdef"), OLD, OLD_ID);
    ChunkRef chunk = new ChunkRef(3, Bytes.sha256("cde".getBytes(US_ASCII)));

    assertThat(live.digestMatches(NAME, OLD_ID, 2, chunk)).contains(true);
    assertThat(live.digestMatches(NAME, OLD_ID, 1, chunk)).contains(false);
    assertThat(live.digestMatches(NAME, NEW_ID, 2, chunk)).isEmpty();
    assertThatThrownBy(() -> live.digestMatches(NAME, OLD_ID, 5, chunk))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatIsPutInThePlaceOfALiveFileIsSeenAndReadFromThenOn() throws IOException {
    live.promote(staged("old"), OLD, OLD_ID);
    assertThat(live.read(NAME, OLD_ID, 0, 3)).contains(Bytes.copyOf("old".getBytes(US_ASCII)));
    assertThat(live.isReplaced(NAME)).isFalse();
    assertThat(live.replaced()).isEmpty();

    Files.move(staged("foe!"), live.path(NAME), StandardCopyOption.REPLACE_EXISTING);
    assertThat(live.replaced()).contains(NAME);
    assertThat(live.replaced()).isEmpty();
    assertThat(live.misplaced(NAME, 3)).contains(Misplaced.LONGER);
    assertThat(live.misplaced(NAME, 4)).isEmpty();
    assertThat(live.read(NAME, OLD_ID, 0, 3)).contains(Bytes.copyOf("foe".getBytes(US_ASCII)));

    Files.delete(live.path(NAME));
    assertThat(live.isReplaced(NAME)).isTrue();
    assertThat(live.misplaced(NAME, 3)).contains(Misplaced.GONE);
    assertThatThrownBy(() -> live.read(NAME, OLD_ID, 0, 3)).hasMessageContaining("is gone");

    Files.createSymbolicLink(live.path(NAME), staged("old"));
    assertThat(live.isReplaced(NAME)).isTrue();
    assertThat(live.misplaced(NAME, 3)).contains(Misplaced.LINK);
    assertThatThrownBy(() -> live.read(NAME, OLD_ID, 0, 3)).isInstanceOf(IOException.class);

    live.mend(staged("old"), OLD, OLD_ID);
    assertThat(live.isReplaced(NAME)).isFalse();
    assertThat(live.misplaced(NAME, 3)).isEmpty();
    assertThat(live.path(NAME)).isRegularFile().hasContent("old");
  }

  @Test
  void whatWasFoundReplacedIsUntoldUntilEachTimeWasTold() throws IOException {
    live.promote(staged("old"), OLD, OLD_ID);
    assertThat(live.isUntold(NAME)).isFalse();
    Files.move(staged("foe!"), live.path(NAME), StandardCopyOption.REPLACE_EXISTING);
    assertThat(live.isReplaced(NAME)).isTrue();
    Files.delete(live.path(NAME));
    assertThat(live.isReplaced(NAME)).isTrue();
    assertThat(live.isReplaced(NAME)).isFalse();

    live.told(NAME);
    assertThat(live.isUntold(NAME)).isTrue();
    live.told(NAME);
    assertThat(live.isUntold(NAME)).isFalse();
    live.told(NAME);
    assertThat(live.isUntold(NAME)).isFalse();
  }

  @Test
  void aFolderInThePlaceOfALiveFileIsNamedAndLeftAlone() throws IOException {
    live.promote(staged("old"), OLD, OLD_ID);
    Files.delete(live.path(NAME));
    Files.createDirectories(live.path(NAME).resolve("mine"));

    assertThat(live.replaced()).contains(NAME);
    assertThat(live.misplaced(NAME, 3)).contains(Misplaced.FOLDER);
    assertThatThrownBy(() -> live.mend(staged("old"), OLD, OLD_ID))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a folder lies at " + live.path(NAME))
        .hasMessageContaining("move it away");
    assertThatThrownBy(() -> live.promote(staged("new"), NEW, NEW_ID))
        .hasMessageContaining("move it away");
    assertThat(live.path(NAME).resolve("mine")).isDirectory();
  }

  @Test
  void aFolderWhereItsSealWouldLieIsNamedAndNothingGoesLive() throws IOException {
    Files.createDirectories(live.path(NAME).resolveSibling(NAME + ".seal").resolve("mine"));

    assertThatThrownBy(() -> live.promote(staged("new"), NEW, NEW_ID))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HalfPromotedException.class)
        .hasMessageContaining("where its seal should be; move it away");
    assertThat(live.path(NAME)).doesNotExist();
  }

  /** The first {@code steps} steps of {@link LiveFolder#promote}, as if the tile died then. */
  private void promoteUpTo(int steps, Path staged, Version version) throws IOException {
    if (steps >= 1) {
      live.prepare(staged);
    }
    if (steps >= 2) {
      assertThat(new Archive(home.archive(), Sample.room()).keep(live.path(NAME), NAME)).isEmpty();
    }
    if (steps >= 3) {
      live.cutOver(staged, NAME, NEW_ID);
    }
    if (steps >= 4) {
      assertThat(live.settle(home.staging(), version)).isNotEmpty();
    }
  }

  @Test
  void whoeverReadsTheNameAllTheTimeNeverSeesAPart() throws Exception {
    String old = "o".repeat(200_000);
    String fresh = "n".repeat(300_000);
    live.promote(staged(old), OLD, OLD_ID);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicBoolean partSeen = new AtomicBoolean();
    Thread reader =
        new Thread(
            () -> {
              while (!stop.get()) {
                try {
                  String seen = Files.readString(live.path(NAME));
                  if (!seen.equals(old) && !seen.equals(fresh)) {
                    partSeen.set(true);
                  }
                } catch (IOException e) {
                  partSeen.set(true);
                }
              }
            });
    reader.start();

    for (int i = 0; i < 40; i++) {
      live.promote(staged(i % 2 == 0 ? fresh : old), version(200 + i), NEW_ID);
    }
    stop.set(true);
    reader.join();

    assertThat(partSeen).isFalse();
  }

  @Test
  void aVersionBelowTheMarkDoesNotGoLive() throws IOException {
    live.promote(staged("new"), NEW, NEW_ID);
    Path staged = staged("old");

    assertThatThrownBy(() -> live.promote(staged, OLD, OLD_ID))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HalfPromotedException.class)
        .hasMessageContaining("is below the mark of its name, which is stamp 102");

    assertThat(live.path(NAME)).hasContent("new");
    assertThat(staged).exists();
  }

  @Test
  void theVersionOfTheMarkMayGoLiveAgainWhenItsFileWasLost() throws IOException {
    live.promote(staged("new"), NEW, NEW_ID);
    Files.delete(live.path(NAME));
    reopen();

    live.promote(staged("new"), NEW, NEW_ID);

    assertThat(live.path(NAME)).hasContent("new");
  }

  @Test
  void aPromotionThatFailsBeforeTheRenameChangesNothing() throws IOException {
    live.promote(staged("old"), OLD, OLD_ID);

    assertThatThrownBy(() -> live.promote(home.staging().resolve("missing"), NEW, NEW_ID))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HalfPromotedException.class)
        .hasMessageContaining("missing");

    assertThat(live.path(NAME)).hasContent("old");
    assertThat(marks.of(NAME)).contains(OLD);
    assertThat(live.read(NAME, OLD_ID, 0, 3)).contains(text("old"));
  }

  @Test
  void aFailureAfterTheRenameIsToldApart() throws IOException {
    live.promote(staged("old"), OLD, OLD_ID);
    // The mark cannot be written when a folder is in its way.
    Files.delete(home.marks().resolve("demo.mfz"));
    Files.createDirectories(home.marks().resolve("demo.mfz/x"));

    assertThatThrownBy(() -> live.promote(staged("new"), NEW, NEW_ID))
        .isInstanceOf(HalfPromotedException.class)
        .hasMessageContaining("was renamed into live/, but then: ");

    assertThat(live.path(NAME)).hasContent("new");
  }

  @Test
  void aPromotionGoesOnWithoutAnArchiveAndSaysSo() throws IOException {
    live.promote(staged("old"), OLD, OLD_ID);
    Files.createDirectories(home.archive().resolve("demo.mfz/x"));

    Promotion promotion = live.promote(staged("new"), NEW, NEW_ID);

    assertThat(live.path(NAME)).hasContent("new");
    assertThat(promotion.archiveNote().orElseThrow())
        .contains("the previous version of demo.mfz could not be kept");
    assertThat(Sample.names(home.archive())).containsExactly("demo.mfz");
  }

  @Test
  void theArchiveIsBoundedAndTheOldestGoFirst() throws IOException {
    int half = (int) (Sample.MEBIBYTE / 2);
    for (String name : new String[] {"a.mfz", "b.mfz", "c.mfz"}) {
      live.promote(staged("x".repeat(half)), Sample.version(name, 1, 1), OLD_ID);
      Files.setLastModifiedTime(
          home.live().resolve(name), FileTime.fromMillis(1000L * name.charAt(0)));
    }
    for (String name : new String[] {"c.mfz", "a.mfz", "b.mfz"}) {
      live.promote(staged("y"), Sample.version(name, 2, 2), NEW_ID);
    }
    assertThat(Sample.names(home.archive())).containsExactly("b.mfz", "c.mfz");

    live.promote(staged("z".repeat(2 * half + 1)), Sample.version("c.mfz", 3, 3), OLD_ID);
    Promotion promotion = live.promote(staged("w"), Sample.version("c.mfz", 4, 4), NEW_ID);
    assertThat(promotion.archiveNote().orElseThrow())
        .contains("has 1048577 bytes, the archive may hold 1048576; it was not kept");
    assertThat(Sample.names(home.archive())).containsExactly("b.mfz");
  }

  @Test
  void readersGetTheFileOfTheirManifestOrNothing() throws IOException {
    live.promote(staged("old bytes"), OLD, OLD_ID);
    assertThat(live.read(NAME, OLD_ID, 4, 5)).contains(text("bytes"));
    assertThat(live.read(NAME, NEW_ID, 0, 1)).isEmpty();
    assertThat(live.read(new Name("other.mfz"), OLD_ID, 0, 1)).isEmpty();

    live.promote(staged("new bytes"), NEW, NEW_ID);

    assertThat(live.read(NAME, OLD_ID, 0, 3)).isEmpty();
    assertThat(live.read(NAME, NEW_ID, 0, 3)).contains(text("new"));
    assertThatThrownBy(() -> live.read(NAME, NEW_ID, 5, 5))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reading 5 bytes at 5 of " + live.path(NAME))
        .hasMessageContaining("the file ends at 9");
  }

  @Test
  void afterAStartOnlyAdoptedFilesAreRead() throws IOException {
    live.promote(staged("old"), OLD, OLD_ID);
    reopen();
    assertThat(live.read(NAME, OLD_ID, 0, 3)).isEmpty();

    live.adopt(NAME, OLD_ID);

    assertThat(live.read(NAME, OLD_ID, 0, 3)).contains(text("old"));
  }

  @Test
  void manyNamesAreReadThroughFewOpenFiles() throws IOException {
    for (int i = 0; i < 10; i++) {
      live.promote(staged("file " + i), Sample.version("n" + i + ".mfz", 1, i), OLD_ID);
    }

    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 10; i++) {
        assertThat(live.read(new Name("n" + i + ".mfz"), OLD_ID, 0, 6)).contains(text("file " + i));
      }
    }
    assertThat(live.openCount()).isEqualTo(Sample.limits().openLiveFilesMax());
  }

  @Test
  void aBadLiveFileIsMovedAsideWithItsReason() throws IOException {
    live.promote(staged("bad"), OLD, OLD_ID);
    assertThat(live.read(NAME, OLD_ID, 0, 3)).contains(text("bad"));

    live.moveAside(NAME, "its digest is not the one that was signed", false);

    assertThat(live.list()).isEmpty();
    assertThat(live.identity(NAME)).isEmpty();
    assertThat(live.read(NAME, OLD_ID, 0, 3)).isEmpty();
    assertThat(home.refused().resolve("demo.mfz")).hasContent("bad");
    assertThat(home.refused().resolve("demo.mfz.reason.txt"))
        .hasContent("its digest is not the one that was signed\n");
    assertThat(marks.of(NAME)).contains(OLD);
  }

  @Test
  void theIdentityChangesWithEveryWriteEvenWhenTheTimeIsSetBack() throws IOException {
    String identity = live.promote(staged("good"), OLD, OLD_ID).fileIdentity();
    var time = Files.getLastModifiedTime(live.path(NAME));

    long ctime = FileIdentity.of(live.path(NAME)).ctimeNanos();
    do {
      // Until the clock of the file system, which goes in steps of milliseconds, has moved.
      Files.writeString(live.path(NAME), "evil");
      Files.setLastModifiedTime(live.path(NAME), time);
    } while (FileIdentity.of(live.path(NAME)).ctimeNanos() == ctime);

    assertThat(live.identity(NAME).orElseThrow()).isNotEqualTo(identity);
  }

  @Test
  void onlyRegularFilesWithTheNameOfAnMfzAreListed() throws IOException {
    live.promote(staged("x"), OLD, OLD_ID);
    Files.writeString(home.live().resolve("demo.mfz.seal"), "seal");
    Files.writeString(home.live().resolve("readme.txt"), "x");
    Files.createDirectory(home.live().resolve("folder.mfz"));
    Files.createSymbolicLink(home.live().resolve("link.mfz"), live.path(NAME));

    assertThat(live.list()).containsExactly(NAME);
    assertThat(live.identity(new Name("link.mfz"))).isEmpty();
  }

  @Test
  void aLiveFileMayBeReadByEverybodyOnTheTile() throws IOException {
    Path staged = staged("x");
    Files.setPosixFilePermissions(staged, PosixFilePermissions.fromString("rw-------"));

    live.promote(staged, OLD, OLD_ID);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(live.path(NAME))))
        .isEqualTo("rw-r--r--");
  }

  private Path staged(String content) throws IOException {
    return Files.writeString(home.staging().resolve("ab.part"), content);
  }

  private static Version version(long stamp) {
    return Sample.version("demo.mfz", stamp, 3);
  }

  private static Bytes text(String text) {
    return Bytes.copyOf(text.getBytes(US_ASCII));
  }

  @Test
  void aSealLiesBesideTheVersionThatItIsOfAndNoOther() throws IOException {
    Bytes seal = Bytes.copyOf(new byte[] {1, 2, 3});
    Path place = live.sealPath(OLD.name());

    live.promote(staged("old"), OLD, OLD_ID, Optional.of(seal));
    assertThat(place).hasBinaryContent(seal.toArray());
    live.promote(staged("new"), NEW, NEW_ID);
    assertThat(place).doesNotExist();

    assertThat(live.keepSeal(OLD.name(), OLD_ID, seal)).isFalse();
    assertThat(place).doesNotExist();
    assertThat(live.keepSeal(OLD.name(), NEW_ID, seal)).isTrue();
    assertThat(place).hasBinaryContent(seal.toArray());
    assertThat(home.staging()).isEmptyDirectory();
  }
}
