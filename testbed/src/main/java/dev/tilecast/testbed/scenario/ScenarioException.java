package dev.tilecast.testbed.scenario;

/** A line of a scenario was not understood, cannot be done, or says what is not so. */
public final class ScenarioException extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;

  ScenarioException(int line, String words) {
    super(words);
    this.line = line;
  }

  /** The line of the file, from 1. */
  public int line() {
    return line;
  }
}
