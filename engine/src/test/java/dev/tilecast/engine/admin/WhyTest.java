package dev.tilecast.engine.admin;

import static dev.tilecast.engine.admin.Reports.DEMO;
import static dev.tilecast.engine.admin.Reports.STAMP;
import static dev.tilecast.engine.admin.Reports.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.TileReport.Phase;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import org.junit.jupiter.api.Test;

final class WhyTest {
  @Test
  void saysLiveEverywhereOnlyWhenEveryNeighborHasIt() {
    Reports reports =
        new Reports()
            .live(version(DEMO, STAMP, 1), Direction.SE)
            .neighbor(Direction.ET, true, true, true, "")
            .neighbor(Direction.SE, true, true, false, "");

    Why all = Why.explain(reports.report(), DEMO);
    Why notAll = Why.explain(reports.neighbor(Direction.WT, true, true, false, "").report(), DEMO);

    assertThat(all.state()).isEqualTo(Why.State.LIVE_EVERYWHERE);
    assertThat(all.because())
        .containsExactly(
            "demo.mfz is live here: stamp 2019-01-31T10:17:26Z (1548929846), signed by alpha,"
                + " 2.0 MiB; every neighbor (ET and SE) has it, too.");
    assertThat(notAll.state()).isEqualTo(Why.State.LIVE);
    assertThat(notAll.because())
        .contains("The same version is at ET and SE.")
        .anyMatch(sentence -> sentence.startsWith("WT has not shown yet to hold this version"));
  }

  @Test
  void tellsWhichNeighborIsDownAndWhy() {
    Why why =
        Why.explain(
            new Reports()
                .live(version(DEMO, STAMP, 1))
                .neighbor(Direction.ET, false, false, false, "connection refused")
                .neighbor(Direction.WT, false, false, false, "")
                .neighbor(Direction.NE, true, false, false, "")
                .report(),
            DEMO);

    assertThat(why.state()).isEqualTo(Why.State.LIVE);
    assertThat(why.because())
        .contains(
            "ET is no help now: connection refused.",
            "WT is no help now: its link is down.",
            "NE is no help now: its link is up, but it is not heard.");
  }

  @Test
  void saysThatATileWithoutLinksHasNoNeighbor() {
    Why why = Why.explain(new Reports().live(version(DEMO, STAMP, 1)).report(), DEMO);

    assertThat(why.state()).isEqualTo(Why.State.LIVE);
    assertThat(why.because())
        .contains("This tile has no neighbor: tilecast.toml names no [[link]].");
  }

  @Test
  void tellsHowFarATransferIsFromWhomSinceWhenAndHowFast() {
    Why why =
        Why.explain(
            new Reports().transfer(Phase.CHUNKS, 1, Direction.ET, Direction.SE).report(), DEMO);

    assertThat(why.state()).isEqualTo(Why.State.PULLED);
    assertThat(why.because())
        .containsExactly(
            "demo.mfz, stamp 2019-01-31T10:17:26Z (1548929846), is being pulled from ET and SE"
                + " since 12.0 s; it waits for chunks; 3 of 8 chunks are checked (36 % of 1000 B),"
                + " 59.6 KiB/s now, 120 B kept from before the start,"
                + " 40 B copied from files that are here.");
  }

  @Test
  void tellsAStallAndThatNobodyOffersTheRest() {
    Why why = Why.explain(new Reports().transfer(Phase.CHUNKS, 42_000_000_000L).report(), DEMO);

    assertThat(why.headline())
        .contains("but no neighbor offers it at the moment")
        .endsWith("no good chunk came for 42.0 s.");
  }

  @Test
  void putsATransferBeforeTheOlderLiveVersion() {
    Why why =
        Why.explain(
            new Reports()
                .live(version(DEMO, STAMP - 2, 1))
                .transfer(Phase.HEAD, 0, Direction.ET)
                .report(),
            DEMO);

    assertThat(why.state()).isEqualTo(Why.State.PULLED);
    assertThat(why.because().get(0)).contains("is being pulled");
    assertThat(why.because().get(1)).startsWith("demo.mfz is live here");
  }

  @Test
  void tellsWhyAClaimIsNotPulled() {
    Why why =
        Why.explain(
            new Reports().claim(Direction.ET, "refused: signed by an unknown key").report(), DEMO);

    assertThat(why.state()).isEqualTo(Why.State.CLAIMED);
    assertThat(why.because())
        .containsExactly(
            "ET claims to have stamp 2019-01-31T10:17:26Z (1548929846) of demo.mfz (4.0 KiB):"
                + " refused: signed by an unknown key.");
  }

  @Test
  void tellsARefusalAndWhatToDo() {
    Why why =
        Why.explain(
            new Reports().refused("inbox", Reason.BAD_NAME, "the name is wrong").report(), DEMO);

    assertThat(why.state()).isEqualTo(Why.State.REFUSED);
    assertThat(why.because().get(0))
        .isEqualTo("What came from inbox 3.0 s ago was refused: the name is wrong.");
  }

  @Test
  void tellsTheMarkOfWhatWasLiveOnce() {
    Why why = Why.explain(new Reports().wanted(version(DEMO, STAMP, 1)).report(), DEMO);

    assertThat(why.state()).isEqualTo(Why.State.WANTED);
    assertThat(why.headline()).contains("was live here once and is not now");
  }

  @Test
  void tellsAnEquivocationAndAnActivation() {
    Why why =
        Why.explain(
            new Reports()
                .live(version(DEMO, STAMP, 1))
                .equivocation(version(DEMO, STAMP, 1), "ET")
                .equivocation(version(DEMO, STAMP, 1), "replaced")
                .activation(ActivationState.Phase.RETRYING, 2, "exit code 1")
                .report(),
            DEMO);

    assertThat(why.because())
        .contains("Its activation for stamp 1548929846 is retrying after 2 attempts: exit code 1.")
        .anyMatch(sentence -> sentence.startsWith("Equivocation: ET showed another content"))
        .anyMatch(
            sentence ->
                sentence.startsWith(
                    "Equivocation: the version that was live here before had another content"));
  }

  @Test
  void saysThatNobodyHasAnUnknownName() {
    Why why =
        Why.explain(new Reports().live(version(DEMO, STAMP, 1)).report(), new Name("other.mfz"));

    assertThat(why.state()).isEqualTo(Why.State.UNKNOWN);
    assertThat(why.headline()).startsWith("No neighbor has claimed to have other.mfz");
    assertThat(why.toJson().toString())
        .startsWith("{\"name\":\"other.mfz\",\"state\":\"unknown\",\"because\":[\"No neighbor");
  }
}
