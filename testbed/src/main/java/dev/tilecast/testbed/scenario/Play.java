package dev.tilecast.testbed.scenario;

import dev.tilecast.testbed.check.BrokenPromiseException;
import dev.tilecast.testbed.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One run of one scenario. */
final class Play {
  /** Lines of a transcript shown around where it differs. */
  private static final int CONTEXT = 3;

  private static final Map<String, Command> COMMANDS = commands();

  private final Scenario scenario;
  private final Consumer<World> onlooker;
  private final List<List<String>> transcripts = new ArrayList<>();
  private Optional<Stage> stage = Optional.empty();

  Play(Scenario scenario, Consumer<World> onlooker) {
    this.scenario = scenario;
    this.onlooker = onlooker;
  }

  private static Map<String, Command> commands() {
    Map<String, Command> commands = new LinkedHashMap<>();
    Deeds.addTo(commands);
    Cabling.addTo(commands);
    Looking.addTo(commands);
    return commands;
  }

  /** Every word that a line can begin with. */
  static List<String> words() {
    List<String> words = new ArrayList<>(List.of("world"));
    words.addAll(COMMANDS.keySet());
    return words;
  }

  Outcome outcome() {
    Optional<Outcome> swallowed = swallowedCommand();
    if (swallowed.isPresent()) {
      return swallowed.get();
    }
    for (Scenario.Block block : scenario.blocks()) {
      for (Scenario.Command command : block.commands()) {
        try {
          run(command);
        } catch (ScenarioException e) {
          return failed(command.line(), e.getMessage());
        } catch (BrokenPromiseException e) {
          return failed(command.line(), "a promise was broken, " + e.getMessage());
        }
      }
      List<String> lines = stage.map(s -> s.lines.take()).orElse(List.of());
      transcripts.add(lines.isEmpty() ? List.of("ok") : lines);
    }
    if (stage.isEmpty()) {
      return failed(1, "there is no command; a scenario begins with 'world'");
    }
    List<String> difference = difference();
    return outcome(
        difference.isEmpty() ? Outcome.State.AS_WRITTEN : Outcome.State.DIFFERS, difference);
  }

  /** Where an empty line is missing below a transcript, what follows would count as printed. */
  private Optional<Outcome> swallowedCommand() {
    for (Scenario.Block block : scenario.blocks()) {
      for (int i = 0; i < block.expected().size(); i++) {
        String line = block.expected().get(i);
        if (line.equals(Scenario.MARK) || words().contains(line.split(" ", 2)[0])) {
          return Optional.of(
              failed(
                  block.expectedLine() + i,
                  "'" + line + "' looks like a command; an empty line ends what is printed"));
        }
      }
    }
    return Optional.empty();
  }

  private void run(Scenario.Command command) throws ScenarioException {
    Words words = new Words(command.line(), command.text());
    if (stage.isEmpty()) {
      stage = Optional.of(Grounds.lay(words, onlooker));
      return;
    }
    Word first = words.next("a command");
    if (first.is("world")) {
      throw first.wrong("a scenario has one world; it was laid before");
    }
    Command does = COMMANDS.get(first.text());
    if (does == null) {
      throw first.wrong(
          "there is no command '" + first + "'; there are: " + String.join(", ", words()));
    }
    does.run(stage.get(), words);
  }

  private Outcome failed(int line, String message) {
    List<String> words = new ArrayList<>();
    words.add(scenario.name() + ":" + line + ": " + message);
    stage.ifPresent(s -> s.lines.take().forEach(told -> words.add("    " + told)));
    return outcome(Outcome.State.FAILED, words);
  }

  private Outcome outcome(Outcome.State state, List<String> words) {
    return new Outcome(
        state,
        words,
        state == Outcome.State.FAILED ? "" : scenario.with(transcripts),
        stage.map(s -> s.world.now()).orElse(0L),
        stage.map(s -> s.promises.judged()).orElse(0L));
  }

  /** The first place where a transcript is another one than in the file, empty if there is none. */
  private List<String> difference() {
    for (int i = 0; i < scenario.blocks().size(); i++) {
      Scenario.Block block = scenario.blocks().get(i);
      if (block.commands().isEmpty()) {
        continue;
      }
      List<String> expected = block.expected();
      List<String> found = transcripts.get(i);
      if (!block.marked() || !expected.equals(found)) {
        return difference(block, expected, found);
      }
    }
    return List.of();
  }

  private List<String> difference(Scenario.Block block, List<String> expected, List<String> found) {
    int same = 0;
    while (same < Math.min(expected.size(), found.size())
        && expected.get(same).equals(found.get(same))) {
      same++;
    }
    List<String> words = new ArrayList<>();
    words.add(
        scenario.name() + ":" + (block.expectedLine() + same) + ": the transcript is another one");
    expected.subList(Math.max(0, same - CONTEXT), same).forEach(line -> words.add("    " + line));
    show(words, "  - ", expected, same);
    show(words, "  + ", found, same);
    return words;
  }

  private static void show(List<String> words, String sign, List<String> lines, int from) {
    int to = Math.min(lines.size(), from + CONTEXT);
    lines.subList(from, to).forEach(line -> words.add(sign + line));
    if (to < lines.size()) {
      words.add(sign + "(and " + (lines.size() - to) + " more)");
    }
  }
}
