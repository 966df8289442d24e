package dev.tilecast.testbed.sabotage;

import java.util.List;
import java.util.stream.Stream;

/** All sabotages, by where they are. */
final class Sabotages {
  static final List<Sabotage> ALL =
      Stream.of(
              TellingSabotages.ALL, PullingSabotages.ALL, StreamingSabotages.ALL, DiskSabotages.ALL)
          .flatMap(List::stream)
          .toList();

  private static final String ENGINE = "engine/src/main/java/dev/tilecast/engine/";

  private Sabotages() {}

  /** One in {@code file}, a path without suffix under the engine's package. */
  static Sabotage in(
      String file, String name, String story, String text, String replacement, Check expected) {
    return new Sabotage(name, story, ENGINE + file + ".java", text, replacement, expected);
  }
}
