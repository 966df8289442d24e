package dev.tilecast.testbed.scenario;

/** What one word at the front of a line does. */
@FunctionalInterface
interface Command {
  /** Does it, as {@code words}, the rest of the line, say. */
  void run(Stage stage, Words words) throws ScenarioException;
}
