package dev.tilecast.cli;

import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.AdminClient;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.admin.Question;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Inspection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Blocks until a version is live. */
@Command(
    description = "Wait until a version of NAME, or one that is not older than asked, is live.",
    sortOptions = false)
final class WaitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;
  @Mixin private JsonOption json;

  @Option(
      names = "--timeout",
      paramLabel = "T",
      converter = TimeSpan.class,
      defaultValue = "30d",
      description = "How long, such as 30, 500ms, 5m (default: 30d); exit 4 when it is over.")
  private Duration timeout;

  @Option(
      names = "--stamp",
      paramLabel = "N",
      description = "Only a version with at least this stamp.")
  private Long stamp;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Only the version of this MFZ, or a newer one.")
  private Path file;

  @Parameters(paramLabel = "NAME", converter = NameArgument.class, description = "Such as x.mfz.")
  private Name name;

  WaitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException {
    AdminClient client = new AdminClient(keys.home(terminal));
    JsonObject answer = client.awaitLive(question(), terminal::progress);
    terminal.progressEnds();
    boolean met = answer.get("met").getAsBoolean();
    if (json.wanted()) {
      terminal.json(answer);
    }
    if (!met) {
      terminal.note(
          "not within "
              + InWords.span(timeout.toNanos())
              + ": "
              + sentence(answer.get("why").getAsString())
              + " See: tilecast why "
              + name);
      return ExitCode.TIMED_OUT;
    }
    if (!json.wanted()) {
      long live = answer.get("version").getAsJsonObject().get("stamp").getAsLong();
      terminal.line("live: " + name + ", stamp " + InWords.stamp(live));
    }
    return ExitCode.DONE;
  }

  /** Reasons that end with a command to type have no full stop. */
  private static String sentence(String why) {
    return why.endsWith(".") ? why : why + ".";
  }

  private Question.AwaitLive question() throws IOException, FailedException {
    long least = stamp == null ? Long.MIN_VALUE : stamp;
    if (file == null) {
      return new Question.AwaitLive(name, least, Bytes.empty(), timeout);
    }
    Version version = versionOf(keys.inspector(terminal).inspect(file));
    return version.stamp() < least
        ? new Question.AwaitLive(name, least, Bytes.empty(), timeout)
        : new Question.AwaitLive(name, version.stamp(), version.innerDigest(), timeout);
  }

  private Version versionOf(Inspection inspection) throws FailedException {
    if (inspection instanceof Inspection.Refused refused) {
      throw new FailedException(
          "--file " + file + " is refused, so no tile will have it: " + refused.text());
    }
    return ((Inspection.Accepted) inspection)
        .version()
        .filter(version -> version.name().equals(name))
        .orElseThrow(() -> new FailedException("--file " + file + " is no version of " + name));
  }
}
