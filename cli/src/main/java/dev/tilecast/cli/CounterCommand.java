package dev.tilecast.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.counter.Counting;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The smallest real user of the sockets that a tile has for programs. */
@Command(
    description = {
      "Tell all neighbors the number in FILE, again and again and whenever it changes, and show",
      "theirs, until interrupted. Speaks as the program of service 1."
    },
    sortOptions = false)
final class CounterCommand implements Callable<Integer> {
  private static final int SERVICE = 1;
  private static final int EVERY_SECONDS_MAX = 0xFFFF;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "Holds one whole number; is read when it changes.")
  private Path path;

  @Option(
      names = "--every",
      paramLabel = "T",
      defaultValue = "60s",
      converter = TimeSpan.class,
      description = "How often it is told while it does not change (default: 60s).")
  private Duration every;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  private Counting counting;
  private List<String> shown = List.of();
  private JsonObject answered = new JsonObject();

  CounterCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, FailedException, NoDaemonException {
    counting = new Counting(everySeconds());
    CounterFile file = new CounterFile(path);
    Drawing drawing = new Drawing(terminal);
    try (ServiceLoop loop = ServiceLoop.open(terminal, home, SERVICE, new Heard())) {
      String trouble = "";
      long lookAt = System.nanoTime();
      while (!terminal.out().checkError()) {
        long now = System.nanoTime();
        if (now - lookAt >= 0) {
          lookAt = now + LOOK_NANOS;
          file.look().ifPresent(value -> counting.set(value, now));
          if (!file.trouble().equals(trouble)) {
            trouble = file.trouble();
            terminal.note(trouble.isEmpty() ? path + " is read again" : trouble);
          }
        }
        for (Counting.Sending sending : counting.due(now)) {
          loop.send(sending.to(), sending.packet().content());
        }
        show(drawing, now);
        loop.hear(Math.min(lookAt, counting.wakeAt()));
      }
    }
    return ExitCode.DONE;
  }

  private int everySeconds() {
    long seconds = every.toSeconds();
    if (seconds < 1 || seconds > EVERY_SECONDS_MAX) {
      throw new ParameterException(
          spec.commandLine(), "--every must be from 1s to " + EVERY_SECONDS_MAX + "s");
    }
    return Math.toIntExact(seconds);
  }

  private final class Heard implements ServiceLoop.Program {
    @Override
    public void connected(Direction direction, long now) {
      counting.connected(direction, now);
    }

    @Override
    public void disconnected(Direction direction) {
      counting.disconnected(direction);
    }

    @Override
    public void received(Direction from, byte[] packet, long now) {
      counting.received(from, packet, now);
    }
  }

  private void show(Drawing drawing, long now) {
    List<Counting.Row> rows = counting.rows(now);
    if (json.wanted()) {
      JsonObject answer = toJson(rows);
      if (!answer.equals(answered)) {
        terminal.json(answer);
        answered = answer;
      }
    } else if (terminal.interactive()) {
      drawing.draw(table(rows));
    } else {
      List<String> lines = lines(rows);
      lines.stream().filter(line -> !shown.contains(line)).forEach(terminal::line);
      shown = lines;
    }
  }

  private JsonObject toJson(List<Counting.Row> rows) {
    JsonArray neighbors = new JsonArray();
    for (Counting.Row row : rows) {
      JsonObject each = new JsonObject();
      each.addProperty("direction", row.direction().name());
      addOrNull(each, "value", row.value());
      neighbors.add(each);
    }
    JsonObject answer = new JsonObject();
    addOrNull(answer, "own", counting.own());
    answer.add("neighbors", neighbors);
    return answer;
  }

  private static void addOrNull(JsonObject to, String name, OptionalLong number) {
    if (number.isPresent()) {
      to.addProperty(name, number.getAsLong());
    } else {
      to.add(name, JsonNull.INSTANCE);
    }
  }

  /** For a person who watches. */
  private List<String> table(List<Counting.Row> rows) {
    Table table = new Table("DIR", ">COUNTER", ">HEARD");
    table.row("own", text(counting.own()), "");
    for (Counting.Row row : rows) {
      String ago = row.value().isPresent() ? InWords.span(row.heardNanosAgo()) + " ago" : "-";
      table.row(row.direction(), text(row.value()), ago);
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add(
        counting.counters().entrySet().stream()
            .map(counter -> counter.getKey() + " " + counter.getValue())
            .collect(Collectors.joining(", ", "packets: ", "")));
    return lines;
  }

  /** For a file or another program: a line is printed when it was not so before. */
  private List<String> lines(List<Counting.Row> rows) {
    List<String> lines = new ArrayList<>();
    lines.add("own " + text(counting.own()));
    rows.forEach(row -> lines.add(row.direction() + " " + text(row.value())));
    Map<Direction, Boolean> there =
        rows.stream().collect(Collectors.toMap(Counting.Row::direction, row -> true));
    for (Direction direction : Direction.values()) {
      String was = direction + " ";
      if (!there.containsKey(direction) && shown.stream().anyMatch(it -> it.startsWith(was))) {
        lines.add(direction + " gone");
      }
    }
    return lines;
  }

  private static String text(OptionalLong number) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : "-";
  }
}
