package dev.tilecast.testbed.scenario;

import static java.util.Objects.requireNonNull;

import dev.tilecast.testbed.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A scenario file: blocks of commands, each followed by {@code ----} and the exact lines that its
 * commands print, up to an empty line (SCENARIOS.md, Scenarios).
 */
public final class Scenario {
  static final String MARK = "----";

  private final String name;
  private final List<Block> blocks;

  /** One command, with the lines that go on from it. */
  record Command(int line, String text) {}

  /**
   * Commands with what they print.
   *
   * @param source all lines above the mark, as they stand
   * @param expected the lines below it
   * @param expectedLine the line of the file where these begin
   * @param marked whether the mark is there
   */
  record Block(
      List<String> source,
      List<Command> commands,
      List<String> expected,
      int expectedLine,
      boolean marked) {
    Block {
      source = List.copyOf(source);
      commands = List.copyOf(commands);
      expected = List.copyOf(expected);
    }
  }

  private Scenario(String name, List<Block> blocks) {
    this.name = name;
    this.blocks = List.copyOf(blocks);
  }

  /** The scenario in {@code text}; {@code name} is what messages call it. */
  public static Scenario parse(String name, String text) {
    return new Scenario(requireNonNull(name), new Parsing(text).blocks());
  }

  /** What messages call it. */
  public String name() {
    return name;
  }

  List<Block> blocks() {
    return blocks;
  }

  /** Plays it; {@code onlooker} is given the world when it is made, before anything happens. */
  public Outcome play(Consumer<World> onlooker) {
    return new Play(this, onlooker).outcome();
  }

  /** The file with these lines below the marks. */
  String with(List<List<String>> transcripts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      block.source.forEach(line -> text.append(line).append('\n'));
      if (!block.commands.isEmpty()) {
        text.append(MARK).append('\n');
        transcripts.get(i).forEach(line -> text.append(line).append('\n'));
      }
      if (i < blocks.size() - 1) {
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static final class Parsing {
    private final List<String> lines;
    private final List<Block> blocks = new ArrayList<>();
    private List<String> source = new ArrayList<>();
    private List<Command> commands = new ArrayList<>();

    Parsing(String text) {
      lines = text.lines().map(String::stripTrailing).toList();
    }

    List<Block> blocks() {
      int at = 0;
      while (at < lines.size()) {
        String line = lines.get(at);
        at++;
        if (line.equals(MARK)) {
          int from = at;
          while (at < lines.size() && !lines.get(at).isEmpty()) {
            at++;
          }
          end(lines.subList(from, at), from + 1, true);
          at++;
          continue;
        }
        source.add(line);
        if (line.startsWith(" ") && !commands.isEmpty()) {
          Command before = commands.remove(commands.size() - 1);
          commands.add(new Command(before.line, before.text + " " + line.strip()));
        } else if (!line.isEmpty() && !line.startsWith("#")) {
          commands.add(new Command(at, line));
        }
      }
      if (!source.isEmpty()) {
        end(List.of(), lines.size() + 1, false);
      }
      return blocks;
    }

    private void end(List<String> expected, int line, boolean marked) {
      blocks.add(new Block(source, commands, expected, line, marked));
      source = new ArrayList<>();
      commands = new ArrayList<>();
    }
  }
}
