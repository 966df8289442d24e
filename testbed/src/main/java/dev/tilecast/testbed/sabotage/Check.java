package dev.tilecast.testbed.sabotage;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command of the testbed that has to fail on a program that is broken.
 *
 * @param kind which command
 * @param picks the scenarios or crash stories that are expected to be enough; empty for all
 */
record Check(Kind kind, List<String> picks) {
  private static final int WORDS_MAX = 160;

  /** What a line says of every run, and blanks. */
  private static final Pattern NOISE =
      Pattern.compile(
          "(?:testbed/scenarios/|: [0-9.]+ s of the world, promises judged [0-9]+ times|\\s)+");

  /** The commands, the quickest first. */
  enum Kind {
    /** Random worlds, on the disk of the simulator. */
    FUZZ("seed [0-9]+(?: broke|: two runs differ).*", 0),

    /** Random worlds of a few tiles, each on its own files and database. */
    FOLDERS("seed [0-9]+(?: broke|: two runs differ).*", 0),

    /** Scenario files and their exact transcripts. */
    RUN("(?:failed|differs) .*", 3),

    /** Power cuts of a tile with its real files and database. */
    CRASH("VIOLATION in .*|tilecast: before any power was cut: .*", 1);

    private final Pattern violation;
    private final int linesAfter;

    Kind(String violation, int linesAfter) {
      this.violation = Pattern.compile(violation);
      this.linesAfter = linesAfter;
    }
  }

  Check {
    picks = List.copyOf(picks);
  }

  static Check fuzz() {
    return new Check(Kind.FUZZ, List.of());
  }

  static Check folders() {
    return new Check(Kind.FOLDERS, List.of());
  }

  /** Scenarios by the names of their files. */
  static Check run(String... scenarios) {
    return new Check(Kind.RUN, List.of(scenarios));
  }

  static Check crash(String... stories) {
    return new Check(Kind.CRASH, List.of(stories));
  }

  /** What is tried where the expected check does not notice, the quickest first. */
  static List<Check> all() {
    return List.of(fuzz(), folders(), run(), crash());
  }

  /** The words after {@code tilecast testbed}, as a person would type them. */
  String words() {
    return switch (kind) {
      case FUZZ -> "fuzz";
      case FOLDERS -> "fuzz --folders";
      case RUN -> "run " + (picks.isEmpty() ? "*" : String.join(" ", picks));
      case CRASH -> "crash" + (picks.isEmpty() ? "" : " --only " + String.join(",", picks));
    };
  }

  /** Whether {@code line} of the output names something that does not hold. */
  boolean isViolation(String line) {
    return kind.violation.matcher(line).matches();
  }

  /** How many lines after that one say more of it. */
  int linesAfter() {
    return kind.linesAfter;
  }

  /** The first thing in {@code output} that does not hold, as one line; empty where all does. */
  Optional<String> violation(String output) {
    List<String> lines = output.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher matcher = kind.violation.matcher(lines.get(i));
      if (matcher.matches()) {
        List<String> about = lines.subList(i, Math.min(lines.size(), i + 1 + kind.linesAfter));
        String words = NOISE.matcher(String.join(" ", about)).replaceAll(" ").strip();
        return Optional.of(
            words.length() <= WORDS_MAX ? words : words.substring(0, WORDS_MAX) + "...");
      }
    }
    return Optional.empty();
  }
}
