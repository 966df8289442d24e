package dev.tilecast.testbed.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.store.Store;
import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.Journal;
import dev.tilecast.testbed.disk.PowerCut;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import dev.tilecast.testbed.disk.Survival;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CrashRunTest {
  private final List<String> violations = new ArrayList<>();
  private final List<CrashLine> lines = new ArrayList<>();

  @Test
  void everyCutOfAPublishAndOfAReceiveEndsWithTheNewestLive() throws Exception {
    CrashLine total =
        run(CrashPlan.everything().withDraws(1).withOnly(List.of("publish", "receive")));

    assertThat(violations).isEmpty();
    assertThat(lines).extracting(CrashLine::story).containsExactly("publish", "receive");
    assertThat(lines).allSatisfy(line -> assertThat(line.disks()).isGreaterThan(100));
    assertThat(total.starts()).isEqualTo(total.disks());
  }

  @Test
  void aRefusedFileIsNeverWithoutItsReason() throws Exception {
    run(CrashPlan.everything().withDraws(1).withOnly(List.of("refuse")));

    assertThat(violations).isEmpty();
  }

  @Test
  void whatWasDoneBeforeAKillAndNotSyncedIsNotPromised() throws Exception {
    run(CrashPlan.everything().withDraws(1).withOnly(List.of("killed")));

    assertThat(violations).isEmpty();
  }

  @Test
  void aFullDiskLosesNothingAndDoesNotLockTheHome() throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);
    Story publish = new Stories(cast, home).publish();
    int count = Recording.of(publish, cast, home).journal().size();

    for (int from = 0; from < count; from += 4) {
      Recording full = Recording.of(Stories.suffering(publish, Ailment.FULL, from), cast, home);

      assertThat(full.promises()).extracting(Recording.Promise::version).contains(cast.small1);
      try (Trial trial = new Trial(full, cast)) {
        PowerCut end = new PowerCut(full.journal().size(), 0, Survival.LOST, 0);
        trial.run(end.image(publish.start(), full.journal()), List.of(cast.small1), false);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"receive", "beside"})
  void whatTheDiskHasFailedToKeepIsWrittenAnew(String name) throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);

    List<String> synced = ailsAtEachSync(named(cast, home, name), cast, home, Ailment.UNSYNCED);

    assertThat(synced)
        .anyMatch(path -> path.endsWith(".part"))
        .anyMatch(path -> path.startsWith("/tile/marks/"))
        .anyMatch(path -> path.endsWith("tile.mv.db"));
  }

  /** The sync has failed each time, and nobody lives to hear of it. */
  @Test
  void whatWasBeingSyncedWhenTheTileWasKilledIsNotBelieved() throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);

    List<String> synced = ailsAtEachSync(named(cast, home, "beside"), cast, home, Ailment.KILLED);

    assertThat(synced).anyMatch(path -> path.endsWith(".part"));
  }

  /** A file that waits long for its promotion must not be copied at each start. */
  @Test
  void theWordOfASyncGoesWithIt() throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);
    Recording recording = Recording.of(named(cast, home, "beside"), cast, home);
    List<String> done =
        recording.journal().stream()
            .map(entry -> entry.operation().getClass().getSimpleName() + " " + entry.path())
            .map(words -> words.replaceAll("/[0-9a-f]{64}", "/ID"))
            .toList();

    assertThat(done)
        .containsSubsequence(
            "Create /tile/staging/ID.syncing",
            "Force /tile/staging/ID.part",
            "Unlink /tile/staging/ID.syncing",
            "Rename /tile/staging/ID.part to /tile/live/large.mfz");
  }

  @Test
  void whatWasJustCopiedIntoLiveIsWrittenAnewWhereItsSyncFails() throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);
    Path live = Path.of("live", cast.small1.name().text());
    Story copied =
        Story.alone("copied", home, List.of(cast.small1))
            .on(
                Story.Machine.USUAL.afterKill(
                    root ->
                        Files.write(
                            root.resolve(live.toString()), cast.small1.content().toArray())));

    List<String> synced = ailsAtEachSync(copied, cast, home, Ailment.UNSYNCED);

    assertThat(synced).contains("/tile/" + live);
  }

  /**
   * Tells the story once for each sync of a file, which fails, and cuts the power at its end.
   *
   * @return the paths of what was to be synced
   */
  private static List<String> ailsAtEachSync(Story story, Cast cast, Disk home, Ailment ailment)
      throws Exception {
    Recording healthy = Recording.of(story, cast, home);
    List<Integer> syncs = Ailment.UNSYNCED.operations(healthy.journal());

    for (int sync : syncs) {
      Recording ailing = Recording.of(Stories.suffering(story, ailment, sync), cast, home);

      try (Trial trial = new Trial(ailing, cast)) {
        int all = ailing.journal().size();
        PowerCut end = new PowerCut(all, 0, Survival.LOST, 0);
        trial.run(end.image(story.start(), ailing.journal()), ailing.promisedBy(all), false);
      }
    }
    return syncs.stream().map(sync -> healthy.journal().get(sync).path()).toList();
  }

  /** The first sync of these is that of a live file that a start finds, or has to move aside. */
  @ParameterizedTest
  @ValueSource(strings = {"mark", "killed", "aside"})
  void whatAStartCannotSyncIsWrittenAnewAndArchivesNothingRotten(String name) throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);
    Recording healthy = Recording.of(named(cast, home, name), cast, home);
    int first = Ailment.UNSYNCED.operations(healthy.journal()).get(0);
    String ailing = Ailment.UNSYNCED.nameOf(name, first);

    run(CrashPlan.everything().withDraws(1).withOnly(List.of(ailing)));

    assertThat(violations).isEmpty();
  }

  @Test
  void oneCutOnAFullDiskCanBeTriedAlone() throws Exception {
    PowerCut cut = new PowerCut(12, 0, Survival.LOST, 0);

    run(CrashPlan.everything().withOnly(List.of("publish@12")).withCuts(List.of(cut)));

    assertThat(violations).isEmpty();
    assertThat(lines).singleElement().returns("publish@12", CrashLine::story);
  }

  @Test
  void aSmallDiskForgetsTheOldestOfItsArchive() throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);

    Recording recording = Recording.of(named(cast, home, "archive"), cast, home);

    assertThat(recording.journal().stream().map(Journal.Entry::words))
        .contains("unlink, /tile/archive/small.mfz");
  }

  @Test
  void theDatabaseWritesBetweenTwoSyncsToo() throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);
    Story behind = named(cast, home, "behind");

    assertThat(leftUnsynced(Recording.of(behind.on(Story.Machine.USUAL), cast, home))).isZero();
    assertThat(leftUnsynced(Recording.of(behind, cast, home))).isPositive();
  }

  /** How often the tile went on to other files while the store had writes that were not synced. */
  private static int leftUnsynced(Recording recording) {
    int left = 0;
    boolean written = false;
    for (Journal.Entry entry : recording.journal()) {
      if (!entry.words().endsWith("tile.mv.db")) {
        left += written ? 1 : 0;
        written = false;
      } else {
        written = entry.words().startsWith("write");
      }
    }
    return left;
  }

  private static Story named(Cast cast, Disk home, String name) throws Exception {
    return new Stories(cast, home)
        .all().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aRowThatIsMissingAndOneThatIsLeftAreViolations() throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);
    Recording recording = Recording.of(new Stories(cast, home).publish(), cast, home);
    Disk live = Homes.withLive(home, cast.small1);
    Disk intent =
        Homes.edited(
            live,
            root -> {
              try (Store store = Store.open(root.resolve("store"), InstantSource.system())) {
                store.commit(List.of(new Save.Intent(cast.other.version())));
              }
            });

    try (Trial trial = new Trial(recording, cast)) {
      trial.rowsAsLeft(live, List.of(cast.small1));
      assertThatThrownBy(() -> trial.rowsAsLeft(live, List.of(cast.small2)))
          .hasMessageContaining("was said to be live; its row says small.mfz stamp");
      assertThatThrownBy(() -> trial.rowsAsLeft(live, List.of(cast.other)))
          .hasMessageContaining("its row says no");
    }
    RecordingFileSystem left = new RecordingFileSystem(intent, Homes.CAPACITY_BYTES);
    assertThatThrownBy(
            () ->
                new Checks(recording.story(), cast, Homes.root(left))
                    .rowsOfStart(reportOf(live.copy())))
        .hasMessageContaining("intents are left");
  }

  private static TileReport reportOf(Disk disk) throws Exception {
    RecordingFileSystem fileSystem = new RecordingFileSystem(disk, Homes.CAPACITY_BYTES);
    try (VirtualTile tile =
        VirtualTile.start(Homes.root(fileSystem), new VirtualTime(), Optional.empty(), 1)) {
      return tile.report();
    }
  }

  @Test
  void oneCutAndOneOfTheStartAfterItCanBeTriedAlone() throws Exception {
    PowerCut first = new PowerCut(20, 0, Survival.KEPT, 0);
    PowerCut second = new PowerCut(3, 0, Survival.LOST, 0);

    run(CrashPlan.everything().withOnly(List.of("publish")).withCuts(List.of(first, second)));

    assertThat(violations).isEmpty();
    assertThat(lines).singleElement().extracting(CrashLine::starts).isEqualTo(1);
  }

  @Test
  void aStoryOrCutThatDoesNotExistIsSaidInWords() {
    CrashPlan publish = CrashPlan.everything().withOnly(List.of("publish"));
    PowerCut late = new PowerCut(999_999, 0, Survival.KEPT, 0);

    assertThatThrownBy(() -> CrashPlan.everything().withOnly(List.of("fly")))
        .hasMessageContaining("stories [fly]")
        .hasMessageContaining("publish");
    assertThatThrownBy(() -> CrashPlan.everything().withCuts(List.of(late)))
        .hasMessageContaining("a cut is one of a story");
    assertThatThrownBy(() -> run(publish.withCuts(List.of(late))))
        .hasMessageContaining("no cut 999999/kept");
  }

  @Test
  void everyStoryIsToldUnderItsName() throws Exception {
    Cast cast = new Cast();

    assertThat(new Stories(cast, Homes.fresh(cast.key)).all())
        .extracting(Story::name)
        .containsExactlyElementsOf(Stories.NAMES);
  }

  @Test
  void theNewerVersionComesInTheMiddleOfTheFirst() throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);

    Recording recording = Recording.of(named(cast, home, "overtake"), cast, home);

    assertThat(recording.promises())
        .extracting(Recording.Promise::version)
        .containsExactly(cast.large2);
    assertThat(recording.journal().stream().map(Journal.Entry::words))
        .anyMatch(words -> words.matches("unlink, /tile/staging/.*[.]part"));
  }

  @Test
  void aTornFileAndALostPromiseAreViolations() throws Exception {
    Cast cast = new Cast();
    Disk home = Homes.fresh(cast.key);
    Recording recording = Recording.of(new Stories(cast, home).publish(), cast, home);
    Disk live = Homes.withLive(home, cast.small1);
    byte[] half = cast.small1.content().prefix(10_000).toArray();
    Disk torn = Homes.edited(live, root -> Files.write(root.resolve("live/small.mfz"), half));

    try (Trial trial = new Trial(recording, cast)) {
      assertThat(trial.run(live, List.of(cast.small1), true).restarted()).isFalse();
      assertThatThrownBy(() -> trial.run(torn, List.of(), false))
          .hasMessageContaining("small.mfz (10000 bytes) is no whole published file");
      assertThatThrownBy(() -> trial.run(live.copy(), List.of(cast.small2), false))
          .hasMessageContaining("was acknowledged; live is small.mfz stamp");
      assertThatThrownBy(() -> trial.run(home.copy(), List.of(), false))
          .hasMessageContaining("the dropped small.mfz is in neither inbox, live nor refused");
    }
  }

  private CrashLine run(CrashPlan plan) throws Exception {
    return CrashRun.run(
        plan,
        line -> {
          synchronized (lines) {
            lines.add(line);
          }
        },
        text -> {
          synchronized (violations) {
            violations.add(text);
          }
        });
  }
}
