package dev.tilecast.engine.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.admin.Why;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.files.TileHome;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.engine.mfz.Seal;
import dev.tilecast.schema.Database;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real daemons in one process: real links on loopback, real database, real keys and files. */
class TileDaemonTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Handle ALPHA = new Handle("alpha");
  private static final int MEMBER_BYTES = 100_000;
  private static final PrintStream QUIET =
      new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);

  @TempDir Path folder;
  private final List<TileDaemon> running = new ArrayList<>();
  private KeyFolder keys;

  @BeforeEach
  void makeKey() throws Exception {
    keys = new KeyFolder(folder.resolve("maker"));
    keys.generate(ALPHA, 2048);
  }

  @AfterEach
  void stopAll() {
    running.forEach(TileDaemon::close);
  }

  @Test
  void aDroppedFileGoesLiveOnEveryTileOfALine() throws Exception {
    home("a", listen("ET"));
    home("b", connect("WT", "a", "ET") + listen("ET"));
    home("c", connect("WT", "b", "ET"));
    TileDaemon a = start("a");
    start("b");
    TileDaemon c = start("c");
    Path file = make("demo.mfz", 1_000_000, 1_600_000_000L);

    assertThat(drop("a", a, file)).isInstanceOf(Verdict.Live.class);

    assertThat(c.await(report -> isLive(report, "demo.mfz"), PATIENCE)).isTrue();
    assertThat(folder.resolve("c/live/demo.mfz")).hasSameBinaryContentAs(file);
    assertThat(folder.resolve("a/inbox")).isEmptyDirectory();
  }

  @Test
  void theSameVersionAgainIsASuccessAndAnOlderOneIsRefused() throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    Path old = make("demo.mfz", 1000, 1_600_000_000L);
    Path young = make("demo.mfz", 1000, 1_600_000_002L);

    assertThat(drop("a", a, young)).isInstanceOf(Verdict.Live.class);
    assertThat(drop("a", a, young)).isInstanceOf(Verdict.AlreadyLive.class);
    Verdict refused = drop("a", a, old);

    assertThat(((Verdict.Refused) refused).refusal().reason()).isEqualTo(Reason.OLDER);
    assertThat(folder.resolve("a/refused/demo.mfz")).hasSameBinaryContentAs(old);
    assertThat(folder.resolve("a/refused/demo.mfz.reason.txt")).content().contains("older");
    assertThat(folder.resolve("a/live/demo.mfz")).hasSameBinaryContentAs(young);
  }

  @Test
  void aSealThatComesLaterIsAddedAndTheVerdictSaysSo() throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    Path file = make("demo.mfz", 1000, 1_600_000_000L);
    Path seal = Seal.pathFor(file);
    assertThat(drop("a", a, file)).isInstanceOf(Verdict.Live.class);

    Files.copy(seal, folder.resolve("a/inbox/demo.mfz.seal"));
    Verdict.AlreadyLive added = (Verdict.AlreadyLive) drop("a", a, file);
    Files.copy(seal, folder.resolve("a/inbox/demo.mfz.seal"));
    Verdict.AlreadyLive again = (Verdict.AlreadyLive) drop("a", a, file);

    assertThat(added.sealAdded()).isTrue();
    assertThat(added.entry().sealed()).isTrue();
    assertThat(again.sealAdded()).isFalse();
    assertThat(folder.resolve("a/live/demo.mfz.seal")).hasSameBinaryContentAs(seal);
    assertThat(folder.resolve("a/inbox")).isEmptyDirectory();
  }

  @Test
  void theNextVersionMovesOnlyWhatChanged() throws Exception {
    home("a", listen("ET"));
    home("b", connect("WT", "a", "ET"));
    TileDaemon a = start("a");
    TileDaemon b = start("b");
    Path old = make("demo.mfz", 1_600_000_000L, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    Path young = make("demo.mfz", 1_600_000_002L, 1, 2, 3, 4, 55, 6, 7, 8, 9, 10);
    drop("a", a, old);
    assertThat(b.await(report -> isLive(report, 1_600_000_000L), PATIENCE)).isTrue();
    long before = b.report().counters().get("bytes_received");

    drop("a", a, young);

    assertThat(b.await(report -> isLive(report, 1_600_000_002L), PATIENCE)).isTrue();
    assertThat(folder.resolve("b/live/demo.mfz")).hasSameBinaryContentAs(young);
    long received = b.report().counters().get("bytes_received") - before;
    long reused = b.report().counters().get("bytes_reused");
    assertThat(received).isBetween((long) MEMBER_BYTES, MEMBER_BYTES + 40_000L);
    assertThat(received + reused).isEqualTo(Files.size(young));
    assertThat(folder.resolve("b/staging")).isEmptyDirectory();
  }

  /** Daemon a; its neighbor b has {@code file}, too, and says so. */
  private TileDaemon oneOfTwoThatHave(Path file) throws Exception {
    home("a", listen("ET"));
    home("b", connect("WT", "a", "ET"));
    TileDaemon a = start("a");
    TileDaemon b = start("b");
    drop("a", a, file);
    assertThat(b.await(report -> isLive(report, "demo.mfz"), PATIENCE)).isTrue();
    assertThat(a.await(report -> report.neighbors().get(0).sameCatalog(), PATIENCE)).isTrue();
    return a;
  }

  @Test
  void oneDamagedByteInALiveFileCostsOneChunk() throws Exception {
    Path file = make("demo.mfz", 1_000_000, 1_600_000_000L);
    TileDaemon a = oneOfTwoThatHave(file);
    Path live = folder.resolve("a/live/demo.mfz");
    try (FileChannel channel = FileChannel.open(live, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 500_000);
    }

    a.scrub(Optional.empty());

    assertThat(a.await(report -> report.counters().containsKey("files_mended"), PATIENCE)).isTrue();
    assertThat(live).hasSameBinaryContentAs(file);
    assertThat(a.report().counters().get("chunks_mended")).isEqualTo(1);
    assertThat(a.report().counters().get("bytes_received")).isLessThan(20_000);
    assertThat(a.report().scrub()).isEqualTo(TileReport.Scrub.CALM);
    assertThat(folder.resolve("a/staging")).isEmptyDirectory();
    a.close();
    TileReport again = start("a").report();
    assertThat(again.live()).hasSize(1);
  }

  @Test
  void publishingTheGoodFileMendsARottenOneWithoutANeighbor() throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    Path file = make("demo.mfz", 300_000, 1_600_000_000L);
    assertThat(drop("a", a, file)).isInstanceOf(Verdict.Live.class);
    Path live = folder.resolve("a/live/demo.mfz");
    try (FileChannel channel = FileChannel.open(live, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 150_000);
    }

    Verdict verdict = drop("a", a, file);

    assertThat(verdict).isEqualTo(new Verdict.Mended(a.report().live().get(0).entry()));
    assertThat(live).hasSameBinaryContentAs(file);
    assertThat(folder.resolve("a/inbox")).isEmptyDirectory();
    assertThat(folder.resolve("a/archive")).isEmptyDirectory();
  }

  @Test
  void whatMendsARottenFileMayBringItsSeal() throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    Path file = make("demo.mfz", 300_000, 1_600_000_000L);
    drop("a", a, file);
    assertThat(a.report().live().get(0).entry().sealed()).isFalse();
    Path live = folder.resolve("a/live/demo.mfz");
    try (FileChannel channel = FileChannel.open(live, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 150_000);
    }
    Path made = Seal.pathFor(file);
    Files.copy(made, folder.resolve("a/inbox/demo.mfz.seal"));

    Verdict verdict = drop("a", a, file);

    assertThat(((Verdict.Mended) verdict).entry().sealed()).isTrue();
    assertThat(a.report().live().get(0).entry().sealed()).isTrue();
    assertThat(folder.resolve("a/live/demo.mfz.seal")).hasSameBinaryContentAs(made);
    assertThat(folder.resolve("a/inbox")).isEmptyDirectory();
  }

  @Test
  void aSealThatIsDamagedOrDeletedIsWrittenAgainByAScrub() throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    Path file = make("demo.mfz", 300_000, 1_600_000_000L);
    Path made = Seal.pathFor(file);
    Files.copy(made, folder.resolve("a/inbox/demo.mfz.seal"));
    assertThat(drop("a", a, file)).isInstanceOf(Verdict.Live.class);
    Path seal = folder.resolve("a/live/demo.mfz.seal");
    assertThat(seal).hasSameBinaryContentAs(made);

    Files.writeString(seal, "no seal");
    a.scrub(Optional.empty());
    assertThat(a.await(report -> damagedSeals(report) == 1, PATIENCE)).isTrue();
    assertThat(seal).hasSameBinaryContentAs(made);
    Files.delete(seal);
    a.scrub(Optional.empty());
    assertThat(a.await(report -> damagedSeals(report) == 2, PATIENCE)).isTrue();

    assertThat(seal).hasSameBinaryContentAs(made);
    assertThat(a.events(0, 100))
        .extracting(logged -> logged.event().text())
        .anyMatch(text -> text.startsWith("live/demo.mfz.seal is damaged"))
        .anyMatch(text -> text.equals("live/demo.mfz.seal is gone; it was written again"));
    Files.delete(seal);
    Files.createDirectories(seal.resolve("mine"));
    a.scrub(Optional.empty());
    assertThat(a.await(report -> damagedSeals(report) == 3, PATIENCE)).isTrue();
    assertThat(a.events(0, 100))
        .anyMatch(logged -> logged.event().text().contains("cannot be written again"));
  }

  private static long damagedSeals(TileReport report) {
    return report.counters().getOrDefault("seals_damaged", 0L);
  }

  @Test
  void aLiveFileThatIsDeletedIsMissedByItselfAndPulledAgain() throws Exception {
    Path file = make("demo.mfz", 300_000, 1_600_000_000L);
    TileDaemon a = oneOfTwoThatHave(file);

    Files.delete(folder.resolve("a/live/demo.mfz"));

    assertThat(a.await(report -> report.counters().containsKey("files_mended"), PATIENCE)).isTrue();
    assertThat(folder.resolve("a/live/demo.mfz")).hasSameBinaryContentAs(file);
    assertThat(a.report().scrub()).isEqualTo(TileReport.Scrub.CALM);
    assertThat(a.events(0, 100))
        .anyMatch(logged -> logged.event().text().startsWith("live/demo.mfz is gone"));
  }

  @Test
  void whatWasReplacedAndIsWholeAgainIsServedAgain() throws Exception {
    Path file = make("demo.mfz", 300_000, 1_600_000_000L);
    TileDaemon a = oneOfTwoThatHave(file);
    TileDaemon b = running.get(1);
    Files.delete(folder.resolve("a/live/demo.mfz"));
    assertThat(a.await(report -> report.counters().containsKey("files_mended"), PATIENCE)).isTrue();

    Files.delete(folder.resolve("b/live/demo.mfz"));

    assertThat(b.await(report -> report.counters().containsKey("files_mended"), PATIENCE)).isTrue();
    assertThat(folder.resolve("b/live/demo.mfz")).hasSameBinaryContentAs(file);
  }

  @Test
  void aFolderInThePlaceOfALiveFileHarmsNobodyAndIsMendedOnceItIsMovedAway() throws Exception {
    Path file = make("demo.mfz", 300_000, 1_600_000_000L);
    TileDaemon a = oneOfTwoThatHave(file);
    Path live = folder.resolve("a/live/demo.mfz");

    Files.delete(live);
    Files.createDirectories(live.resolve("mine"));
    a.scrub(Optional.empty());
    assertThat(
            a.await(
                report -> report.scrub().rotten().stream().anyMatch(TileReport.Rotten::stuck),
                PATIENCE))
        .isTrue();
    assertThat(a.report().scrub().rotten().get(0).state()).contains("move away what lies at");
    Files.move(live, folder.resolve("a/moved"));

    assertThat(a.await(report -> report.counters().containsKey("files_mended"), PATIENCE)).isTrue();
    assertThat(live).hasSameBinaryContentAs(file);
  }

  @Test
  void losingTheDatabaseLosesNothingAndMovesNothingDown() throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    Path old = make("demo.mfz", 1000, 1_600_000_000L);
    Path young = make("demo.mfz", 1000, 1_600_000_002L);
    drop("a", a, young);
    TileReport before = a.report();
    a.close();
    deleteAll(folder.resolve("a/store"));

    TileDaemon again = start("a");

    assertThat(again.report().live())
        .extracting(TileReport.Live::entry)
        .containsExactly(before.live().get(0).entry());
    assertThat(((Verdict.Refused) drop("a", again, old)).refusal().reason())
        .isEqualTo(Reason.OLDER);
  }

  @Test
  void aDatabaseThatFailsDuringTheStartIsSetAsideInTheSameStart() throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    drop("a", a, make("demo.mfz", 1000, 1_600_000_000L));
    TileReport before = a.report();
    a.close();
    try (Database database = Database.open(folder.resolve("a/store"))) {
      database.dsl().execute("ALTER TABLE event ADD CHECK (event_id < 0) NOCHECK");
    }

    TileDaemon again = start("a");

    assertThat(again.report().live())
        .extracting(TileReport.Live::entry)
        .containsExactly(before.live().get(0).entry());
    assertThat(folder.resolve("a/store/" + Database.FILE + ".set-aside-1")).isRegularFile();
  }

  @Test
  void losingDatabaseAndLiveFileStillRefusesWhatIsBelowTheMark() throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    drop("a", a, make("demo.mfz", 1000, 1_600_000_002L));
    a.close();
    deleteAll(folder.resolve("a/store"));
    Files.delete(folder.resolve("a/live/demo.mfz"));

    TileDaemon again = start("a");
    Verdict verdict = drop("a", again, make("demo.mfz", 1000, 1_600_000_000L));

    assertThat(((Verdict.Refused) verdict).refusal().reason()).isEqualTo(Reason.OLDER);
    assertThat(again.report().wanted()).hasSize(1);
  }

  @Test
  void liveBytesThatWereTamperedWithAreMovedAsideAndPulledAgain() throws Exception {
    home("a", listen("ET"));
    home("b", connect("WT", "a", "ET"));
    TileDaemon a = start("a");
    TileDaemon b = start("b");
    Path file = make("demo.mfz", 300_000, 1_600_000_000L);
    drop("a", a, file);
    assertThat(b.await(report -> isLive(report, "demo.mfz"), PATIENCE)).isTrue();
    b.close();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(folder.resolve("b/live/demo.mfz"), bytes);

    TileDaemon again = start("b");

    assertThat(again.await(report -> isLive(report, "demo.mfz"), PATIENCE)).isTrue();
    assertThat(folder.resolve("b/live/demo.mfz")).hasSameBinaryContentAs(file);
    assertThat(folder.resolve("b/refused/demo.mfz.reason.txt")).exists();
  }

  /** The link into the archive changes nothing but the time of the change. */
  @Test
  void whatIsLiveStaysWhenAPromotionIsCutShortThoughItsKeyIsGone() throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    drop("a", a, make("demo.mfz", 20_000, 1_600_000_000L));
    new KeyFolder(folder.resolve("a/keys")).remove(ALPHA);
    a.close();
    // The second step of the promotion of the next version, and then the power is cut.
    Files.createLink(folder.resolve("a/archive/demo.mfz"), folder.resolve("a/live/demo.mfz"));

    TileDaemon again = start("a");

    assertThat(isLive(again.report(), "demo.mfz")).isTrue();
    assertThat(folder.resolve("a/refused")).isEmptyDirectory();
  }

  /** It is still signed, but of another manifest: no neighbor would ever give a byte of that. */
  @Test
  void aBitOfTheWrapperThatNothingSignsIsMendedAndMakesNoOtherFile() throws Exception {
    home("a", listen("ET"));
    home("b", connect("WT", "a", "ET"));
    TileDaemon a = start("a");
    TileDaemon b = start("b");
    Path file = make("demo.mfz", 20_000, 1_600_000_000L);
    Files.copy(Seal.pathFor(file), folder.resolve("a/inbox/demo.mfz.seal"));
    assertThat(drop("a", a, file)).isInstanceOf(Verdict.Live.class);
    assertThat(b.await(report -> isLive(report, "demo.mfz"), PATIENCE)).isTrue();
    b.close();
    byte[] bytes = Files.readAllBytes(file);
    // What its packer thought of the content, in the last entry of the outer directory.
    int entry = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("PK\1\2");
    bytes[entry + 36] ^= 1;
    Files.write(folder.resolve("b/live/demo.mfz"), bytes);

    TileDaemon again = start("b");

    assertThat(again.report().live().get(0).entry()).isEqualTo(a.report().live().get(0).entry());
    assertThat(
            again.await(
                report -> report.counters().getOrDefault("files_mended", 0L) == 1, PATIENCE))
        .isTrue();
    assertThat(folder.resolve("b/live/demo.mfz")).hasSameBinaryContentAs(file);
  }

  @Test
  void whyTellsWhereARottenFileWasMovedAtTheStart() throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    drop("a", a, make("demo.mfz", 300_000, 1_600_000_000L));
    a.close();
    try (FileChannel channel =
        FileChannel.open(folder.resolve("a/live/demo.mfz"), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 150_000);
    }

    TileReport report = start("a").report();

    Why why = Why.explain(report, new Name("demo.mfz"));
    assertThat(why.state()).isEqualTo(Why.State.WANTED);
    assertThat(why.headline()).contains("when the tile started is refused/demo.mfz: ");
    assertThat(folder.resolve("a/refused/demo.mfz")).exists();
  }

  @Test
  void aLiveFileThatCanNeitherBeUsedNorMovedAsideDoesNotKeepTheOthersFromStarting()
      throws Exception {
    home("a", "");
    TileDaemon a = start("a");
    drop("a", a, make("demo.mfz", 1000, 1_600_000_000L));
    a.close();
    Files.writeString(folder.resolve("a/live/broken.mfz"), "not a zip file");
    // Stands for a disk that fails: nothing can be moved here.
    Files.createDirectories(folder.resolve("a/refused/broken.mfz/x"));

    TileDaemon again = start("a");

    assertThat(again.report().live())
        .extracting(live -> live.entry().version().name().text())
        .containsExactly("demo.mfz");
    assertThat(again.events(0, 100))
        .anyMatch(logged -> logged.event().text().contains("live/broken.mfz is left out"));
  }

  @Test
  void aStrangersFileNeverGoesLiveUntilItsKeyIsAdded() throws Exception {
    home("a", listen("ET"));
    home("b", connect("WT", "a", "ET"));
    Files.delete(folder.resolve("b/keys/public_keys/alpha.pub"));
    TileDaemon a = start("a");
    TileDaemon b = start("b");
    drop("a", a, make("demo.mfz", 1000, 1_600_000_000L));

    assertThat(b.await(report -> !report.refusals().isEmpty(), PATIENCE)).isTrue();
    assertThat(b.report().refusals().get(0).refusal().reason()).isEqualTo(Reason.UNKNOWN_SIGNER);
    assertThat(b.report().live()).isEmpty();
    assertThat(folder.resolve("b/live")).isEmptyDirectory();

    new KeyFolder(folder.resolve("b/keys")).add(keys.publicFile(ALPHA));
    assertThat(b.await(report -> isLive(report, "demo.mfz"), PATIENCE)).isTrue();
  }

  @Test
  void aSecondDaemonOnTheSameHomeIsRefused() throws Exception {
    home("a", "");
    start("a");

    assertThatThrownBy(() -> TileDaemon.start(folder.resolve("a"), QUIET))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("pid");
  }

  @Test
  void anAddressInUseIsToldAndTheHomeIsLeftFree() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      home(
          "a",
          """
          [[link]]
          direction = "ET"
          listen = "127.0.0.1:%d"
          """
              .formatted(taken.getLocalPort()));
      assertThatThrownBy(() -> TileDaemon.start(folder.resolve("a"), QUIET))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(String.valueOf(taken.getLocalPort()));
    }

    TileDaemon a = start("a");

    assertThat(a.report().live()).isEmpty();
  }

  @Test
  void aHomeWithoutInitIsToldWhatToDo() {
    assertThatThrownBy(() -> TileDaemon.start(folder.resolve("nowhere"), QUIET))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tilecast init");
  }

  @Test
  void commandsOfTheSettingsRunOncePerVersionAlsoAcrossRestarts() throws Exception {
    home(
        "a",
        """
        [[activate]]
        name = "*.mfz"
        command = ["sh", "-c", "echo $TILECAST_NAME $TILECAST_STAMP >> ran.txt"]
        """);
    TileDaemon a = start("a");
    drop("a", a, make("demo.mfz", 1000, 1_600_000_000L));
    assertThat(a.await(TileDaemonTest::allDone, PATIENCE)).isTrue();
    a.close();
    TileDaemon again = start("a");
    assertThat(again.await(TileDaemonTest::allDone, PATIENCE)).isTrue();
    drop("a", again, make("demo.mfz", 1000, 1_600_000_002L));
    assertThat(
            again.await(
                report -> allDone(report) && report.activations().get(0).stamp() == 1_600_000_002L,
                PATIENCE))
        .isTrue();

    assertThat(folder.resolve("a/ran.txt"))
        .content()
        .isEqualTo("demo.mfz 1600000000\ndemo.mfz 1600000002\n");
  }

  private static boolean allDone(TileReport report) {
    return !report.activations().isEmpty()
        && report.activations().stream()
            .allMatch(a -> a.phase() == dev.tilecast.engine.core.ActivationState.Phase.DONE);
  }

  private static boolean isLive(TileReport report, long stamp) {
    return report.live().stream().anyMatch(live -> live.entry().version().stamp() == stamp);
  }

  private static boolean isLive(TileReport report, String name) {
    return report.live().stream()
        .anyMatch(live -> live.entry().version().name().text().equals(name));
  }

  private void home(String label, String settings) throws Exception {
    TileHome.create(folder.resolve(label), "group = \"test\"\n" + settings);
    new KeyFolder(folder.resolve(label).resolve("keys")).add(keys.publicFile(ALPHA));
  }

  private String listen(String direction) {
    return """
        [[link]]
        direction = "%1$s"
        listen = "127.0.0.1:0"
        address-file = "run/link-%1$s.address"
        """
        .formatted(direction);
  }

  private String connect(String direction, String to, String theirs) {
    return """
        [[link]]
        direction = "%s"
        connect = "@%s"
        """
        .formatted(direction, folder.resolve(to).resolve("run/link-" + theirs + ".address"));
  }

  private TileDaemon start(String label) throws Exception {
    TileDaemon daemon = TileDaemon.start(folder.resolve(label), QUIET);
    running.add(daemon);
    return daemon;
  }

  private Path make(String name, int bytes, long stamp) throws Exception {
    Path source = Files.createTempDirectory(folder, "make");
    byte[] content = new byte[bytes];
    new Random(stamp + bytes).nextBytes(content);
    Path member = Files.write(source.resolve("payload.bin"), content);
    return new Maker(keys, InspectionLimits.defaults())
        .make(ALPHA, source.resolve(name), List.of(member), stamp)
        .file();
  }

  /** A file with a member for each seed. */
  private Path make(String name, long stamp, int... seeds) throws Exception {
    Path source = Files.createTempDirectory(folder, "make");
    List<Path> members = new ArrayList<>();
    for (int i = 0; i < seeds.length; i++) {
      byte[] content = new byte[MEMBER_BYTES];
      new Random(seeds[i]).nextBytes(content);
      members.add(Files.write(source.resolve("part-" + i), content));
    }
    return new Maker(keys, InspectionLimits.defaults())
        .make(ALPHA, source.resolve(name), members, stamp)
        .file();
  }

  private Verdict drop(String label, TileDaemon daemon, Path file) throws Exception {
    Path inbox = folder.resolve(label).resolve("inbox");
    Path part = inbox.resolve("." + file.getFileName() + ".part");
    Files.copy(file, part);
    Files.move(part, inbox.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    Optional<Verdict> verdict = daemon.dropped(file.getFileName().toString(), PATIENCE);
    return verdict.orElseThrow(() -> new AssertionError("no verdict on " + file));
  }

  private static void deleteAll(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }
}
