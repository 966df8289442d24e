package dev.tilecast.testbed.scenario;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.testbed.check.Goals;
import dev.tilecast.testbed.world.PortCounters;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.transport.Direction;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongPredicate;

/** Reads what a scenario expects or waits for. */
final class Conditions {
  private static final Map<String, Reading> READINGS = readings();

  private final Stage stage;
  private final Words words;

  @FunctionalInterface
  private interface Reading {
    Condition.Test read(Conditions conditions, List<SimTile> tiles) throws ScenarioException;
  }

  private Conditions(Stage stage, Words words) {
    this.stage = stage;
    this.words = words;
  }

  private static Map<String, Reading> readings() {
    Map<String, Reading> readings = new LinkedHashMap<>();
    readings.put("live", (c, tiles) -> c.live());
    readings.put("alike", (c, tiles) -> c.alike(tiles));
    readings.put("pulls", (c, tiles) -> c.pulls());
    readings.put("idle", (c, tiles) -> c.idle());
    readings.put("refused", (c, tiles) -> c.refused());
    readings.put("wants", (c, tiles) -> c.wants());
    readings.put("equivocation", (c, tiles) -> c.equivocation());
    readings.put("runs", (c, tiles) -> c.runs());
    readings.put("hears", (c, tiles) -> c.hears());
    readings.put("quiet", (c, tiles) -> c.quiet());
    readings.put("counter", (c, tiles) -> c.counter());
    readings.put("counts", (c, tiles) -> c.counts());
    return readings;
  }

  /** The words that can follow the tiles of a condition. */
  static Iterable<String> verbs() {
    return READINGS.keySet();
  }

  /** Reads the condition that begins with the next word, up to {@code within} or the end. */
  static Condition read(Stage stage, Words words) throws ScenarioException {
    int from = words.at();
    if (words.takes("converged")) {
      Goals goals = new Goals(stage.world, (tile, file) -> false);
      return new Condition("converged", () -> goals.dropped().or(goals::notConverged));
    }
    List<SimTile> tiles = stage.tiles(words);
    boolean not = words.takes("not");
    Word verb = words.next("what is to be so: " + String.join(", ", READINGS.keySet()));
    Reading reading = READINGS.get(verb.text());
    if (reading == null) {
      throw verb.wrong(
          "nothing is called '%s'; there are: %s"
              .formatted(verb, String.join(", ", READINGS.keySet())));
    }
    Condition.Test test = reading.read(new Conditions(stage, words), tiles);
    String said = words.since(from);
    Condition.Test all = not ? not(test, said) : test;
    return Condition.ofEach(said, tiles, all);
  }

  private static Condition.Test not(Condition.Test test, String said) {
    return tile ->
        test.objection(tile).isPresent()
            ? Optional.empty()
            : Optional.of("is what was not to be: " + said);
  }

  private static Optional<String> unless(boolean holds, String objection) {
    return holds ? Optional.empty() : Optional.of(objection);
  }

  /** Judges by the report; a tile without one runs not, or is hostile. */
  private static Condition.Test byReport(Function<TileReport, Optional<String>> judge) {
    return tile ->
        tile.report().map(judge).orElseGet(() -> Optional.of("gives no report: does it run?"));
  }

  private Condition.Test live() throws ScenarioException {
    Word file = words.next("a name, or a file such as demo.mfz@100");
    if (file.text().contains("@")) {
      Version wanted = stage.files.known(file).version();
      return tile -> {
        Optional<Version> live = live(tile, wanted.name());
        return unless(live.equals(Optional.of(wanted)), "has live: " + words(live));
      };
    }
    Name name = file.name();
    return tile -> unless(live(tile, name).isPresent(), "has nothing live of that name");
  }

  private String words(Optional<Version> live) {
    return live.map(stage.files::words).orElse("-");
  }

  /** What is live there: as it reports or, where it does not run, as it lies on its disk. */
  private static Optional<Version> live(SimTile tile, Name name) {
    return tile.report()
        .map(report -> report.live().stream().map(live -> live.entry().version()))
        .orElseGet(() -> tile.live().values().stream().map(SimFile::version))
        .filter(version -> version.name().equals(name))
        .findFirst();
  }

  private Condition.Test alike(List<SimTile> tiles) {
    SimTile first = tiles.get(0);
    return tile ->
        unless(
            tile.live().equals(first.live()),
            "has live " + stage.files.words(tile) + ", " + first + " " + stage.files.words(first));
  }

  private Condition.Test pulls() throws ScenarioException {
    Name name = words.next("a name").name();
    int percent =
        words.peek().map(Word::isChance).orElse(false)
            ? (int) Math.round(words.next("a share").chance() * 100)
            : 0;
    return byReport(
        report ->
            unless(
                report.transfers().stream()
                    .filter(t -> t.name().equals(name))
                    .anyMatch(t -> t.verifiedBytes() * 100 >= percent * t.fileLength()),
                "pulls " + stage.pulledWords(report)));
  }

  private Condition.Test idle() {
    return byReport(
        report -> unless(report.transfers().isEmpty(), "pulls " + stage.pulledWords(report)));
  }

  private Condition.Test refused() throws ScenarioException {
    String name = words.next("a name").name().text();
    Optional<Word> reason = words.peek().filter(w -> !w.is("within") && !w.is("and"));
    if (reason.isPresent()) {
      words.next("a reason");
      reasonOf(reason.get());
    }
    return byReport(
        report ->
            unless(
                report.refusals().stream()
                    .filter(r -> r.name().equals(name))
                    .anyMatch(
                        r -> reason.isEmpty() || reason.get().is(kebab(r.refusal().reason()))),
                "has refused "
                    + report.refusals().stream()
                        .map(r -> r.name() + " as " + kebab(r.refusal().reason()))
                        .toList()));
  }

  private static void reasonOf(Word word) throws ScenarioException {
    if (Arrays.stream(Reason.values()).noneMatch(reason -> word.is(kebab(reason)))) {
      throw word.isNo(
          "reason; write one of " + Arrays.stream(Reason.values()).map(Conditions::kebab).toList());
    }
  }

  private static String kebab(Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Condition.Test wants() throws ScenarioException {
    Name name = words.next("a name").name();
    return byReport(
        report ->
            unless(
                report.wanted().stream().anyMatch(w -> w.mark().name().equals(name)),
                "wants " + report.wanted()));
  }

  private Condition.Test equivocation() throws ScenarioException {
    Name name = words.next("a name").name();
    return byReport(
        report ->
            unless(
                report.equivocations().stream().anyMatch(e -> e.live().name().equals(name)),
                "has seen no equivocation of " + name));
  }

  private Condition.Test runs() {
    return tile -> unless(tile.isRunning(), "does not run");
  }

  private Condition.Test hears() throws ScenarioException {
    Direction direction = words.next("a direction").direction();
    return byReport(
        report ->
            unless(
                report.neighbors().stream().anyMatch(n -> n.direction() == direction && n.alive()),
                "does not hear " + direction));
  }

  private Condition.Test counter() throws ScenarioException {
    Direction direction = words.next("a direction").direction();
    Word word = words.next("a whole number, or nothing");
    OptionalLong wanted = word.is("nothing") ? OptionalLong.empty() : OptionalLong.of(word.whole());
    return tile -> {
      OptionalLong told = tile.toldCounter(direction);
      return unless(
          told.equals(wanted),
          "knows " + (told.isPresent() ? told.getAsLong() : "nothing") + " of " + direction);
    };
  }

  private Condition.Test quiet() throws ScenarioException {
    words.require("for");
    long span = words.next("a span").span();
    return tile -> {
      long quiet = stage.world.now() - stage.story.busyAt(tile);
      return unless(quiet >= span, "is quiet since " + Quantities.seconds(quiet) + " only");
    };
  }

  private Condition.Test counts() throws ScenarioException {
    Word what = words.next("a counter, or a direction and a counter");
    Optional<Direction> direction = what.maybeDirection();
    Word named = direction.isPresent() ? words.next("a counter") : what;
    String counter = Counters.require(named, direction.isPresent());
    Word comparison = words.next("<, <=, =, >= or >");
    LongPredicate test = comparing(comparison, words.next("a number").whole());
    return tile -> {
      long value =
          direction.map(d -> count(tile, d, counter)).orElseGet(() -> count(tile, counter));
      return unless(test.test(value), "counts " + value + " " + counter);
    };
  }

  private static LongPredicate comparing(Word word, long bound) throws ScenarioException {
    return switch (word.text()) {
      case "<" -> value -> value < bound;
      case "<=" -> value -> value <= bound;
      case "=" -> value -> value == bound;
      case ">=" -> value -> value >= bound;
      case ">" -> value -> value > bound;
      default -> throw word.isNo("comparison; write <, <=, =, >= or >");
    };
  }

  private static long count(SimTile tile, String counter) {
    return tile.report().map(report -> report.counters().getOrDefault(counter, 0L)).orElse(0L);
  }

  private static long count(SimTile tile, Direction direction, String counter) {
    PortCounters port =
        tile.device().ports().stream()
            .filter(p -> p.direction() == direction)
            .map(p -> p.allCounters())
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("tile " + tile + " has no link " + direction));
    return switch (counter) {
      case "stale" -> port.stale();
      case "lost" -> port.lost();
      case "corrupted" -> port.corrupted();
      case "duplicated" -> port.duplicated();
      case "reordered" -> port.reordered();
      case "overrun" -> port.overrun();
      case "frame-errors" -> port.frameErrors();
      case "ups" -> port.ups();
      case "sent" -> port.sent();
      case "sent-bytes" -> port.sentBytes();
      case "mfm-bytes" -> port.mfmBytes();
      default ->
          tile.report().stream()
              .flatMap(report -> report.neighbors().stream())
              .filter(n -> n.direction() == direction)
              .mapToLong(n -> n.counters().getOrDefault(counter, 0L))
              .sum();
    };
  }
}
