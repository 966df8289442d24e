package dev.tilecast.cli;

import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.AdminClient;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.TileReport;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Every live version. */
@Command(description = "Every live version of this tile, one line each.", sortOptions = false)
final class LsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  LsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    AdminClient client = home.client(terminal);
    if (json.wanted()) {
      JsonObject answer = new JsonObject();
      answer.add("live", client.reportJson().get("live"));
      terminal.json(answer);
      return ExitCode.DONE;
    }
    Table table = new Table("NAME", "STAMP", ">RAW", ">SIZE", "SIGNER", "DIGEST", "ALSO AT");
    for (TileReport.Live live : client.report().live()) {
      LiveEntry entry = live.entry();
      table.row(
          entry.version().name(),
          InWords.utc(entry.version().stamp()),
          entry.version().stamp(),
          InWords.bytes(entry.fileLength()),
          entry.handle(),
          entry.version().innerDigest().prefix(4).toHex(),
          InWords.list(live.holders()));
    }
    table.lines().forEach(terminal::line);
    return ExitCode.DONE;
  }
}
