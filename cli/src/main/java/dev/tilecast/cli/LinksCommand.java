package dev.tilecast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.daemon.LinkPairing;
import dev.tilecast.engine.daemon.LinkSettings;
import dev.tilecast.engine.daemon.SettingsException;
import java.io.IOException;
import java.util.List;
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
    List<LinkSettings> links = pairing.links();
    List<TileReport.Neighbor> neighbors = neighbors();
    if (json.wanted()) {
      terminal.json(toJson(pairing, links, neighbors));
      return ExitCode.DONE;
    }
    Table table = new Table("DIR", "ADDRESS", "PROTECTION", "STATE", "NEIGHBOR KEY", "NOTE");
    for (LinkSettings link : links) {
      table.row(
          link.direction(),
          link.where(),
          link.protection(),
          state(link, neighbors),
          link.pinned().orElse("-"),
          note(link, neighbors));
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

  private static String state(LinkSettings link, List<TileReport.Neighbor> neighbors) {
    return neighbors.stream()
        .filter(neighbor -> neighbor.direction() == link.direction())
        .map(StatusCommand::state)
        .findFirst()
        .orElse("no daemon");
  }

  private static String note(LinkSettings link, List<TileReport.Neighbor> neighbors) {
    return neighbors.stream()
        .filter(neighbor -> neighbor.direction() == link.direction())
        .map(TileReport.Neighbor::note)
        .findFirst()
        .orElse("");
  }

  private static JsonObject toJson(
      LinkPairing pairing, List<LinkSettings> links, List<TileReport.Neighbor> neighbors)
      throws IOException {
    JsonArray all = new JsonArray();
    for (LinkSettings link : links) {
      JsonObject each = new JsonObject();
      each.addProperty("direction", link.direction().name());
      each.addProperty("address", link.where());
      each.addProperty("protection", link.protection().toString());
      addOrNull(each, "neighborKey", link.pinned().orElse(""));
      each.addProperty("state", state(link, neighbors).replace(' ', '-'));
      each.addProperty("note", note(link, neighbors));
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
