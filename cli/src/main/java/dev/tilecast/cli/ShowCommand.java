package dev.tilecast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.admin.ReportJson;
import dev.tilecast.engine.admin.Why;
import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Name;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** All about one live version. */
@Command(description = "All about the live version of NAME; exit 1 if none is live.")
final class ShowCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "NAME", converter = NameArgument.class, description = "Such as x.mfz.")
  private Name name;

  ShowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    TileReport report = home.client(terminal).report();
    Optional<TileReport.Live> live =
        report.live().stream().filter(l -> l.entry().version().name().equals(name)).findFirst();
    List<ActivationState> activations =
        report.activations().stream().filter(state -> state.name().equals(name)).toList();
    Why why = Why.explain(report, name);
    if (json.wanted()) {
      terminal.json(toJson(live, activations, why));
    } else if (live.isPresent()) {
      print(live.get(), activations, why);
    } else {
      terminal.note(name + " is not live here. " + String.join(" ", why.because()));
    }
    return live.isPresent() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static JsonObject toJson(
      Optional<TileReport.Live> live, List<ActivationState> activations, Why why) {
    JsonObject answer = new JsonObject();
    live.ifPresent(l -> answer.add("live", ReportJson.live(l)));
    JsonArray states = new JsonArray();
    activations.forEach(state -> states.add(ReportJson.activation(state)));
    answer.add("activations", states);
    answer.add("why", why.toJson());
    return answer;
  }

  private void print(TileReport.Live live, List<ActivationState> activations, Why why) {
    LiveEntry entry = live.entry();
    Path file = home.path(terminal).resolve("live").resolve(name.text());
    terminal.line("name         " + name);
    terminal.line("file         " + file);
    terminal.line("stamp        " + InWords.stamp(entry.version().stamp()));
    terminal.line("digest       " + entry.version().innerDigest().toHex());
    terminal.line("manifest     " + entry.manifestId().toHex());
    terminal.line(
        "size         " + InWords.bytes(entry.fileLength()) + " (" + entry.fileLength() + ")");
    terminal.line("signer       " + entry.handle());
    terminal.line("fingerprint  " + entry.fingerprint().toHex());
    terminal.line(
        "seal         "
            + (entry.sealed()
                ? "kept: others may have its chunks from tiles that still pull it"
                : "none: it is passed on once it is whole; see: tilecast seal --help"));
    terminal.line(
        "also at      " + (live.holders().isEmpty() ? "-" : InWords.list(live.holders())));
    for (ActivationState state : activations) {
      terminal.line(
          "activation   "
              + state.phase().name().toLowerCase(Locale.ROOT)
              + " for stamp "
              + state.stamp()
              + ", attempts: "
              + state.attempts()
              + (state.result().isEmpty() ? "" : ", " + state.result()));
    }
    why.because().forEach(sentence -> terminal.line("why          " + sentence));
  }
}
