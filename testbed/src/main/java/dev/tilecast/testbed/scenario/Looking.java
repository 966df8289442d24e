package dev.tilecast.testbed.scenario;

import dev.tilecast.engine.admin.Why;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.world.PortCounters;
import dev.tilecast.testbed.world.SimPort;
import dev.tilecast.testbed.world.SimTile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Time passes; what is expected, and what is shown. */
final class Looking {
  /** While it waits for something, the world is looked at so often. */
  private static final long LOOK_NANOS = 10_000_000;

  private Looking() {}

  static void addTo(Map<String, Command> commands) {
    commands.put("run", Looking::run);
    commands.put("expect", Looking::expect);
    commands.put("report", Looking::report);
    commands.put("bytes", Looking::bytes);
    commands.put("why", Looking::why);
    commands.put("tell", (stage, words) -> tell(stage, words, true));
    commands.put("hide", (stage, words) -> tell(stage, words, false));
  }

  private static void run(Stage stage, Words words) throws ScenarioException {
    if (!words.takes("until")) {
      long span = words.next("a span, or until").span();
      words.end();
      stage.world.run(span);
      return;
    }
    List<Condition> conditions = conditions(stage, words);
    words.require("within");
    long span = words.next("a span").span();
    words.end();
    long end = stage.world.now() + span;
    while (!conditions.stream().allMatch(Condition::holds)) {
      if (stage.world.now() >= end) {
        Condition missing = conditions.stream().filter(c -> !c.holds()).findFirst().orElseThrow();
        throw failed(stage, words, missing);
      }
      long now = stage.world.now();
      // Nothing can change before the next event, but what depends on time alone does by then.
      long next = Math.max(now + LOOK_NANOS, stage.world.timeline().nextAt());
      stage.world.run(Math.min(next, end) - now);
    }
    stage.say(
        "then " + conditions.stream().map(Condition::words).collect(Collectors.joining(" and ")));
  }

  private static void expect(Stage stage, Words words) throws ScenarioException {
    List<Condition> conditions = conditions(stage, words);
    words.end();
    for (Condition condition : conditions) {
      if (!condition.holds()) {
        throw failed(stage, words, condition);
      }
    }
  }

  private static List<Condition> conditions(Stage stage, Words words) throws ScenarioException {
    List<Condition> conditions = new ArrayList<>();
    do {
      conditions.add(Conditions.read(stage, words));
    } while (words.takes("and"));
    return conditions;
  }

  private static ScenarioException failed(Stage stage, Words words, Condition condition) {
    return new ScenarioException(
        words.line(),
        "at %s it is not so that: %s; %s"
            .formatted(
                Quantities.seconds(stage.world.now()),
                condition.words(),
                condition.judge().get().orElse("it is now")));
  }

  private static void report(Stage stage, Words words) throws ScenarioException {
    List<SimTile> tiles = words.isEmpty() ? List.copyOf(stage.world.tiles()) : stage.tiles(words);
    words.end();
    Rows rows = new Rows("TILE", "LIVE", "PULLS", "REFUSED", "NEIGHBORS");
    for (SimTile tile : tiles) {
      if (tile.report().isEmpty()) {
        String state = tile.isRunning() ? "hostile" : "off";
        rows.add(tile.toString(), stage.files.words(tile), "-", "-", state);
        continue;
      }
      TileReport report = tile.report().get();
      rows.add(
          tile.toString(),
          stage.files.words(tile),
          stage.pulledWords(report),
          refusals(report),
          neighbors(report));
    }
    rows.lines().forEach(stage.lines::plain);
  }

  private static String refusals(TileReport report) {
    Map<String, Integer> reasons = new LinkedHashMap<>();
    report
        .refusals()
        .forEach(r -> reasons.merge(Story.words(r.refusal().reason()), 1, Integer::sum));
    return reasons.isEmpty()
        ? "-"
        : reasons.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
  }

  private static String neighbors(TileReport report) {
    return report.neighbors().isEmpty()
        ? "-"
        : report.neighbors().stream().map(Looking::neighbor).collect(Collectors.joining(", "));
  }

  private static String neighbor(TileReport.Neighbor neighbor) {
    String state =
        switch (neighbor.presence()) {
          case LINK_DOWN -> "down";
          case SILENT, STRANGER -> neighbor.presence().words();
          case ALIVE -> neighbor.sameCatalog() ? "same" : "differs";
        };
    return neighbor.direction() + " " + state;
  }

  /** What every link has carried, each way. */
  private static void bytes(Stage stage, Words words) throws ScenarioException {
    words.end();
    Rows rows = new Rows("LINK", "PACKETS", "BYTES", "OF FILES", "LOST");
    stage
        .cables()
        .forEach(
            (ends, link) -> {
              way(stage, rows, ends.get(0) + ">" + ends.get(1), link.a(), link.b());
              way(stage, rows, ends.get(1) + ">" + ends.get(0), link.b(), link.a());
            });
    rows.lines().forEach(stage.lines::plain);
  }

  private static void way(Stage stage, Rows rows, String words, SimPort from, SimPort to) {
    PortCounters sent = from.allCounters();
    rows.add(
        words,
        Long.toString(sent.sent()),
        Quantities.bytes(sent.sentBytes()),
        Quantities.bytes(stage.story.fileBytes(stage.tileOf(to), to.direction())),
        Long.toString(sent.lost()));
  }

  private static void why(Stage stage, Words words) throws ScenarioException {
    SimTile tile = stage.tile(words.next("a tile"));
    Name name = words.next("a name").name();
    words.end();
    TileReport report =
        tile.report()
            .orElseThrow(
                () -> new ScenarioException(words.line(), "tile " + tile + " gives no report"));
    Why.explain(report, name).because().forEach(line -> stage.lines.plain(tile + ": " + line));
  }

  private static void tell(Stage stage, Words words, boolean wanted) throws ScenarioException {
    for (Word word : words.rest()) {
      Story.Kind kind =
          Arrays.stream(Story.Kind.values())
              .filter(k -> word.is(k.words()))
              .findFirst()
              .orElseThrow(
                  () ->
                      word.isNo(
                          "kind of line; write some of "
                              + Arrays.toString(Story.Kind.values()).toLowerCase(Locale.ROOT)));
      stage.story.tell(kind, wanted);
    }
  }
}
