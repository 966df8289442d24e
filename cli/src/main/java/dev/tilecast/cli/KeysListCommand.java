package dev.tilecast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Keyring;
import dev.tilecast.engine.mfz.PublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Whose word counts here. */
@Command(description = "Every known key, and which names it may publish.")
final class KeysListCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;
  @Mixin private JsonOption json;

  KeysListCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    KeyFolder folder = keys.keys(terminal);
    Keyring keyring = folder.load();
    if (json.wanted()) {
      terminal.json(toJson(folder, keyring));
      return ExitCode.DONE;
    }
    Table table = new Table("HANDLE", ">BITS", "FINGERPRINT", "PRIVATE", "MAY PUBLISH");
    for (PublicKey key : keyring.keys()) {
      table.row(
          key.handle(),
          key.bits(),
          key.shortFingerprint(),
          Files.exists(folder.privateFile(key.handle())) ? "here" : "-",
          String.join(" ", keyring.patterns(key.handle())));
    }
    table.lines().forEach(terminal::line);
    keyring.warnings().forEach(terminal::note);
    return ExitCode.DONE;
  }

  private static JsonObject toJson(KeyFolder folder, Keyring keyring) {
    JsonArray all = new JsonArray();
    for (PublicKey key : keyring.keys()) {
      JsonObject each = new JsonObject();
      each.addProperty("handle", key.handle().text());
      each.addProperty("bits", key.bits());
      each.addProperty("fingerprint", key.fingerprint().toHex());
      each.addProperty("shortFingerprint", key.shortFingerprint());
      each.addProperty("privateKeyHere", Files.exists(folder.privateFile(key.handle())));
      JsonArray patterns = new JsonArray();
      keyring.patterns(key.handle()).forEach(patterns::add);
      each.add("mayPublish", patterns);
      all.add(each);
    }
    JsonArray warnings = new JsonArray();
    keyring.warnings().forEach(warnings::add);
    JsonObject answer = new JsonObject();
    answer.add("keys", all);
    answer.addProperty("rules", keyring.hasRules());
    answer.add("warnings", warnings);
    return answer;
  }
}
