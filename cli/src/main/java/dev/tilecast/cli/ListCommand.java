package dev.tilecast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.mfz.Inspection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What is packed in a file, once it was found good. */
@Command(description = "What is packed in FILE, if it is accepted; no daemon is needed.")
final class ListCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "FILE", description = "Any MFZ.")
  private Path file;

  ListCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException {
    Inspection inspection = keys.inspector(terminal).inspect(file);
    if (inspection instanceof Inspection.Refused refused) {
      throw new FailedException(file + " is refused: " + refused.text());
    }
    Inspection.Accepted accepted = (Inspection.Accepted) inspection;
    if (json.wanted()) {
      terminal.json(toJson(accepted));
    } else {
      Table table = new Table(">SIZE", ">STORED", ">BYTES", "PATH");
      for (Inspection.Entry entry : accepted.entries()) {
        table.row(
            InWords.bytes(entry.size()),
            InWords.bytes(entry.storedSize()),
            entry.size(),
            entry.path());
      }
      table.lines().forEach(terminal::line);
    }
    return ExitCode.DONE;
  }

  private static JsonObject toJson(Inspection.Accepted accepted) {
    JsonArray entries = new JsonArray();
    for (Inspection.Entry entry : accepted.entries()) {
      JsonObject each = new JsonObject();
      each.addProperty("path", entry.path());
      each.addProperty("size", entry.size());
      each.addProperty("storedSize", entry.storedSize());
      entries.add(each);
    }
    JsonObject answer = new JsonObject();
    answer.add("entries", entries);
    return answer;
  }
}
