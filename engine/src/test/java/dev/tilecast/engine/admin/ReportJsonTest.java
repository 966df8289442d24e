package dev.tilecast.engine.admin;

import static dev.tilecast.engine.admin.Reports.DEMO;
import static dev.tilecast.engine.admin.Reports.STAMP;
import static dev.tilecast.engine.admin.Reports.version;
import static java.util.Optional.empty;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.TileEvent;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TransferPace;
import dev.tilecast.engine.core.TransferWait;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportJsonTest {
  private static TileReport full() {
    return new Reports()
        .live(version(DEMO, STAMP, 1), Direction.ET)
        .neighbor(Direction.ET, true, true, true, "")
        .neighbor(Direction.WT, false, false, false, "\"no\" route\n")
        .transfer(TileReport.Phase.INSPECTION, 3, Direction.ET, Direction.NW)
        .transfer(
            DEMO,
            TileReport.Phase.CHUNKS,
            3,
            new TransferPace(
                TransferWait.PROMOTION_AGAIN,
                1,
                2,
                3,
                4,
                List.of(Reports.whole(Direction.ET, 0, 0), Reports.part(Direction.NW, 5, 1, 7L))),
            Direction.ET)
        .finished(32_000_000_000L, Direction.ET, Direction.NW)
        .finished(0)
        .claim(Direction.ET, "asked next")
        .refused("ET", Reason.UNKNOWN_SIGNER, "who?")
        .equivocation(version(DEMO, STAMP, 1), "ET")
        .wanted(version(DEMO, Long.MAX_VALUE, 255), "it lies elsewhere")
        .activation(ActivationState.Phase.DONE, 1, "exit code 0")
        .report();
  }

  @Test
  void aReportComesBackAsItWas() {
    String line = ReportJson.write(full()).toString();

    assertThat(ReportJson.read(JsonParser.parseString(line).getAsJsonObject())).isEqualTo(full());
    assertThat(line).doesNotContain("\n");
  }

  @Test
  void spansAreSecondsAndStampsHaveTheirUtcBesideThem() {
    JsonObject json = ReportJson.write(full());

    assertThat(json.get("upSeconds").toString()).isEqualTo("5.000000001");
    assertThat(json.getAsJsonArray("neighbors").get(0).toString())
        .contains("\"heardSecondsAgo\":1.5,\"roundTripSeconds\":0.000052001");
    assertThat(json.getAsJsonArray("neighbors").get(1).toString())
        .contains("\"heardSecondsAgo\":null");
    assertThat(json.getAsJsonArray("live").get(0).toString())
        .startsWith(
            "{\"name\":\"demo.mfz\",\"stamp\":1548929846,\"stampUtc\":\"2019-01-31T10:17:26Z\"");
    assertThat(json.getAsJsonArray("wanted").get(0).toString())
        .contains("\"stampUtc\":\"beyond the calendar\"");
  }

  @Test
  void aScoreIsANumberAndNullWithoutABound() {
    JsonObject json = ReportJson.write(full());

    assertThat(json.getAsJsonArray("finished").get(0).toString())
        .contains("\"tookSeconds\":36,", "\"boundSeconds\":32,", "\"score\":1.125,");
    assertThat(json.getAsJsonArray("finished").get(1).toString()).contains("\"score\":null");
  }

  @Test
  void whateverIsMissingOrOfAnotherTypeIsTold() {
    for (String field : ReportJson.write(full()).keySet()) {
      JsonObject without = ReportJson.write(full());
      without.remove(field);
      JsonObject other = ReportJson.write(full());
      other.addProperty(field, true);

      assertThatThrownBy(() -> ReportJson.read(without))
          .isInstanceOf(JsonParseException.class)
          .hasMessageContaining(field);
      if (!other.equals(without)
          && !field.endsWith("Id")
          && !field.equals("group")
          && !field.equals("catalogRoot")) {
        assertThatThrownBy(() -> ReportJson.read(other)).isInstanceOf(JsonParseException.class);
      }
    }
  }

  @Test
  void verdictsAndEventsComeBackAsTheyWere() {
    Verdict live = new Verdict.Live(Reports.entry(version(DEMO, STAMP, 1)));
    Verdict already = new Verdict.AlreadyLive(Reports.entry(version(DEMO, STAMP, 1)));
    Verdict mended = new Verdict.Mended(Reports.entry(version(DEMO, STAMP, 1)));
    Verdict refused = new Verdict.Refused(new Refusal(Reason.NO_SPACE, "needs 2, has 1"));
    LoggedEvent event =
        new LoggedEvent(9, "2026-01-01T00:00:00Z", new TileEvent(TileEvent.Kind.STORE, "x", "y"));

    assertThat(AnswerJson.readVerdict(AnswerJson.verdict(live))).isEqualTo(live);
    assertThat(AnswerJson.readVerdict(AnswerJson.verdict(already))).isEqualTo(already);
    assertThat(AnswerJson.readVerdict(AnswerJson.verdict(mended))).isEqualTo(mended);
    Verdict sealed = new Verdict.AlreadyLive(Reports.entry(version(DEMO, STAMP, 1)), true, empty());
    assertThat(AnswerJson.readVerdict(AnswerJson.verdict(sealed))).isEqualTo(sealed);
    for (Verdict verdict : List.of(live, already, mended, refused)) {
      Verdict unused = verdict.withSealUnused("it is a folder");
      assertThat(AnswerJson.readVerdict(AnswerJson.verdict(unused))).isEqualTo(unused);
    }
    assertThat(AnswerJson.readVerdict(AnswerJson.verdict(refused))).isEqualTo(refused);
    assertThat(AnswerJson.verdict(refused).toString())
        .isEqualTo("{\"verdict\":\"refused\",\"reason\":\"no-space\",\"text\":\"needs 2, has 1\"}");
    assertThat(AnswerJson.readEvent(AnswerJson.event(event))).isEqualTo(event);
  }
}
