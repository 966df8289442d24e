package dev.tilecast.testbed.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.Journal;
import dev.tilecast.testbed.disk.PowerCut;
import dev.tilecast.testbed.disk.Survival;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CrashRunTest {
  private final List<String> violations = new ArrayList<>();
  private final List<CrashLine> lines = new ArrayList<>();

  @Test
  void everyCutOfAPublishAndOfAReceiveEndsWithTheNewestLive() throws Exception {
    CrashLine total =
        run(CrashPlan.everything().withDraws(1).withOnly(List.of("publish", "receive")));

    assertThat(violations).isEmpty();
    assertThat(lines).extracting(CrashLine::story).containsExactly("publish", "receive");
    assertThat(lines).allSatisfy(line -> assertThat(line.disks()).isGreaterThan(200));
    assertThat(total.starts()).isEqualTo(total.disks());
  }

  @Test
  void aRefusedFileIsNeverWithoutItsReason() throws Exception {
    run(CrashPlan.everything().withDraws(1).withOnly(List.of("refuse")));

    assertThat(violations).isEmpty();
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
    Story overtake =
        new Stories(cast, home)
            .all().stream().filter(s -> s.name().equals("overtake")).findFirst().orElseThrow();

    Recording recording = Recording.of(overtake, cast, home);

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
