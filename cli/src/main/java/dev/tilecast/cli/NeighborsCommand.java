package dev.tilecast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The tiles next to this one. */
@Command(description = "Every direction that has a link, and who is there.", sortOptions = false)
final class NeighborsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIRECTION",
      converter = DirectionArgument.class,
      description = "Everything about this one: NE, ET and so on.")
  private Optional<Direction> only = Optional.empty();

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  @Option(names = "--counters", description = "Also show the counters of each neighbor.")
  private boolean counters;

  @Option(names = "--watch", description = "Show it anew as it changes, until interrupted.")
  private boolean watch;

  NeighborsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException {
    if (only.isPresent()) {
      requireLink(only.get());
    }
    return new Watching(terminal, this::answer, this::lines)
        .ask(home.client(terminal), json.wanted(), watch);
  }

  /** Links do not come and go while a tile runs. */
  private void requireLink(Direction of) throws IOException, FailedException {
    List<Direction> directions =
        home.client(terminal).report().neighbors().stream()
            .map(TileReport.Neighbor::direction)
            .toList();
    if (!directions.contains(of)) {
      throw new FailedException(
          of
              + " has no link; "
              + (directions.isEmpty()
                  ? "this tile has none at all"
                  : "those that this tile has lead to " + InWords.list(directions))
              + ", see [[link]] in tilecast.toml");
    }
  }

  private JsonObject answer(JsonObject report) {
    JsonArray wanted = new JsonArray();
    for (JsonElement neighbor : report.getAsJsonArray("neighbors")) {
      String of = neighbor.getAsJsonObject().get("direction").getAsString();
      if (only.isEmpty() || only.get().name().equals(of)) {
        wanted.add(neighbor);
      }
    }
    JsonObject answer = new JsonObject();
    answer.add("neighbors", wanted);
    return answer;
  }

  private List<String> lines(TileReport report) {
    if (only.isEmpty()) {
      return lines(report.neighbors());
    }
    return report.neighbors().stream()
        .filter(neighbor -> neighbor.direction() == only.get())
        .flatMap(neighbor -> all(neighbor).stream())
        .toList();
  }

  private List<String> lines(List<TileReport.Neighbor> neighbors) {
    Table table =
        new Table(
            "DIR",
            "STATE",
            ">FOR",
            ">HEARD",
            ">ROUND TRIP",
            ">WINDOW",
            ">LOST",
            ">KEPT UP",
            ">MTU",
            ">DEMERITS",
            "TILE",
            "NOTE");
    for (TileReport.Neighbor neighbor : neighbors) {
      table.row(
          neighbor.direction(),
          StatusCommand.state(neighbor),
          InWords.span(neighbor.presenceNanos()),
          heard(neighbor),
          roundTrip(neighbor),
          neighbor.window(),
          lost(neighbor),
          keptUp(neighbor),
          neighbor.mtu(),
          neighbor.demerits(),
          neighbor.introduced().map(TileReport.Introduced::tileId).orElse("-"),
          neighbor.note());
    }
    List<String> lines = new ArrayList<>(table.lines());
    if (counters) {
      neighbors.forEach(n -> lines.add(n.direction() + "  " + text(n.counters())));
    }
    return lines;
  }

  /** Everything about one, a line each. */
  private static List<String> all(TileReport.Neighbor neighbor) {
    Table table = new Table("", "");
    table.row("direction", neighbor.direction());
    table.row("state", StatusCommand.state(neighbor));
    table.row("for", InWords.span(neighbor.presenceNanos()));
    if (!neighbor.note().isEmpty()) {
      table.row("note", neighbor.note());
    }
    table.row("link", neighbor.linkUp() ? "up" : "down");
    table.row("heard", heard(neighbor));
    neighbor
        .introduced()
        .ifPresent(
            who -> {
              table.row("tile", who.tileId());
              table.row("boot", who.bootId());
              table.row("group", who.groupId());
              table.row("protocol", protocol(who));
            });
    table.row("mtu", neighbor.mtu());
    table.row("round trip", roundTrip(neighbor));
    table.row("window", neighbor.window());
    table.row("lost", lost(neighbor));
    table.row("kept up", keptUp(neighbor));
    table.row("demerits", neighbor.demerits());
    List<String> lines = new ArrayList<>(table.lines().subList(1, table.lines().size()));
    lines.add("counters");
    neighbor.counters().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(counter -> lines.add("  " + counter.getKey() + " " + counter.getValue()));
    return lines;
  }

  private static String protocol(TileReport.Introduced who) {
    return who.protocolMin() == who.protocolMax()
        ? Integer.toString(who.protocolMin())
        : who.protocolMin() + " to " + who.protocolMax();
  }

  private static String heard(TileReport.Neighbor neighbor) {
    return neighbor.heardNanosAgo() < 0 ? "never" : InWords.span(neighbor.heardNanosAgo()) + " ago";
  }

  private static String roundTrip(TileReport.Neighbor neighbor) {
    return neighbor.roundTripNanos() == 0 ? "-" : InWords.span(neighbor.roundTripNanos());
  }

  private static String lost(TileReport.Neighbor neighbor) {
    return neighbor.roundTripNanos() == 0
        ? "-"
        : String.format(Locale.ROOT, "%.1f %%", neighbor.lostPerMille() / 10.0);
  }

  private static String keptUp(TileReport.Neighbor neighbor) {
    return neighbor.linkBytesPerSecond() == 0
        ? "-"
        : InWords.bytes(neighbor.linkBytesPerSecond()) + "/s";
  }

  private static String text(Map<String, Long> counters) {
    return counters.entrySet().stream()
        .map(counter -> counter.getKey() + "=" + counter.getValue())
        .collect(Collectors.joining(" "));
  }
}
