package dev.tilecast.testbed.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.testbed.disk.PowerCut;
import dev.tilecast.testbed.disk.Survival;
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
