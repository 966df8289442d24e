package dev.tilecast.engine.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.files.FileLimits;
import dev.tilecast.engine.files.Inbox;
import dev.tilecast.engine.files.RefusedFolder;
import dev.tilecast.engine.files.Room;
import dev.tilecast.engine.files.TileHome;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.engine.mfz.Seal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The inspector's thread is a list of its work here, done when the test says so. */
class ReceptionTest {
  private static final Handle ALPHA = new Handle("alpha");
  private static final Verdict OLDER =
      new Verdict.Refused(new Refusal(Reason.OLDER, "the first one is older"));

  @TempDir Path folder;
  private final Deque<Runnable> work = new ArrayDeque<>();
  private final InputQueue inputs = new InputQueue();
  private final List<Input> noted = new ArrayList<>();
  private Optional<Step> whileAsked = Optional.empty();

  /** Done once a file was copied, and before it is inspected. */
  private Runnable besides = () -> {};

  /** Whether the next file that is given to the disk early is not kept by it. */
  private boolean syncFails;

  /** Which seal is dropped before a file of that stamp; none where this is null. */
  private LongFunction<Path> sealFrom;

  private KeyFolder keys;
  private TileHome home;
  private Inbox inbox;
  private Reception reception;

  @BeforeEach
  void open() throws Exception {
    TileHome.create(folder.resolve("a"), "group = \"test\"\n");
    home = TileHome.open(folder.resolve("a"));
    keys = new KeyFolder(folder.resolve("maker"));
    keys.generate(ALPHA, 2048);
    new KeyFolder(home.keys()).add(keys.publicFile(ALPHA));
    FileLimits limits = FileLimits.defaults().withReserveBytes(0);
    inbox =
        new Inbox(
            home,
            limits,
            new Room(home.staging(), limits),
            new RefusedFolder(home.refused(), limits));
    reception =
        new Reception(
            inbox,
            new Trusted(home.keys(), InspectionLimits.defaults()),
            this::submit,
            new Beside(
                Optional.of(
                    beside -> {
                      runOf(beside);
                      besides.run();
                    })),
            inputs,
            new Diary(
                new PrintStream(OutputStream.nullOutputStream(), false, UTF_8),
                java.time.InstantSource.system()),
            System::nanoTime);
  }

  @Test
  void whoAsksAfterTheVerdictHasFallenGetsIt() throws Exception {
    put("a.mfz", "not a zip file");
    assertThat(ask("a.mfz")).isEmpty();
    work.remove().run();
    assertThat(home.inbox()).isEmptyDirectory();

    assertThat(ask("a.mfz")).get().isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void aStopRefusesNothing() throws Exception {
    put("a.mfz", "some file");
    assertThat(ask("a.mfz")).isEmpty();

    Thread.currentThread().interrupt();
    work.remove().run();

    assertThat(Thread.interrupted()).isTrue();
    assertNothingWasRefused();
  }

  @Test
  void aStopDuringAnInspectionRefusesNothing() throws Exception {
    put("a.mfz", "some file");
    assertThat(ask("a.mfz")).isEmpty();

    besides = Thread.currentThread()::interrupt;
    work.remove().run();

    assertThat(Thread.interrupted()).isTrue();
    assertNothingWasRefused();
  }

  @Test
  void whatTheDiskDoesNotKeepIsRefusedAndNotOffered() throws Exception {
    Path made = make(1_600_000_000L);
    Files.move(made, home.inbox().resolve("a.mfz"));
    assertThat(ask("a.mfz")).isEmpty();

    syncFails = true;
    work.remove().run();

    assertThat(syncFails).isFalse();
    Verdict.Refused verdict = (Verdict.Refused) ask("a.mfz").orElseThrow();
    assertThat(verdict.refusal().reason()).isEqualTo(Reason.DISK_FAILED);
    inputs.take(noted, 100, 0);
    assertThat(noted).singleElement().isInstanceOf(Input.OfferRefused.class);
    assertThat(home.refused().resolve("a.mfz")).exists();
    assertThat(home.staging()).isEmptyDirectory();
  }

  /** The copy is away while it is to be synced: nothing else of a real disk can fail that. */
  private void runOf(Runnable beside) {
    if (!syncFails) {
      beside.run();
      return;
    }
    syncFails = false;
    Path copy = home.staging().resolve("drop-1.mfz");
    Path away = folder.resolve("away");
    try {
      Files.move(copy, away);
      beside.run();
      Files.move(away, copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertNothingWasRefused() throws Exception {
    inputs.take(noted, 100, 0);
    assertThat(noted).isEmpty();
    assertThat(home.inbox().resolve("a.mfz")).hasContent("some file");
    assertThat(home.refused()).isEmptyDirectory();
  }

  @Test
  void theVerdictThatFellIsNotGivenForTheNextFileOfTheName() throws Exception {
    put("a.mfz", "not a zip file");
    assertThat(ask("a.mfz")).isEmpty();
    work.remove().run();
    put("a.mfz", "not a zip file either");

    assertThat(ask("a.mfz")).isEmpty();
    work.remove().run();
    assertThat(ask("a.mfz")).get().isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void whoAsksForAFileThatTookTheNameOfAJudgedOneWaitsForItsOwnVerdict() throws Exception {
    long first = offered(1_600_000_000L);
    put("a.mfz", "the second one");
    whileAsked(() -> reception.answer(first, OLDER));

    assertThat(ask("a.mfz")).isEmpty();

    assertThat(home.inbox().resolve("a.mfz")).hasContent("the second one");
    reception.look(System.nanoTime());
    assertThat(ask("a.mfz")).isEmpty();
    work.removeLast().run();
    Verdict.Refused own = (Verdict.Refused) ask("a.mfz").orElseThrow();
    assertThat(own.refusal().reason()).isNotEqualTo(Reason.OLDER);
  }

  @Test
  void whoAskedForTheJudgedFileIsToldAlsoWhenAnotherTookItsName() throws Exception {
    long first = offered(1_600_000_000L);
    whileAsked(
        () -> {
          put("a.mfz", "the second one");
          reception.answer(first, OLDER);
        });

    assertThat(ask("a.mfz")).contains(OLDER);
  }

  @Test
  void anAskerWhoGivesUpTakesNothingFromTheOther() throws Exception {
    long first = offered(1_600_000_000L);
    whileAsked(
        () -> {
          // The second asker gives up at once, while the first one waits.
          assertThat(ask("a.mfz")).isEmpty();
          reception.answer(first, OLDER);
        });

    assertThat(ask("a.mfz")).contains(OLDER);
  }

  private interface Step {
    void run() throws Exception;
  }

  /** Does {@code step} on the thread of the next asker, after he has begun to wait. */
  private void whileAsked(Step step) throws IOException {
    put("other.mfz", "gives the inspector work");
    inbox.complete("other.mfz");
    whileAsked = Optional.of(step);
  }

  private void submit(Runnable judging) {
    work.add(judging);
    Optional<Step> step = whileAsked;
    whileAsked = Optional.empty();
    step.ifPresent(
        s -> {
          try {
            s.run();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  private Optional<Verdict> ask(String fileName) throws InterruptedException {
    return reception.await(fileName, Duration.ZERO);
  }

  @Test
  void aSealIsTakenWithItsFileAndGoesWithIt() throws Exception {
    sealFrom = stamp -> Seal.pathFor(folder.resolve("a.mfz"));

    Input.Offered offer = offer(1_600_000_000L);
    reception.answer(offer.ticket(), OLDER);

    assertThat(offer.seal()).isPresent();
    assertThat(home.inbox()).isEmptyDirectory();
    assertThat(home.refused().resolve("a.mfz.seal")).exists();
  }

  @Test
  void aSealOfAFileThatIsRefusedUnreadIsRefusedWithIt() throws Exception {
    Files.writeString(home.inbox().resolve("a.mfz.seal"), "whatever");
    put("a.mfz", "not a zip file");
    assertThat(ask("a.mfz")).isEmpty();
    work.remove().run();

    assertThat(home.inbox()).isEmptyDirectory();
    assertThat(home.refused().resolve("a.mfz.seal")).exists();
  }

  @Test
  void aSealThatIsDroppedForTheNextVersionStays() throws Exception {
    Path next = Seal.pathFor(home.inbox().resolve("a.mfz"));
    long unsealed = offered(1_600_000_000L);
    Files.writeString(next, "of the next version");
    reception.answer(unsealed, OLDER);

    assertThat(next).hasContent("of the next version");

    Files.delete(next);
    sealFrom = stamp -> Seal.pathFor(folder.resolve("a.mfz"));
    Input.Offered sealed = offer(1_600_000_002L);
    Files.writeString(folder.resolve("newer"), "of the next version");
    Files.move(folder.resolve("newer"), next, StandardCopyOption.REPLACE_EXISTING);
    reception.answer(sealed.ticket(), OLDER);

    assertThat(next).hasContent("of the next version");
  }

  @Test
  void aSealThatIsNoneOfThisFileCountsAsAbsent() throws Exception {
    Path ofAnother = Files.createDirectory(folder.resolve("another"));
    Path member = Files.writeString(folder.resolve("payload.txt"), "other content");
    new Maker(keys, InspectionLimits.defaults())
        .make(ALPHA, ofAnother.resolve("a.mfz"), List.of(member), 1_600_000_002L);
    Path garbage = Files.writeString(folder.resolve("garbage"), "no seal at all");

    for (Path wrong : List.of(Seal.pathFor(ofAnother.resolve("a.mfz")), garbage)) {
      sealFrom = stamp -> wrong;
      Input.Offered offer = offer(1_600_000_000L);
      assertThat(offer.seal()).as(wrong.toString()).isEmpty();
      reception.answer(offer.ticket(), live(offer));
      Verdict.Live told = (Verdict.Live) ask("a.mfz").orElseThrow();
      assertThat(told.sealUnused()).as(wrong.toString()).isPresent();
      assertThat(home.inbox()).isEmptyDirectory();
    }
  }

  @Test
  void aSealThatIsNoFileCountsAsAbsentAndTheVerdictSaysWhy() throws Exception {
    Path seal = Files.createDirectory(Seal.pathFor(home.inbox().resolve("a.mfz")));
    Input.Offered first = offer(1_600_000_000L);
    reception.answer(first.ticket(), live(first));
    Verdict ofFolder = ask("a.mfz").orElseThrow();
    Files.delete(seal);
    Files.createSymbolicLink(seal, folder.resolve("a.mfz"));
    Input.Offered second = offer(1_600_000_002L);
    reception.answer(second.ticket(), live(second));
    Verdict ofLink = ask("a.mfz").orElseThrow();

    assertThat(first.seal()).isEmpty();
    assertThat(((Verdict.Live) ofFolder).sealUnused()).contains(seal + " is a folder, no seal");
    assertThat(noted)
        .contains(
            new Input.InboxNoted(
                "a.mfz.seal", "a.mfz.seal counts as absent: " + seal + " is a folder, no seal"));
    assertThat(second.seal()).isEmpty();
    assertThat(((Verdict.Live) ofLink).sealUnused())
        .contains(seal + " is a symbolic link, no seal");
  }

  private static Verdict live(Input.Offered offer) {
    return new Verdict.Live(LiveEntry.of(offer.manifest().head()));
  }

  /** Puts a good file as a.mfz; gives the ticket under which the core is asked about it. */
  private long offered(long stamp) throws Exception {
    return offer(stamp).ticket();
  }

  private Input.Offered offer(long stamp) throws Exception {
    Path made = make(stamp);
    if (sealFrom != null) {
      Files.copy(
          sealFrom.apply(stamp),
          Seal.pathFor(home.inbox().resolve("a.mfz")),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(made, home.inbox().resolve("a.mfz"));
    assertThat(ask("a.mfz")).isEmpty();
    work.remove().run();
    List<Input> told = new ArrayList<>();
    inputs.take(told, 10, 0);
    told.stream().filter(Input.InboxNoted.class::isInstance).forEach(noted::add);
    told.removeAll(noted);
    assertThat(told).singleElement().isInstanceOf(Input.Offered.class);
    return (Input.Offered) told.get(0);
  }

  /** A good file, beside its seal. */
  private Path make(long stamp) throws Exception {
    Path member = Files.writeString(folder.resolve("payload.txt"), "content");
    return new Maker(keys, InspectionLimits.defaults())
        .make(ALPHA, folder.resolve("a.mfz"), List.of(member), stamp)
        .file();
  }

  private void put(String fileName, String content) throws IOException {
    Path other = Files.writeString(folder.resolve("other"), content);
    Files.move(other, home.inbox().resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
  }
}
