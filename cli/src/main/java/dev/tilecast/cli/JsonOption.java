package dev.tilecast.cli;

import picocli.CommandLine.Option;

/** The option that every question has. */
final class JsonOption {
  static final String NAME = "--json";

  @Option(names = NAME, description = "Answer with JSON on one line (COMMANDS.md).")
  private boolean json;

  boolean wanted() {
    return json;
  }
}
