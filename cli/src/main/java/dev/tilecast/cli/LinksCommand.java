package dev.tilecast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.daemon.LinkPairing;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.daemon.WiredLink;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the links of a tile are, and what protects them. */
@Command(description = "Every link of the settings: address, protection, pinned key and state.")
final class LinksCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  LinksCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, SettingsException {
    LinkPairing pairing = LinkPairing.at(home.path(terminal));
    List<TileReport.Neighbor> neighbors = neighbors();
    List<Row> rows = pairing.links().stream().map(link -> Row.of(link, neighbors)).toList();
    if (json.wanted()) {
      terminal.json(toJson(pairing, rows));
      return ExitCode.DONE;
    }
    Table table = new Table("DIR", "ADDRESS", "PROTECTION", "STATE", "NEIGHBOR KEY", "NOTE");
    for (Row row : rows) {
      table.row(
          row.link().direction(),
          row.link().where(),
          row.link().protection(),
          row.state(),
          row.link().pinned().orElse("-"),
          row.note());
    }
    table.lines().forEach(terminal::line);
    terminal.line("own key: " + pairing.own().orElse("none yet; see: tilecast links pair"));
    return ExitCode.DONE;
  }

  /** Links can be looked at, and paired, before the first start. */
  private List<TileReport.Neighbor> neighbors() throws IOException {
    try {
      return home.client(terminal).report().neighbors();
    } catch (NoDaemonException e) {
      return List.of();
    }
  }

  /** A link, and how it is. */
  private record Row(WiredLink link, String state, String note) {
    static Row of(WiredLink link, List<TileReport.Neighbor> neighbors) {
      Optional<TileReport.Neighbor> neighbor =
          neighbors.stream().filter(each -> each.direction() == link.direction()).findFirst();
      return new Row(
          link,
          neighbor.map(StatusCommand::state).orElse("no daemon"),
          neighbor.map(TileReport.Neighbor::note).orElse(""));
    }
  }

  private static JsonObject toJson(LinkPairing pairing, List<Row> rows) throws IOException {
    JsonArray all = new JsonArray();
    for (Row row : rows) {
      JsonObject each = new JsonObject();
      each.addProperty("direction", row.link().direction().name());
      each.addProperty("address", row.link().where());
      each.addProperty("protection", row.link().protection().toString());
      addOrNull(each, "neighborKey", row.link().pinned().orElse(""));
      each.addProperty("state", row.state().replace(' ', '-'));
      each.addProperty("note", row.note());
      all.add(each);
    }
    JsonObject answer = new JsonObject();
    addOrNull(answer, "ownKey", pairing.own().orElse(""));
    answer.add("links", all);
    return answer;
  }

  private static void addOrNull(JsonObject to, String name, String text) {
    if (text.isEmpty()) {
      to.add(name, JsonNull.INSTANCE);
    } else {
      to.addProperty(name, text);
    }
  }
}
