package dev.tilecast.testbed.scenario;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What came of playing a scenario.
 *
 * @param state the gist
 * @param words what differs or failed, a line each; empty where all is as written
 * @param text the whole file with the transcript of this run; of use unless it failed
 * @param nanos how long the world ran, in its own time
 * @param judged how many times a promise was judged
 */
public record Outcome(State state, List<String> words, String text, long nanos, long judged) {
  /** The gist of an outcome. */
  public enum State {
    /** The transcript is the one in the file. */
    AS_WRITTEN,
    /** Everything that the commands expect is so, and the transcript is another one. */
    DIFFERS,
    /** A command was not understood, an expectation was not met, or a promise was broken. */
    FAILED
  }

  public Outcome {
    requireNonNull(state);
    words = List.copyOf(words);
    requireNonNull(text);
  }
}
