package dev.tilecast.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.AdminClient;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.admin.Question;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Name;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has live files read again now, and tells what was found. */
@Command(
    description =
        "Read the live file of NAME, or all of them, again now; pull what the disk has changed.",
    sortOptions = false)
final class ScrubCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  @Option(
      names = "--timeout",
      paramLabel = "T",
      converter = TimeSpan.class,
      defaultValue = "1h",
      description =
          "How long to wait, such as 30, 500ms, 5m (default: 1h); exit 4 when it is over. With 0 it"
              + " is only begun.")
  private Duration timeout;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      converter = NameArgument.class,
      description = "Such as x.mfz. Default: everything that is live.")
  private Name name;

  ScrubCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException {
    AdminClient client = home.client(terminal);
    if (name != null && !isLive(client.report())) {
      throw new FailedException(name + " is not live here; see: tilecast why " + name);
    }
    long startNanos = System.nanoTime();
    JsonObject answer =
        client.scrub(
            new Question.Scrub(Optional.ofNullable(name), timeout),
            () -> terminal.progress("reading, " + InWords.span(System.nanoTime() - startNanos)));
    terminal.progressEnds();
    if (json.wanted()) {
      terminal.json(answer);
    } else {
      tell(answer);
    }
    if (!answer.get("done").getAsBoolean()) {
      terminal.note(
          timeout.isZero()
              ? "begun, and not waited for; see: tilecast status"
              : "not done within " + InWords.span(timeout.toNanos()) + "; it goes on");
      return ExitCode.TIMED_OUT;
    }
    return answer.get("rotten").getAsJsonArray().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private boolean isLive(TileReport report) {
    return report.live().stream().anyMatch(l -> l.entry().version().name().equals(name));
  }

  private void tell(JsonObject answer) {
    long found = answer.get("chunksRotten").getAsLong();
    long mended = answer.get("chunksMended").getAsLong();
    terminal.line("read:   " + InWords.bytes(answer.get("bytesRead").getAsLong()) + of(name));
    boolean done = answer.get("done").getAsBoolean();
    terminal.line("found:  " + found(found, answer.get("filesRotten").getAsLong(), done));
    long files = answer.get("filesMended").getAsLong();
    if (mended > 0 || files > 0) {
      terminal.line(
          "mended: "
              + (mended == 0 ? "" : Counted.chunks(mended) + " pulled again, ")
              + Counted.of(files, "file")
              + " whole again");
    }
    long seals = answer.get("sealsDamaged").getAsLong();
    if (seals > 0) {
      terminal.line(
          "seals:  "
              + Counted.of(seals, "seal")
              + " gone or changed; what was done about it: tilecast events");
    }
    for (JsonElement each : answer.get("rotten").getAsJsonArray()) {
      JsonObject rotten = each.getAsJsonObject();
      terminal.line(
          "rotten: "
              + rotten.get("name").getAsString()
              + ", "
              + what(rotten)
              + ": "
              + rotten.get("state").getAsString());
    }
  }

  private static String found(long chunks, long files, boolean done) {
    if (chunks > 0) {
      return Counted.chunks(chunks) + " that the disk has changed or lost";
    }
    return files == 0
        ? "nothing new that is wrong" + (done ? "" : " so far")
        : Counted.of(files, "file") + " not as long as it should be";
  }

  private static String what(JsonObject rotten) {
    String misplaced = rotten.get("misplaced").getAsString();
    return misplaced.isEmpty()
        ? rotten.get("chunksWrong").getAsInt()
            + " of "
            + Counted.chunks(rotten.get("chunkCount").getAsInt())
        : misplaced;
  }

  private static String of(Name name) {
    return name == null ? "" : " of " + name;
  }
}
