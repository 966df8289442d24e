package dev.tilecast.testbed.storm;

import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.mfz.Inspector;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessGrid;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.SignedFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** One grid from its first start through the storm to its last stop. Belongs to one thread. */
final class Trial {
  private static final Duration START_MAX = Duration.ofMinutes(2);

  /** A lack of room is put to the test again after 60 s, silence is noticed after 30 s. */
  private static final Duration CALM_MAX = Duration.ofMinutes(3);

  /** Longer than a start and shorter than what a name can wait between two of its publishes. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private static final long CALM_LOOK_MILLIS = 200;
  private static final long FILE_LOOK_MILLIS = 25;
  private static final long REPORT_LOOK_MILLIS = 300;
  private static final int MISSING_TOLD_MAX = 20;

  private final StormPlan plan;
  private final Launcher launcher;
  private final List<ProcessTile> tiles;
  private final ProcessGrid grid;
  private final List<Cable> cables;
  private final Optional<TinyDisk> disk;
  private final Teller teller;
  private final Violations violations;
  private final Tally tally = new Tally();
  private final Ledger ledger = new Ledger();
  private final Floors floors = new Floors();
  private final Calm calm;

  Trial(
      StormPlan plan,
      Launcher launcher,
      ProcessGrid grid,
      List<Cable> cables,
      Optional<TinyDisk> disk,
      Calm.Room room,
      Teller teller,
      Violations violations) {
    this.plan = plan;
    this.launcher = launcher;
    this.grid = grid;
    this.tiles = grid.tiles();
    this.cables = List.copyOf(cables);
    this.disk = disk;
    this.teller = teller;
    this.violations = violations;
    this.calm = new Calm(tiles, plan.tinyTile(), room, ledger);
  }

  /**
   * Goes through all of it.
   *
   * @param files what is published, not made yet: a list of versions for each name, and the last
   *     one of files whose names are used once
   */
  void run(List<IntFunction<SignedFile>> files, Inspector inspector)
      throws IOException, InterruptedException, ExpectationException {
    StormClock watching = new StormClock();
    Watch watch = new Watch(tiles, ledger, floors, violations, tally);
    Crew watchers = new Crew(violations);
    List<Keeper> keepers = begin();
    watchers.start("the watch on files", () -> look(watching, FILE_LOOK_MILLIS, watch::atFiles));
    watchers.start(
        "the watch on reports", () -> look(watching, REPORT_LOOK_MILLIS, watch::atReports));
    storm(keepers, files);
    List<String> lacks = becomeCalm(keepers);
    watching.end();
    watchers.join();
    Aftermath aftermath = new Aftermath(tiles, plan.tinyTile(), ledger, violations);
    List<Published> live = aftermath.requireSameBytes(inspector);
    teller.tell("stopped", "all daemons, by SIGTERM, in " + InWords.span(aftermath.stop()));
    aftermath.requireNoFaults();
    sumUp(live, lacks);
  }

  private List<Keeper> begin() throws IOException, InterruptedException, ExpectationException {
    long startNanos = System.nanoTime();
    List<Keeper> keepers = new ArrayList<>();
    for (int i = 0; i < tiles.size(); i++) {
      keepers.add(new Keeper(tiles.get(i), i == plan.tinyTile(), violations, tally));
      keepers.get(i).start();
    }
    grid.awaitJoined(START_MAX);
    teller.tell("joined", "all daemons, after " + InWords.span(System.nanoTime() - startNanos));
    return keepers;
  }

  private interface Look {
    void once() throws IOException;
  }

  private static void look(StormClock clock, long gapMillis, Look look)
      throws IOException, InterruptedException {
    do {
      look.once();
    } while (clock.pause(gapMillis));
  }

  private void storm(List<Keeper> keepers, List<IntFunction<SignedFile>> files)
      throws IOException, InterruptedException {
    Schedule schedule = Schedule.draw(plan, cables.size(), files.size() - 1);
    teller.tell(
        "schedule",
        schedule.count()
            + " strikes drawn from seed "
            + plan.seed()
            + ": the same ones each time; when they meet what is this machine's affair");
    List<Publisher> publishers = new ArrayList<>();
    for (IntFunction<SignedFile> file : files) {
      publishers.add(
          new Publisher(
              file,
              tiles,
              plan.tinyTile(),
              launcher,
              ledger,
              floors,
              violations,
              tally,
              ANSWER_MAX));
    }
    long millis =
        new Weather(schedule, violations, tally)
            .rage(keepers, cables, publishers, disk, this::tellMinute);
    teller.tell(
        "storm",
        "over after " + InWords.span(TimeUnit.MILLISECONDS.toNanos(millis)) + ", all of it");
    if (tally.of(Tally.Count.ACKNOWLEDGED) == 0) {
      violations.add("no publish was acknowledged: this machine is too slow to prove anything");
    }
    for (Cable cable : cables) {
      cable.mend();
    }
    if (disk.isPresent()) {
      disk.get().empty();
    }
  }

  private void tellMinute(long minute) {
    teller.tell(
        "minute " + minute,
        tally.of(Tally.Count.KILLS)
            + " kills, "
            + (tally.of(Tally.Count.CUTS) + tally.of(Tally.Count.STALLS))
            + " links broken, "
            + tally.of(Tally.Count.MADE)
            + " versions made, "
            + tally.of(Tally.Count.ACKNOWLEDGED)
            + " publishes acknowledged, "
            + tally.of(Tally.Count.LIVE_CHANGES)
            + " changes in live/, "
            + violations.count()
            + " violations");
  }

  /**
   * Everything is mended; whoever has ended by itself before is started for the last time.
   *
   * @return what the tiny disk has no room for, in the words of its tile
   */
  private List<String> becomeCalm(List<Keeper> keepers)
      throws IOException, InterruptedException, ExpectationException {
    long startNanos = System.nanoTime();
    for (Keeper keeper : keepers) {
      keeper.requireRunning();
      keeper.start();
    }
    StormClock clock = new StormClock();
    List<String> missing;
    do {
      clock.pause(CALM_LOOK_MILLIS);
      missing = calm.missing();
    } while (!missing.isEmpty() && clock.millis() < CALM_MAX.toMillis());
    for (Keeper keeper : keepers) {
      keeper.requireRunning();
    }
    if (!missing.isEmpty()) {
      String late = InWords.span(CALM_MAX.toNanos()) + " after all was mended, ";
      missing.stream().limit(MISSING_TOLD_MAX).forEach(text -> violations.add(late + text));
      return List.of();
    }
    teller.tell(
        "calm",
        "everybody agrees and nothing is open, "
            + InWords.span(System.nanoTime() - startNanos)
            + " after all was mended");
    return calm.lacksOnTiny(tiles.get(0).report(), tiles.get(plan.tinyTile()).report());
  }

  private void sumUp(List<Published> live, List<String> lacks) {
    teller.tell(
        "kills",
        tally.of(Tally.Count.KILLS)
            + " times kill -9, of these "
            + tally.of(Tally.Count.KILLS_IN_TRANSFER)
            + " with a file in staging, "
            + tally.of(Tally.Count.KILLS_IN_PROMOTION)
            + " right after a rename into live/, "
            + tally.of(Tally.Count.KILLS_IN_START)
            + " shortly after a start");
    teller.tell(
        "links", tally.of(Tally.Count.CUTS) + " cuts, " + tally.of(Tally.Count.STALLS) + " stalls");
    teller.tell("databases", tally.of(Tally.Count.DATABASES_DELETED) + " deleted");
    teller.tell(
        "tiny disk",
        tally.of(Tally.Count.FILLS)
            + " times filled by somebody else; its daemon refused "
            + tally.of(Tally.Count.REFUSED_FOR_ROOM)
            + " publishes and stopped "
            + tally.of(Tally.Count.STOPS_FOR_ROOM)
            + " times for lack of room");
    teller.tell(
        "published",
        tally.of(Tally.Count.MADE)
            + " versions: "
            + tally.of(Tally.Count.INBOX)
            + " renamed into an inbox, "
            + tally.of(Tally.Count.ACKNOWLEDGED)
            + " acknowledged, "
            + tally.of(Tally.Count.NOT_ANSWERED)
            + " without an answer, "
            + tally.of(Tally.Count.REPEATED)
            + " times an old one again ("
            + tally.of(Tally.Count.REFUSED_OLD)
            + " refused)");
    teller.tell(
        "watched",
        tally.of(Tally.Count.LIVE_CHANGES)
            + " changes in live/, "
            + InWords.bytes(tally.of(Tally.Count.BYTES_HASHED))
            + " hashed, "
            + tally.of(Tally.Count.REPORTS)
            + " reports read");
    teller.tell(
        "live",
        live.stream()
                .filter(published -> published.index() > 1)
                .map(published -> published.name() + " version " + published.index())
                .collect(Collectors.joining(", "))
            + ", and "
            + live.stream().filter(published -> published.index() == 1).count()
            + " names that had one version");
    teller.tell(
        "bytes",
        InWords.bytes(live.stream().mapToLong(Published::fileLength).sum())
            + " of live files, the same on "
            + (tiles.size() - 1)
            + " tiles and on the tiny disk where they fit");
    lacks.forEach(text -> teller.tell("lacking", text));
    teller.tell("violations", Integer.toString(violations.count()));
  }
}
