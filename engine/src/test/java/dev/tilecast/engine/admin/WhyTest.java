package dev.tilecast.engine.admin;

import static dev.tilecast.engine.admin.Reports.DEMO;
import static dev.tilecast.engine.admin.Reports.STAMP;
import static dev.tilecast.engine.admin.Reports.part;
import static dev.tilecast.engine.admin.Reports.version;
import static dev.tilecast.engine.admin.Reports.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.TileReport.Phase;
import dev.tilecast.engine.core.TransferPace;
import dev.tilecast.engine.core.TransferSource;
import dev.tilecast.engine.core.TransferWait;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
  void tellsWhoHasRefusedTheLiveVersionAndWhy() {
    Why why =
        Why.explain(
            new Reports()
                .live(version(DEMO, STAMP, 1), Map.of(Direction.WT, Reason.UNKNOWN_SIGNER), 1)
                .neighbor(Direction.ET, true, true, false, "")
                .neighbor(Direction.WT, true, true, false, "")
                .report(),
            DEMO);

    assertThat(why.state()).isEqualTo(Why.State.LIVE);
    assertThat(why.because())
        .contains("WT has refused it: unknown signer. Ask tilecast why demo.mfz there.")
        .anyMatch(sentence -> sentence.startsWith("ET has not shown yet to hold this version"))
        .noneMatch(sentence -> sentence.contains("perhaps"));
  }

  @Test
  void whoHasANewerVersionIsSaidToHaveIt() {
    Why why =
        Why.explain(
            new Reports()
                .live(version(DEMO, STAMP - 10, 1))
                .neighbor(Direction.ET, true, true, false, "")
                .claim(Direction.ET, "being pulled")
                .report(),
            DEMO);

    assertThat(why.because())
        .contains("ET claims a newer version.")
        .noneMatch(sentence -> sentence.contains("has not shown yet"));
  }

  @Test
  void whatWasRefusedBeforeTheLiveVersionCameIsNotToldAnyMore() {
    Reports old = new Reports().live(version(DEMO, STAMP, 1), Map.of(), 2_000_000_000L);
    Reports young = new Reports().live(version(DEMO, STAMP, 1), Map.of(), 4_000_000_000L);
    old.refused("inbox", Reason.NO_SPACE, "there was no room");
    young.refused("inbox", Reason.OLDER, "it is older");

    assertThat(Why.explain(old.report(), DEMO).because())
        .noneMatch(sentence -> sentence.contains("there was no room"));
    assertThat(Why.explain(young.report(), DEMO).because())
        .anyMatch(sentence -> sentence.contains("it is older"));
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
    assertThat(why.because()).contains("This tile has no neighbor: tilecast.toml names no link.");
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
                + " for 12.0 s now; it waits for bytes that it has asked for; 3 of 8 chunks are checked"
                + " (36 % of 1000 B), 120 B kept from before the start,"
                + " 40 B copied from files that are here.",
            "It comes at 78.1 KiB/s, 62 % of the 125.0 KiB/s that its sources have kept up; the"
                + " rest needs 8.0 ms at this rate. At the measured rates the whole takes 16.0 ms,"
                + " its bound.",
            "ET has all of it; 200 B came from it, 39.1 KiB/s now, the last 100.0 ms ago; it has"
                + " kept up 62.5 KiB/s; asked for 12 packets.",
            "SE has all of it; 200 B came from it, 39.1 KiB/s now, the last 100.0 ms ago; it has"
                + " kept up 62.5 KiB/s; asked for 12 packets.");
  }

  @Test
  void tellsAStallAndThatNobodyOffersTheRest() {
    Why why = Why.explain(new Reports().transfer(Phase.CHUNKS, 42_000_000_000L).report(), DEMO);

    assertThat(why.headline())
        .contains("but no neighbor offers it at the moment")
        .contains("parked; it waits for a neighbor that offers it, for 42.0 s;");
    assertThat(why.because()).anyMatch(sentence -> sentence.endsWith("tilecast neighbors."));
  }

  @Test
  void tellsWhatAParkedTransferWaitsForAndWhatToDo() {
    Map<TransferWait, String> advice =
        Map.of(
            TransferWait.SILENT, "tilecast neighbors.",
            TransferWait.TRUST, "tilecast keys add FILE and tilecast keys allow",
            TransferWait.DISK, "it is tried again by itself.",
            TransferWait.ROOM, "Free disk space",
            TransferWait.OBJECTION, "told below, with the claim.");

    advice.forEach(
        (wait, words) -> {
          TransferPace pace = new TransferPace(wait, 0, 7_000_000_000L, 200, 0, List.of());
          Why why = Why.explain(new Reports().transfer(DEMO, Phase.CHUNKS, 0, pace).report(), DEMO);

          assertThat(why.headline())
              .contains("waits for " + wait.words() + ", in 7.0 s at the latest")
              .doesNotContain("no neighbor offers it");
          assertThat(why.because()).anyMatch(sentence -> sentence.contains(words));
        });
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
    assertThat(why.because().get(1)).startsWith("ET has all of it");
    assertThat(why.because().get(2)).startsWith("demo.mfz is live here");
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
  void tellsOfASealThatWasRefusedWhoAsksForItsFile() {
    Reports reports = new Reports();
    reports.refused("demo.mfz.seal", "inbox", Reason.NOT_AS_CLAIMED, "it lay there alone");

    Why why = Why.explain(reports.report(), DEMO);

    assertThat(why.state()).isEqualTo(Why.State.REFUSED);
    assertThat(why.because()).anyMatch(sentence -> sentence.endsWith("it lay there alone."));
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
    Why why =
        Why.explain(
            new Reports().wanted(version(DEMO, STAMP, 1), "What lay there is in refused/").report(),
            DEMO);

    assertThat(why.state()).isEqualTo(Why.State.WANTED);
    assertThat(why.headline())
        .contains("was live here once and is not now")
        .endsWith("What lay there is in refused/.");
  }

  @Test
  void tellsAnEquivocationAndAnActivation() {
    Why why =
        Why.explain(
            new Reports()
                .live(version(DEMO, STAMP, 1))
                .equivocation(version(DEMO, STAMP, 1), "ET")
                .equivocation(version(DEMO, STAMP, 1), "replaced")
                .equivocation(version(DEMO, STAMP, 1), "inbox")
                .activation(ActivationState.Phase.RETRYING, 2, "exit code 1")
                .report(),
            DEMO);

    assertThat(why.because())
        .contains("Its activation for stamp 1548929846 is retrying after 2 attempts: exit code 1.")
        .anyMatch(sentence -> sentence.startsWith("Equivocation: ET showed another content"))
        .anyMatch(
            sentence ->
                sentence.startsWith("Equivocation: another content was dropped into the inbox"))
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

  private static Why whyWaiting(TransferWait wait, long nanos, TransferSource... sources) {
    TransferPace pace = new TransferPace(wait, nanos, 0, 200, 16_000_000_000L, List.of(sources));
    Direction[] from = Stream.of(sources).map(TransferSource::direction).toArray(Direction[]::new);
    Reports reports = new Reports();
    TransferPace other = new TransferPace(TransferWait.BYTES, 0, 0, 0, 0, List.of());
    reports.transfer(new Name("other.mfz"), Phase.CHUNKS, 0, other, Direction.NW);
    return Why.explain(reports.transfer(DEMO, Phase.CHUNKS, 0, pace, from).report(), DEMO);
  }

  @Test
  void tellsHowMuchASourceThatStreamsHoldsAndThatTheCauseLiesBehindIt() {
    Why why =
        whyWaiting(TransferWait.GAIN, 7_000_000_000L, part(Direction.ET, 5, 0, 6_000_000_000L));

    assertThat(why.headline())
        .contains("it waits for its sources to hold more than this tile, for 7.0 s;");
    assertThat(why.because())
        .contains(
            "It comes at 0 B/s; nobody can deliver more of it now. At the measured rates the whole"
                + " takes 16.0 s, its bound.",
            "ET pulls it, too: it holds 5 of 8 chunks, none of them lacking here, and gained one"
                + " 6.0 s ago; it has kept up 62.5 KiB/s.")
        .anyMatch(sentence -> sentence.startsWith("What is slow lies behind ET: ask tilecast why"));
  }

  @Test
  void callsATransferSlowThatHasBeenFasterOrIsSilent() {
    Why slow = whyWaiting(TransferWait.BYTES, 1, whole(Direction.ET, 200, 8_000));
    Why fast = whyWaiting(TransferWait.BYTES, 1, whole(Direction.ET, 200, 60_000));
    Why silent = whyWaiting(TransferWait.BYTES, 9_000_000_000L, whole(Direction.ET, 200, 0));
    Why starved = whyWaiting(TransferWait.BYTES, 1, part(Direction.ET, 5, 1, 400_000_000L));

    assertThat(slow.because())
        .anyMatch(s -> s.startsWith("It comes at 7.8 KiB/s, 12 % of the 62.5 KiB/s"))
        .anyMatch(s -> s.startsWith("Its links have been faster: MFM may take them"));
    assertThat(fast.because()).noneMatch(s -> s.startsWith("Its links have been faster"));
    assertThat(silent.headline()).contains("none of which came for 9.0 s");
    assertThat(silent.because())
        .anyMatch(s -> s.startsWith("ET is heard but delivers nothing: a tile that is frozen"));
    assertThat(starved.because())
        .anyMatch(s -> s.startsWith("It comes no faster than its sources themselves gain it"));
  }

  @Test
  void tellsOfEachWaitWhatItIs() {
    for (TransferWait wait : TransferWait.values()) {
      Why why = whyWaiting(wait, 0, whole(Direction.ET, 0, 0));

      assertThat(why.headline()).contains("; it waits for " + wait.words() + ";");
    }
    assertThat(whyWaiting(TransferWait.SLOT, 0, whole(Direction.ET, 0, 0)).because())
        .anyMatch(sentence -> sentence.startsWith("These run: other.mfz."));
  }

  @Test
  void tellsTheScoreOfTheTransferThatMadeItLive() {
    Reports reports = new Reports().live(version(DEMO, STAMP, 1));
    Why bounded = Why.explain(reports.finished(32_000_000_000L, Direction.ET).report(), DEMO);
    Why unbounded =
        Why.explain(
            new Reports().live(version(DEMO, STAMP, 1)).finished(0, Direction.ET).report(), DEMO);
    Why other =
        Why.explain(
            new Reports().live(version(DEMO, STAMP + 2, 1)).finished(1, Direction.ET).report(),
            DEMO);

    assertThat(bounded.because())
        .contains("It was pulled in 36.0 s from ET; its bound was 32.0 s, its score is 1.13.");
    assertThat(unbounded.because())
        .contains(
            "It was pulled in 36.0 s from ET, without a score: too few bytes came to measure its"
                + " links.");
    assertThat(other.because()).noneMatch(sentence -> sentence.startsWith("It was pulled"));
  }
}
