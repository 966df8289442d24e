package dev.tilecast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.daemon.LinkPairing;
import dev.tilecast.engine.daemon.LinkProtection;
import dev.tilecast.engine.daemon.LinkSettings;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.itc.ItcSettings;
import java.io.IOException;
import java.util.ArrayList;
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
    List<Row> rows = rows(pairing, neighbors());
    if (json.wanted()) {
      terminal.json(toJson(pairing, rows));
      return ExitCode.DONE;
    }
    Table table = new Table("DIR", "ADDRESS", "PROTECTION", "STATE", "NEIGHBOR KEY", "NOTE");
    for (Row row : rows) {
      table.row(
          row.direction(),
          row.address(),
          row.protection(),
          row.state(),
          row.pinned().orElse("-"),
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

  /** What is shown of one link. */
  private record Row(
      Direction direction,
      String address,
      LinkProtection protection,
      Optional<String> pinned,
      String state,
      String note) {}

  private static List<Row> rows(LinkPairing pairing, List<TileReport.Neighbor> neighbors)
      throws IOException, SettingsException {
    List<Row> rows = new ArrayList<>();
    for (LinkSettings link : pairing.links()) {
      rows.add(row(link.direction(), link.where(), link.protection(), link.pinned(), neighbors));
    }
    Optional<ItcSettings> device = pairing.device();
    if (device.isPresent()) {
      String path = device.get().device().toString();
      for (Direction direction : device.get().directions().stream().sorted().toList()) {
        rows.add(row(direction, path, LinkProtection.CABLE, Optional.empty(), neighbors));
      }
    }
    return rows;
  }

  private static Row row(
      Direction direction,
      String address,
      LinkProtection protection,
      Optional<String> pinned,
      List<TileReport.Neighbor> neighbors) {
    Optional<TileReport.Neighbor> neighbor =
        neighbors.stream().filter(each -> each.direction() == direction).findFirst();
    return new Row(
        direction,
        address,
        protection,
        pinned,
        neighbor.map(StatusCommand::state).orElse("no daemon"),
        neighbor.map(TileReport.Neighbor::note).orElse(""));
  }

  private static JsonObject toJson(LinkPairing pairing, List<Row> rows) throws IOException {
    JsonArray all = new JsonArray();
    for (Row row : rows) {
      JsonObject each = new JsonObject();
      each.addProperty("direction", row.direction().name());
      each.addProperty("address", row.address());
      each.addProperty("protection", row.protection().toString());
      addOrNull(each, "neighborKey", row.pinned().orElse(""));
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
