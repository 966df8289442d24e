package dev.tilecast.cli;

import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.AdminClient;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.core.TileReport;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The tiles next to this one. */
@Command(description = "Every direction that has a link, and who is there.", sortOptions = false)
final class NeighborsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  @Option(names = "--counters", description = "Also show the counters of each neighbor.")
  private boolean counters;

  NeighborsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    AdminClient client = home.client(terminal);
    if (json.wanted()) {
      JsonObject answer = new JsonObject();
      answer.add("neighbors", client.reportJson().get("neighbors"));
      terminal.json(answer);
      return ExitCode.DONE;
    }
    Table table =
        new Table(
            "DIR",
            "STATE",
            ">HEARD",
            ">ROUND TRIP",
            ">WINDOW",
            ">KEPT UP",
            ">MTU",
            ">DEMERITS",
            "TILE",
            "NOTE");
    TileReport report = client.report();
    for (TileReport.Neighbor neighbor : report.neighbors()) {
      table.row(
          neighbor.direction(),
          StatusCommand.state(neighbor),
          neighbor.heardNanosAgo() < 0 ? "never" : InWords.span(neighbor.heardNanosAgo()) + " ago",
          neighbor.roundTripNanos() == 0 ? "-" : InWords.span(neighbor.roundTripNanos()),
          neighbor.window(),
          neighbor.linkBytesPerSecond() == 0
              ? "-"
              : InWords.bytes(neighbor.linkBytesPerSecond()) + "/s",
          neighbor.mtu(),
          neighbor.demerits(),
          neighbor.tileId().isEmpty() ? "-" : neighbor.tileId(),
          neighbor.note());
    }
    table.lines().forEach(terminal::line);
    if (counters) {
      report.neighbors().forEach(n -> terminal.line(n.direction() + "  " + text(n.counters())));
    }
    return ExitCode.DONE;
  }

  private static String text(Map<String, Long> counters) {
    return counters.entrySet().stream()
        .map(counter -> counter.getKey() + "=" + counter.getValue())
        .collect(Collectors.joining(" "));
  }
}
