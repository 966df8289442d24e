package dev.tilecast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.AdminClient;
import dev.tilecast.engine.admin.AnswerJson;
import dev.tilecast.engine.admin.Question;
import dev.tilecast.engine.core.LoggedEvent;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The tile's diary. */
@Command(description = "What happened on this tile, oldest first.", sortOptions = false)
final class EventsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;
  @Spec private CommandSpec spec;

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many of the newest (default: 20, at most " + Question.EVENTS_MAX + ").")
  private int count;

  @Option(names = "-f", description = "Go on with each event as it happens, until interrupted.")
  private boolean follow;

  EventsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (count < 1 || count > Question.EVENTS_MAX) {
      throw new ParameterException(
          spec.commandLine(), "-n " + count + ": expected 1 to " + Question.EVENTS_MAX);
    }
    AdminClient client = home.client(terminal);
    if (follow) {
      client.followEvents(
          count,
          event -> {
            if (json.wanted()) {
              terminal.json(AnswerJson.event(event));
            } else {
              terminal.line(text(event));
            }
            return !terminal.out().checkError();
          });
      return ExitCode.ofFollowing(terminal);
    }
    List<LoggedEvent> events = client.events(count);
    if (json.wanted()) {
      JsonArray all = new JsonArray();
      events.forEach(event -> all.add(AnswerJson.event(event)));
      JsonObject answer = new JsonObject();
      answer.add("events", all);
      terminal.json(answer);
    } else {
      events.forEach(event -> terminal.line(text(event)));
    }
    return ExitCode.DONE;
  }

  private static String text(LoggedEvent event) {
    return String.format(
        Locale.ROOT,
        "%s  %-12s  %s",
        event.at(),
        event.event().kind().name().toLowerCase(Locale.ROOT),
        event.event().text());
  }
}
