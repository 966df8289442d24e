package dev.tilecast.cli;

import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.AdminClient;
import dev.tilecast.engine.admin.ReportJson;
import dev.tilecast.engine.core.TileReport;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * A question that can be asked once or watched: its lines drawn over the last ones on a terminal,
 * or its JSON one line each time; neither where nothing has changed.
 */
final class Watching {
  private final Terminal terminal;
  private final Function<JsonObject, JsonObject> json;
  private final Function<TileReport, List<String>> lines;
  private final Drawing drawing;
  private JsonObject answered = new JsonObject();

  /**
   * A question.
   *
   * @param json the answer from the JSON of a report
   * @param lines the answer for a person
   */
  Watching(
      Terminal terminal,
      Function<JsonObject, JsonObject> json,
      Function<TileReport, List<String>> lines) {
    this.terminal = terminal;
    this.json = json;
    this.lines = lines;
    this.drawing = new Drawing(terminal);
  }

  /** Asks; gives the exit code. */
  int ask(AdminClient client, boolean wantsJson, boolean watch) throws IOException {
    if (!watch) {
      show(client.reportJson(), wantsJson);
      return ExitCode.DONE;
    }
    client.followReports(
        report -> {
          show(report, wantsJson);
          return !terminal.out().checkError();
        });
    return ExitCode.ofFollowing(terminal);
  }

  private void show(JsonObject report, boolean wantsJson) {
    if (wantsJson) {
      answer(json.apply(report));
    } else {
      drawing.draw(lines.apply(ReportJson.read(report)));
    }
  }

  private void answer(JsonObject answer) {
    if (!answer.equals(answered)) {
      terminal.json(answer);
      answered = answer;
    }
  }
}
