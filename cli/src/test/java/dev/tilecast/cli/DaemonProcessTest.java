package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.admin.Question;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessGrid;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.SignedFile;
import dev.tilecast.testbed.process.Wiring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real daemons in processes of their own, told to stop, killed and misused. */
@Timeout(180)
final class DaemonProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP_MAX = Duration.ofSeconds(2);
  private static final Handle SIGNER = new Handle("alpha");

  @TempDir private Path folder;
  private KeyFolder keys;
  private Optional<ProcessGrid> grid = Optional.empty();

  @BeforeEach
  void makeKey() throws Exception {
    keys = new KeyFolder(folder.resolve("maker"));
    keys.generate(SIGNER, 2048);
  }

  @AfterEach
  void killAll() {
    grid.ifPresent(ProcessGrid::close);
  }

  @Test
  void aTransferGoesOnWhereTheKilledDaemonInTheMiddleHadCome() throws Exception {
    ProcessGrid line = row(3);
    ProcessTile middle = line.at(1, 0);
    // Short packets make the transfer long enough to be met half way.
    shortenPackets(middle);
    line.start();
    line.awaitJoined(PATIENCE);
    Maker.Made made = file(12 << 20);

    assertThat(publish(line.at(0, 0), made)).isInstanceOf(Verdict.Live.class);
    TileReport halfWay =
        middle.await(report -> share(report) >= 0.2, "get a fifth of the file", PATIENCE);
    middle.kill();
    assertThat(share(halfWay)).isBetween(0.2, 0.8);
    assertThat(middle.home().resolve("live")).isEmptyDirectory();
    middle.start();
    // The kept chunks are checked once the manifest is there again; a transfer that kept nothing
    // would end up live without ever having said so.
    TileReport again =
        middle.await(report -> keptBytes(report) > 0 || share(report) == 1, "go on", PATIENCE);

    assertThat(keptBytes(again)).isPositive();
    assertThat(isLive(line.at(2, 0), made)).isTrue();
    for (ProcessTile tile : line.tiles()) {
      assertThat(tile.home().resolve("live/demo.mfz")).hasSameBinaryContentAs(made.file());
    }
    assertThat(middle.report().counters().get("bytes_received"))
        .isLessThan(made.accepted().fileLength());
  }

  @Test
  void sigtermEndsADaemonWithinTwoSecondsAndWithExitCode0() throws Exception {
    ProcessTile tile = row(1).at(0, 0);
    tile.start();
    tile.awaitReady(PATIENCE);

    tile.terminate();

    assertThat(tile.awaitExit(STOP_MAX)).isZero();
    assertThat(Files.readString(tile.diary())).contains("stopped: everything is on the disk");
  }

  @Test
  void aSecondDaemonOnTheSameHomeIsRefusedAndTheFirstGoesOn() throws Exception {
    ProcessTile first = row(1).at(0, 0);
    first.start();
    first.awaitReady(PATIENCE);
    try (ProcessTile second = new ProcessTile("second", first.home(), Launcher.ofThisProgram())) {
      second.start();

      assertThat(second.awaitExit(PATIENCE)).isEqualTo(1);
    }
    assertThat(Files.readString(first.diary()))
        .contains("another tilecast daemon (pid " + first.pid() + ") runs on " + first.home());
    assertThat(first.report().live()).isEmpty();
  }

  @Test
  void settingsThatAreBrokenAreToldWithLineAndKeyBeforeAnythingStarts() throws Exception {
    ProcessTile tile = row(1).at(0, 0);
    Path settings = tile.home().resolve("tilecast.toml");
    Files.writeString(settings, "group = \"desk\"\n\n[limits]\ntransfers-max = \"four\"\n");

    tile.start();

    assertThat(tile.awaitExit(PATIENCE)).isEqualTo(1);
    assertThat(Files.readString(tile.diary()))
        .contains("tilecast.toml")
        .contains("line 4")
        .contains("transfers-max");
    assertThat(tile.home().resolve("store")).isEmptyDirectory();
  }

  @Test
  void aPortThatIsTakenIsTold() throws Exception {
    ProcessTile tile = row(1).at(0, 0);
    try (ServerSocketChannel taken = ServerSocketChannel.open()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = ((InetSocketAddress) taken.getLocalAddress()).getPort();
      Files.writeString(
          tile.home().resolve("tilecast.toml"),
          "[[link]]\ndirection = \"ET\"\nlisten = \"127.0.0.1:" + port + "\"\n",
          StandardOpenOption.APPEND);

      tile.start();

      assertThat(tile.awaitExit(PATIENCE)).isEqualTo(1);
      assertThat(Files.readString(tile.diary())).contains("127.0.0.1:" + port).contains("in use");
      assertThat(tile.home().resolve("store")).isEmptyDirectory();
    }
  }

  @Test
  void pairedDaemonsReplicateOverTls() throws Exception {
    ProcessGrid row = row(2);
    ProcessTile west = row.at(0, 0);
    ProcessTile east = row.at(1, 0);
    pair(west, "ET", east);
    pair(east, "WT", west);
    row.start();
    row.awaitJoined(PATIENCE);
    Maker.Made made = file(2 << 20);

    assertThat(publish(west, made)).isInstanceOf(Verdict.Live.class);

    assertThat(isLive(east, made)).isTrue();
    assertThat(east.home().resolve("live/demo.mfz")).hasSameBinaryContentAs(made.file());
    // Whether it says "same" by now hangs on the next HELLO.
    Outcome links = Outcome.of("links", "--json", "--home", east.home().toString());
    assertThat(links.out())
        .contains("\"protection\":\"tls\"", "\"neighborKey\":\"" + key(west))
        .doesNotContain("no-daemon", "link-down");
  }

  @Test
  void aDaemonWhoseNeighborHasNotPairedSaysBothKeys() throws Exception {
    ProcessGrid row = row(2);
    ProcessTile west = row.at(0, 0);
    ProcessTile east = row.at(1, 0);
    pair(west, "ET", west.home().resolveSibling("nobody"));
    pair(east, "WT", west);
    row.start();

    TileReport report =
        west.await(
            r -> r.neighbors().get(0).counters().getOrDefault("link_foreign_keys", 0L) > 0,
            "meet a foreign key",
            PATIENCE);

    assertThat(report.neighbors().get(0).alive()).isFalse();
    west.await(r -> r.neighbors().get(0).note().contains(key(east)), "name its key", PATIENCE);
  }

  private static void pair(ProcessTile tile, String direction, ProcessTile neighbor) {
    pair(tile, direction, key(neighbor));
  }

  private static void pair(ProcessTile tile, String direction, Path otherHome) {
    Outcome.of("init", "--home", otherHome.toString());
    pair(tile, direction, key(otherHome));
  }

  private static void pair(ProcessTile tile, String direction, String key) {
    Outcome paired = Outcome.of("links", "pair", direction, key, "--home", tile.home().toString());
    assertThat(paired.err()).isEmpty();
    assertThat(paired.exitCode()).isZero();
  }

  private static String key(ProcessTile tile) {
    return key(tile.home());
  }

  private static String key(Path home) {
    Outcome shown = Outcome.of("links", "pair", "--home", home.toString());
    return shown.out().lines().findFirst().orElseThrow().replaceAll(".* ", "");
  }

  private ProcessGrid row(int tiles) throws Exception {
    ProcessGrid row =
        ProcessGrid.create(
            folder.resolve("grid"),
            tiles,
            1,
            Wiring.SQUARE,
            keys.publicFile(SIGNER),
            "",
            Launcher.ofThisProgram());
    grid = Optional.of(row);
    return row;
  }

  private static void shortenPackets(ProcessTile tile) throws IOException {
    Path settings = tile.home().resolve("tilecast.toml");
    String text = Files.readString(settings);
    Files.writeString(settings, text.replaceAll("(?m)^(connect = .*)$", "$1\nmtu = 255"));
  }

  private Maker.Made file(long bytes) throws Exception {
    return new SignedFile(folder.resolve("maker"), keys, SIGNER, "demo.mfz", bytes)
        .make(1, SignedFile.MEMBERS);
  }

  private static Verdict publish(ProcessTile tile, Maker.Made made) throws IOException {
    Path inbox = tile.home().resolve("inbox");
    Path part = inbox.resolve(".demo.mfz.part");
    Files.copy(made.file(), part);
    Files.move(part, inbox.resolve("demo.mfz"), StandardCopyOption.ATOMIC_MOVE);
    return tile.client().dropped("demo.mfz", PATIENCE, () -> {}).orElseThrow();
  }

  private static boolean isLive(ProcessTile tile, Maker.Made made) throws IOException {
    Version version = made.accepted().version().orElseThrow();
    Question.AwaitLive question =
        new Question.AwaitLive(version.name(), version.stamp(), version.innerDigest(), PATIENCE);
    return tile.client().awaitLive(question, waiting -> {}).get("met").getAsBoolean();
  }

  private static long keptBytes(TileReport report) {
    return report.transfers().stream().mapToLong(TileReport.Transfer::keptBytes).sum();
  }

  /** How much of the file is there: 0 before the transfer has begun, 1 once it is live. */
  private static double share(TileReport report) {
    if (!report.live().isEmpty()) {
      return 1;
    }
    return report.transfers().stream()
        .mapToDouble(transfer -> (double) transfer.verifiedBytes() / transfer.fileLength())
        .max()
        .orElse(0);
  }
}
