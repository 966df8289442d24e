package dev.tilecast.cli;

import dev.tilecast.engine.admin.AdminServer;
import dev.tilecast.engine.admin.Answers;
import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.FinishedTransfer;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.Presence;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.TileEvent;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TransferPace;
import dev.tilecast.engine.core.TransferSource;
import dev.tilecast.engine.core.TransferWait;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A tile on a desk: a real admin server in a real home, with answers that a test sets. */
final class DeskTile implements Answers, Closeable {
  static final long STAMP = 1548929846L;

  private final Path home;
  private final AdminServer server;
  private final List<LoggedEvent> events = new ArrayList<>();
  private TileReport report = empty();
  private Optional<Verdict> verdict = Optional.empty();
  private String dropped = "";
  private Consumer<Optional<Name>> scrubs = name -> {};

  private DeskTile(Path home) throws IOException {
    this.home = home;
    Files.createDirectories(home.resolve("run"));
    Files.createDirectories(home.resolve("inbox"));
    server = AdminServer.start(home.resolve("run").resolve("admin.sock"), this, Thread::new);
  }

  static DeskTile at(Path home) throws IOException {
    return new DeskTile(home);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  static LiveEntry entry(String name, long stamp) {
    return new LiveEntry(
        new Version(new Name(name), stamp, Bytes.copyOf(new byte[64])),
        Bytes.copyOf(new byte[32]),
        2L << 20,
        "alpha",
        Bytes.copyOf(new byte[64]),
        false);
  }

  static TileReport empty() {
    return report(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  static TileReport live(String name, long stamp) {
    return report(
        List.of(
            new TileReport.Live(
                entry(name, stamp), List.of(Direction.ET), Map.of(), 60_000_000_000L)),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** A report with one of everything. */
  static TileReport busy() {
    return report(
        List.of(
            new TileReport.Live(
                entry("demo.mfz", STAMP), List.of(Direction.ET), Map.of(), 60_000_000_000L)),
        List.of(
            new TileReport.Neighbor(
                Direction.ET,
                Presence.ALIVE,
                90_000_000_000L,
                "",
                Optional.of(new TileReport.Introduced("00112233", "0011", "ffee", 1, 1)),
                255,
                true,
                1_500_000_000L,
                52_000,
                8,
                12,
                64_000,
                0,
                Map.of("packets-in", 5L)),
            new TileReport.Neighbor(
                Direction.WT,
                Presence.LINK_DOWN,
                5_000_000_000L,
                "refused\u001b[31m",
                Optional.empty(),
                255,
                false,
                -1,
                0,
                1,
                0,
                0,
                0,
                Map.of())),
        List.of(
            new TileReport.Transfer(
                Bytes.copyOf(new byte[32]),
                new Name("big.mfz"),
                STAMP,
                Bytes.ofHex("01020304"),
                TileReport.Phase.CHUNKS,
                false,
                1000,
                360,
                120,
                40,
                3,
                8,
                List.of(Direction.ET),
                12_000_000_000L,
                1,
                61_000,
                new TransferPace(
                    TransferWait.BYTES,
                    1_000_000,
                    0,
                    200,
                    8_000_000,
                    List.of(
                        new TransferSource(
                            Direction.ET,
                            true,
                            true,
                            true,
                            0,
                            0,
                            -1,
                            200,
                            1_000_000,
                            61_000,
                            64_000,
                            3,
                            0))))),
        List.of(
            new FinishedTransfer(
                new Name("demo.mfz"),
                STAMP,
                Bytes.ofHex("01020304"),
                2L << 20,
                0,
                0,
                2L << 20,
                36_000_000_000L,
                35_000_000_000L,
                32_000_000_000L,
                List.of(Direction.ET),
                4_000_000_000L)),
        List.of(
            new TileReport.Claim(
                Direction.ET, new Name("odd.mfz"), STAMP, Bytes.ofHex("01"), 4096, "unknown key")),
        List.of(
            new TileReport.Refused(
                "bad.mfz", "inbox", new Refusal(Reason.BAD_NAME, "wrong name"), 3_000_000_000L)),
        List.of(
            new ActivationState(
                new Name("demo.mfz"), STAMP, "00", ActivationState.Phase.DONE, 1, "exit 0")));
  }

  /** A tile that has refused a file which somebody dropped under {@code name}. */
  static TileReport refusing(String name, String text) {
    Refusal refusal = new Refusal(Reason.BAD_NAME, text);
    return report(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(new TileReport.Refused(name, "inbox", refusal, 3_000_000_000L)),
        List.of());
  }

  /** A tile that has read its one file as often as {@code counters} say. */
  static TileReport scrubbed(Map<String, Long> counters, TileReport.Rotten... rotten) {
    TileReport report = live("demo.mfz", STAMP);
    return new TileReport(
        report.tileId(),
        report.bootId(),
        report.group(),
        report.upNanos(),
        report.catalogRoot(),
        report.live(),
        report.neighbors(),
        report.transfers(),
        report.finished(),
        report.claims(),
        report.refusals(),
        report.equivocations(),
        report.wanted(),
        new TileReport.Scrub(List.of(), List.of(rotten)),
        report.activations(),
        report.signers(),
        counters);
  }

  private static TileReport report(
      List<TileReport.Live> live,
      List<TileReport.Neighbor> neighbors,
      List<TileReport.Transfer> transfers,
      List<FinishedTransfer> finished,
      List<TileReport.Claim> claims,
      List<TileReport.Refused> refusals,
      List<ActivationState> activations) {
    return new TileReport(
        "000102030405060708090a0b0c0d0e0f",
        "0011223344556677",
        "desk",
        5_000_000_000L,
        "1a2b3c4d5e6f",
        live,
        neighbors,
        transfers,
        finished,
        claims,
        refusals,
        List.of(),
        List.of(),
        TileReport.Scrub.CALM,
        activations,
        Map.of("alpha", List.of("*.mfz")),
        Map.of("steps", 7L));
  }

  synchronized void publish(TileReport next) {
    report = next;
    notifyAll();
  }

  synchronized void judge(Verdict next) {
    verdict = Optional.of(next);
  }

  synchronized void log(String text) {
    TileEvent event = new TileEvent(TileEvent.Kind.LIVE, "", text);
    events.add(new LoggedEvent(events.size() + 1, "2026-01-01T00:00:00Z", event));
  }

  synchronized String dropped() {
    return dropped;
  }

  Path inbox() {
    return home.resolve("inbox");
  }

  @Override
  public synchronized TileReport report() {
    return report;
  }

  @Override
  public synchronized List<LoggedEvent> events(long afterId, int limit) {
    List<LoggedEvent> after = events.stream().filter(event -> event.id() > afterId).toList();
    return after.subList(Math.max(0, after.size() - limit), after.size());
  }

  @Override
  public synchronized Optional<Verdict> dropped(String fileName, Duration timeout) {
    dropped = fileName;
    return verdict;
  }

  @Override
  public synchronized void scrub(Optional<Name> name) {
    scrubs.accept(name);
  }

  /** What asking for a scrub does. */
  synchronized void onScrub(Consumer<Optional<Name>> does) {
    scrubs = does;
  }

  @Override
  public synchronized boolean await(Predicate<TileReport> until, Duration timeout)
      throws InterruptedException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    while (!until.test(report)) {
      long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        return false;
      }
      wait(leftMillis);
    }
    return true;
  }
}
