package dev.tilecast.engine.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tilecast.engine.message.Reason;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InboxTest {
  private static final long REST = Sample.limits().restNanos();

  @TempDir Path folder;
  private TileHome home;
  private Room room;
  private long free = 1000 * Sample.MEBIBYTE;
  private Inbox inbox;

  @BeforeEach
  void open() throws IOException {
    home = Sample.home(folder);
    room = new Room(() -> free, Sample.limits());
    inbox =
        new Inbox(home, Sample.limits(), room, new RefusedFolder(home.refused(), Sample.limits()));
  }

  @Test
  void aFileIsReadyWhenItRestedBetweenTwoLooks() throws IOException {
    drop("a.mfz", "content");

    assertThat(inbox.look(0).ready()).isEmpty();
    assertThat(inbox.look(REST - 1).ready()).isEmpty();
    assertThat(inbox.look(REST).ready()).containsExactly("a.mfz");
    assertThat(inbox.look(REST + 1).ready()).containsExactly("a.mfz");
  }

  @Test
  void aFileWhoseNameIsNoTextIsToldOnceAndEndsNothing() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/bin/sh")), "there is no shell to make such a name with");
    Process made =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "printf content > \"$1/bad$(printf '\\377\\376').mfz\"",
                "sh",
                home.inbox().toString())
            .inheritIO()
            .start();
    assumeTrue(made.waitFor() == 0, "this file system takes no such name");
    drop("good.mfz", "content");

    assertThat(inbox.look(0).complaints())
        .singleElement()
        .matches(complaint -> complaint.text().contains("no text in the locale"));
    assertThat(inbox.look(REST).complaints()).isEmpty();
    assertThat(inbox.look(2 * REST).ready()).containsExactly("good.mfz");
  }

  @Test
  void aNameThatNoPathCanHaveIsNobodys() {
    assertThat(inbox.identity("no\0name.mfz")).isEmpty();
  }

  @Test
  void aFileThatGrowsIsLeftAlone() throws IOException {
    Path file = drop("a.mfz", "con");
    for (int i = 0; i < 5; i++) {
      assertThat(inbox.look(i * REST).ready()).isEmpty();
      Files.writeString(file, "tent", StandardOpenOption.APPEND);
    }

    assertThat(inbox.look(10 * REST).ready()).isEmpty();
    assertThat(inbox.look(11 * REST).ready()).containsExactly("a.mfz");
  }

  @Test
  void aFileThatIsReplacedBeginsItsRestAnew() throws IOException {
    Path file = drop("a.mfz", "one");
    FileTime time = Files.getLastModifiedTime(file);
    assertThat(inbox.look(0).ready()).isEmpty();

    replace("a.mfz", "two");
    Files.setLastModifiedTime(file, time);

    assertThat(inbox.look(REST).ready()).isEmpty();
    assertThat(inbox.look(2 * REST).ready()).containsExactly("a.mfz");
  }

  @Test
  void aFileThatIsSaidToBeCompleteIsReadyAtOnce() throws IOException {
    drop("a.mfz", "content");
    drop("b.mfz", "content");
    inbox.complete("a.mfz");

    assertThat(inbox.look(0).ready()).containsExactly("a.mfz");
    assertThat(inbox.take("a.mfz")).isInstanceOf(Take.Taken.class);
  }

  @Test
  void filesThatAreBeingWrittenAreLeftAloneAndSealsWaitForTheirs() throws IOException {
    for (String name :
        new String[] {".hidden.mfz", "a.mfz.part", "a.mfz.tmp", "a.mfz~", "a.mfz.seal"}) {
      drop(name, "x");
    }
    inbox.complete(".hidden.mfz");

    inbox.look(0);

    assertThat(inbox.look(REST)).isEqualTo(new Look(List.of(), List.of()));
    assertThat(Sample.names(home.inbox())).hasSize(5);
  }

  @Test
  void aSealWithoutItsFileIsRefusedWhenItHasWaitedLongEnough() throws IOException {
    long grace = FileLimits.LONE_SEAL_NANOS;
    drop("a.mfz.seal", "seal");
    drop("b.mfz.seal", "seal");
    drop("b.mfz", "content");
    drop("c.mfz.seal", "seal");
    drop(".c.mfz.Xy12", "half");
    drop("d.mfz.seal", "seal");
    inbox.look(0);

    assertThat(inbox.look(grace - 1).ready()).containsExactly("b.mfz");
    Files.writeString(home.inbox().resolve("d.mfz.seal"), "another seal");
    assertThat(inbox.look(grace).ready()).containsExactly("a.mfz.seal", "b.mfz");

    Take.Refused take = (Take.Refused) inbox.take("a.mfz.seal");
    assertThat(take.refusal().text()).contains("10 minutes without a.mfz", "tilecast publish");
    assertThat(inbox.refuse(take)).isTrue();
    assertThat(home.refused().resolve("a.mfz.seal")).hasContent("seal");
    assertThat(home.refused().resolve("a.mfz.seal.reason.txt")).exists();
    assertThat(inbox.look(2 * grace).ready()).containsExactly("b.mfz", "d.mfz.seal");
    drop("d.mfz", "content");
    assertThat(inbox.take("d.mfz.seal")).isEqualTo(new Take.NotAtRest());
    assertThat(inbox.look(2 * grace).ready()).containsExactly("b.mfz");
  }

  @Test
  void aSealWhoseFileGoesWithoutItHasItsTimeFromThenOn() throws IOException {
    long grace = FileLimits.LONE_SEAL_NANOS;
    drop("a.mfz", "content");
    ready("a.mfz");
    Take.Taken taken = taken("a.mfz");
    drop("a.mfz.seal", "of the next version");
    inbox.look(grace);
    inbox.done(taken.ticket());

    assertThat(inbox.look(2 * grace).ready()).isEmpty();
    assertThat(inbox.look(3 * grace).ready()).containsExactly("a.mfz.seal");
  }

  @Test
  void aSealThatIsAFolderIsTold() throws IOException {
    drop("a.mfz", "content");
    Path seal = Files.createDirectory(home.inbox().resolve("a.mfz.seal"));

    assertThat(inbox.look(0).complaints())
        .containsExactly(
            new Look.Complaint("a.mfz.seal", seal + " is a folder, and no seal; move it away"));
    assertThat(inbox.look(REST).complaints()).isEmpty();
    assertThat(taken("a.mfz").length()).isEqualTo(7);
  }

  @Test
  void whatIsNoFileIsToldOnceInItsOwnWords() throws Exception {
    Path target = Files.writeString(folder.resolve("secret"), "x");
    Files.createSymbolicLink(home.inbox().resolve("link.mfz"), target);
    Files.createDirectory(home.inbox().resolve("folder.mfz"));
    Path socket = home.inbox().resolve("s.mfz");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
    }

    assertThat(inbox.look(0).complaints())
        .extracting(Look.Complaint::text)
        .containsExactlyInAnyOrder(
            home.inbox().resolve("link.mfz") + " is a symbolic link; drop the file itself",
            home.inbox().resolve("folder.mfz")
                + " is a folder; drop the MFZ files in it one by one",
            socket + " is no regular file; remove it");
    Files.writeString(home.inbox().resolve("folder.mfz/more"), "x");
    Look later = inbox.look(REST);
    assertThat(later.complaints()).isEmpty();
    assertThat(later.ready()).isEmpty();
    assertThat(inbox.take("link.mfz")).isEqualTo(new Take.NotAtRest());

    Files.delete(home.inbox().resolve("link.mfz"));
    drop("link.mfz", "a file now");
    assertThat(inbox.look(2 * REST).ready()).isEmpty();
    assertThat(inbox.look(3 * REST).ready()).containsExactly("link.mfz");
  }

  @Test
  void oneLookGivesABoundedNumberInOrder() throws IOException {
    for (int i = 0; i < 20; i++) {
      drop(String.format("n%02d.mfz", i), "x");
    }
    inbox.look(0);

    assertThat(inbox.look(REST).ready()).hasSize(8).startsWith("n00.mfz").endsWith("n07.mfz");
    for (String name : inbox.look(REST).ready()) {
      inbox.done(taken(name).ticket());
    }
    assertThat(inbox.look(REST).ready()).hasSize(8).startsWith("n08.mfz");
  }

  @Test
  void moreEntriesThanOneLookReadsAreToldOnce() throws IOException {
    for (int i = 0; i <= FileLimits.INBOX_ENTRIES_MAX; i++) {
      Files.createFile(home.inbox().resolve("." + i));
    }

    assertThat(inbox.look(0).complaints())
        .singleElement()
        .matches(complaint -> complaint.text().contains("holds more than 4096 entries"));
    assertThat(inbox.look(1).complaints()).isEmpty();
  }

  @Test
  void takingMakesAPrivateCopyThatLaterWritesDoNotReach() throws IOException {
    Path file = drop("a.mfz", "content");
    ready("a.mfz");

    try (var held = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      Take.Taken taken = taken("a.mfz");
      held.write(ByteBuffer.wrap(new byte[] {'X'}));

      assertThat(taken.copy()).hasContent("content").hasParent(home.staging());
      assertThat(taken.length()).isEqualTo(7);
      assertThat(inbox.path(taken.ticket())).isEqualTo(taken.copy());
      assertThat(inbox.fileName(taken.ticket())).isEqualTo("a.mfz");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(taken.copy())))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aFileThatIsBeingJudgedIsNotGivenAgain() throws IOException {
    drop("a.mfz", "content");
    ready("a.mfz");
    Take.Taken taken = taken("a.mfz");

    assertThat(inbox.look(9 * REST).ready()).isEmpty();
    assertThat(inbox.look(99 * REST).ready()).isEmpty();

    inbox.done(taken.ticket());
    assertThat(Sample.names(home.inbox())).isEmpty();
    assertThat(Sample.names(home.staging())).isEmpty();
    assertThat(room.availableBytes()).isEqualTo(free);
    assertThatThrownBy(() -> inbox.done(taken.ticket()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFileThatWasBeingJudgedWhenTheTileDiedIsTakenAgain() throws IOException {
    drop("a.mfz", "content");
    ready("a.mfz");
    taken("a.mfz");

    try (Staging staging = new Staging(home.staging(), Sample.room())) {
      staging.sweep(Set.of());
    }
    assertThat(Sample.names(home.staging())).isEmpty();
    inbox =
        new Inbox(
            home,
            Sample.limits(),
            Sample.room(),
            new RefusedFolder(home.refused(), Sample.limits()));

    ready("a.mfz");
    assertThat(taken("a.mfz").copy()).hasContent("content");
  }

  @Test
  void aFileThatIsNotWhatItWasWhenLookedAtIsNotTaken() throws IOException {
    drop("a.mfz", "content");
    drop("b.mfz", "content");
    ready("a.mfz");
    replace("a.mfz", "CONTENT");
    Files.delete(home.inbox().resolve("b.mfz"));

    assertThat(inbox.take("a.mfz")).isEqualTo(new Take.NotAtRest());
    assertThat(inbox.take("b.mfz")).isEqualTo(new Take.NotAtRest());
    assertThat(inbox.take("never-seen.mfz")).isEqualTo(new Take.NotAtRest());

    assertThat(Sample.names(home.staging())).isEmpty();
    assertThat(room.availableBytes()).isEqualTo(free);
    ready("a.mfz");
  }

  @Test
  void anOriginalThatWasReplacedWhileItWasJudgedStaysAndIsLookedAtAfresh() throws IOException {
    drop("a.mfz", "first");
    ready("a.mfz");
    Take.Taken taken = taken("a.mfz");
    replace("a.mfz", "later");

    assertThat(inbox.done(taken.ticket())).isFalse();

    assertThat(home.inbox().resolve("a.mfz")).hasContent("later");
    assertThat(inbox.look(0).ready()).isEmpty();
    assertThat(inbox.look(REST).ready()).containsExactly("a.mfz");
    assertThat(taken("a.mfz").copy()).hasContent("later");
  }

  @Test
  void aPromotedCopyIsGoneWhenItsTicketIsDone() throws IOException {
    drop("a.mfz", "content");
    ready("a.mfz");
    Take.Taken taken = taken("a.mfz");
    Files.move(taken.copy(), home.live().resolve("a.mfz"));

    inbox.done(taken.ticket());

    assertThat(home.live().resolve("a.mfz")).hasContent("content");
    assertThat(Sample.names(home.inbox())).isEmpty();
  }

  @Test
  void aRefusedFileIsMovedWithItsReason() throws IOException {
    drop("a.mfz", "content");
    ready("a.mfz");

    assertThat(inbox.refuse(taken("a.mfz").ticket(), "its signature is bad")).isTrue();

    assertThat(Sample.names(home.inbox())).isEmpty();
    assertThat(Sample.names(home.staging())).isEmpty();
    assertThat(home.refused().resolve("a.mfz")).hasContent("content");
    assertThat(home.refused().resolve("a.mfz.reason.txt")).hasContent("its signature is bad\n");
  }

  @Test
  void whatWasJudgedIsWhatIsKeptWhenTheOriginalIsAnotherFileByNow() throws IOException {
    drop("a.mfz", "bad");
    ready("a.mfz");
    Take.Taken taken = taken("a.mfz");
    replace("a.mfz", "good");

    assertThat(inbox.refuse(taken.ticket(), "its signature is bad")).isFalse();

    assertThat(home.refused().resolve("a.mfz")).hasContent("bad");
    assertThat(home.inbox().resolve("a.mfz")).hasContent("good");
    ready("a.mfz");
  }

  @Test
  void aFileThatIsTooLargeOrHasNoRoomIsRefusedUncopied() throws IOException {
    drop("big.mfz", "x".repeat((int) Sample.MEBIBYTE + 1));
    drop("small.mfz", "x".repeat(100));
    ready("big.mfz");
    Take.Refused big = (Take.Refused) inbox.take("big.mfz");
    assertThat(big.refusal().reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(inbox.refuse(big)).isTrue();
    assertThat(home.refused().resolve("big.mfz")).exists();

    free = 500;
    assertThat(room.claim("a transfer", "the file", 120)).isEmpty();
    assertThat(room.claim("another", "the file", 120)).isEmpty();
    assertThat(room.claim("a third", "the file", 120)).isEmpty();
    assertThat(room.claim("a fourth", "the file", 120)).isEmpty();
    Take.Refused small = (Take.Refused) inbox.take("small.mfz");
    assertThat(small.refusal().reason()).isEqualTo(Reason.NO_SPACE);
    assertThat(small.refusal().text())
        .contains("needs 100 bytes, this tile has 20", "480 are promised to open transfers and 0");
    room.written("a transfer", 100);
    free = 400;
    assertThat(((Take.Refused) inbox.take("small.mfz")).refusal().text())
        .contains("380 are promised to open transfers and 100 taken by them")
        .endsWith("free disk space, or wait until they are done: tilecast transfers");
    assertThat(Sample.names(home.staging())).isEmpty();
  }

  @Test
  void aNameThatCameByALinkIsNotFollowedWhenItIsTaken() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "content");
    Path file = drop("a.mfz", "content");
    ready("a.mfz");
    Files.delete(file);
    Files.createSymbolicLink(file, secret);

    assertThat(inbox.take("a.mfz")).isEqualTo(new Take.NotAtRest());
    assertThat(Sample.names(home.staging())).isEmpty();
  }

  @Test
  void aFileThatCouldNotBeTakenIsNotRefusedWhenItIsAnotherFileByNow() throws IOException {
    drop("a.mfz", "x".repeat((int) Sample.MEBIBYTE + 1));
    ready("a.mfz");
    Take.Refused large = (Take.Refused) inbox.take("a.mfz");
    replace("a.mfz", "small");

    assertThat(inbox.refuse(large)).isFalse();

    assertThat(home.inbox().resolve("a.mfz")).hasContent("small");
    assertThat(Sample.names(home.refused())).isEmpty();
    ready("a.mfz");
  }

  @Test
  void aNameWhoseRefusalFailedIsFreeForTheNextFileAndKeepsNoRoom() throws IOException {
    drop("a.mfz", "bad");
    ready("a.mfz");
    Take.Taken taken = taken("a.mfz");
    // Stands for a full disk: the file cannot be moved here.
    Files.createDirectories(home.refused().resolve("a.mfz/x"));

    assertThatThrownBy(() -> inbox.refuse(taken.ticket(), "its signature is bad"))
        .isInstanceOf(IOException.class);

    assertThat(Sample.names(home.staging())).isEmpty();
    assertThat(room.availableBytes()).isEqualTo(free);
    replace("a.mfz", "another");
    ready("a.mfz");
    assertThat(taken("a.mfz").copy()).hasContent("another");
  }

  /** Writing the reason takes long: a corrected file that comes meanwhile is judged in its turn. */
  @Test
  void aFileThatTakesTheNameWhileItsForerunnerIsRefusedIsNotRefusedUnread() throws Exception {
    for (int round = 0; round < 20; round++) {
      Path dropped = drop("demo.mfz", "bad " + round);
      Take.Taken taken = takeNow("demo.mfz", round);
      Path next = Files.writeString(folder.resolve("next"), "good " + round);
      Path reason = home.refused().resolve("demo.mfz.reason.txt");
      Files.deleteIfExists(reason);

      replaceOnce(
          () -> Files.exists(reason), next, dropped, () -> inbox.refuse(taken.ticket(), "no zip"));

      assertThat(home.refused().resolve("demo.mfz")).hasContent("bad " + round);
      assertThat(dropped).hasContent("good " + round);
      Files.delete(dropped);
    }
  }

  @Test
  void aFileThatTakesTheNameWhileItsForerunnerIsClearedAwayIsNotDeleted() throws Exception {
    for (int round = 0; round < 200; round++) {
      Path seal = drop("demo.mfz.seal", "seal " + round);
      Path dropped = drop("demo.mfz", "old " + round);
      Take.Taken taken = takeNow("demo.mfz", round);
      Path next = Files.writeString(folder.resolve("next"), "new " + round);

      replaceOnce(() -> !Files.exists(seal), next, dropped, () -> inbox.done(taken.ticket()));

      assertThat(dropped).hasContent("new " + round);
      Files.delete(dropped);
    }
  }

  @Test
  void whatAKillLeavesAsideIsDroppedAgain() throws IOException {
    Files.writeString(home.inbox().resolve(".judged-a.mfz"), "a");
    Files.writeString(home.inbox().resolve(".judged-b.mfz"), "b");
    Path since = drop("b.mfz", "dropped since");

    inbox.putAllBack();

    assertThat(home.inbox().resolve("a.mfz")).hasContent("a");
    assertThat(since).hasContent("dropped since");
    assertThat(Sample.names(home.inbox())).containsExactlyInAnyOrder("a.mfz", "b.mfz");
  }

  @Test
  void aFileWhoseNameHasNoRoomForAPrefixIsClearedAway() throws IOException {
    Path dropped = drop("a".repeat(246) + ".mfz", "content");
    Take.Taken taken = takeNow(dropped.getFileName().toString(), 0);

    assertThat(inbox.done(taken.ticket())).isTrue();

    assertThat(dropped).doesNotExist();
  }

  @Test
  void aFolderThatIsCalledAsIfSetAsideEndsNoStart() throws IOException {
    Files.createDirectory(home.inbox().resolve(".judged-old"));

    assertThat(inbox.putAllBack()).isEmpty();
  }

  @Test
  void whatWasRefusedGivesWayToWhatIsDroppedIfThatHelps() throws IOException {
    RefusedFolder refused = new RefusedFolder(home.refused(), Sample.limits());
    Room small = new Room(() -> 5000 - bytesOf(home.refused()), Sample.limits());
    inbox = new Inbox(home, Sample.limits(), small, refused);
    for (String name : List.of("a.mfz", "b.mfz")) {
      refused.take(Files.writeString(folder.resolve(name), "x".repeat(400)), name, "no MFZ");
    }
    refused.keep(Files.writeString(folder.resolve("c.mfz"), "x".repeat(400)), "c.mfz", "its key");

    Path large = drop("large.mfz", "y".repeat(3000));
    inbox.complete("large.mfz");
    inbox.look(0);
    assertThat(inbox.take("large.mfz")).isInstanceOf(Take.Refused.class);
    assertThat(home.refused().resolve("a.mfz")).exists();
    Files.delete(large);
    drop("good.mfz", "y".repeat(1000));
    Take.Taken taken = takeNow("good.mfz", 1);

    assertThat(taken.copy()).hasContent("y".repeat(1000));
    assertThat(home.refused().resolve("a.mfz")).doesNotExist();
    assertThat(home.refused().resolve("b.mfz")).exists();
    assertThat(home.refused().resolve("c.mfz.was-live")).exists();
  }

  private static long bytesOf(Path folder) throws IOException {
    long bytes = 0;
    for (String name : Sample.names(folder)) {
      bytes += name.endsWith(".reason.txt") ? 0 : Files.size(folder.resolve(name));
    }
    return bytes;
  }

  private Take.Taken takeNow(String fileName, long now) throws IOException {
    inbox.complete(fileName);
    assertThat(inbox.look(now).ready()).containsExactly(fileName);
    return (Take.Taken) inbox.take(fileName);
  }

  private interface Clearing {
    boolean run() throws IOException;
  }

  /** Somebody renames {@code next} over {@code dropped} as soon as he sees that he may. */
  private static void replaceOnce(BooleanSupplier may, Path next, Path dropped, Clearing clearing)
      throws Exception {
    CountDownLatch watches = new CountDownLatch(1);
    Thread user =
        new Thread(
            () -> {
              watches.countDown();
              while (!may.getAsBoolean()) {
                Thread.onSpinWait();
              }
              // Quicker than by Files.
              assertThat(next.toFile().renameTo(dropped.toFile())).isTrue();
            });
    user.start();
    watches.await();
    clearing.run();
    user.join();
  }

  @Test
  void aFileThatCouldNotBeClearedAwayIsLeftAloneForAMinute() throws IOException {
    long minute = TimeUnit.MINUTES.toNanos(1);
    drop("a.mfz", "bad");
    ready("a.mfz");
    Take.Taken taken = taken("a.mfz");
    Files.createDirectories(home.refused().resolve("a.mfz/x"));
    assertThatThrownBy(() -> inbox.refuse(taken.ticket(), "its signature is bad"))
        .isInstanceOf(IOException.class);

    assertThat(inbox.look(0).ready()).isEmpty();
    assertThat(inbox.look(minute - 1).ready()).isEmpty();
    assertThat(inbox.look(minute).ready()).isEmpty();
    assertThat(inbox.look(minute + REST).ready()).containsExactly("a.mfz");
  }

  private Path drop(String name, String content) throws IOException {
    return Files.writeString(home.inbox().resolve(name), content);
  }

  private void replace(String name, String content) throws IOException {
    Path other = Files.writeString(folder.resolve("other"), content);
    Files.move(other, home.inbox().resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private void ready(String name) throws IOException {
    inbox.look(0);
    assertThat(inbox.look(REST).ready()).contains(name);
  }

  private Take.Taken taken(String name) {
    return (Take.Taken) inbox.take(name);
  }
}
