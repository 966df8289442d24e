package dev.tilecast.testbed.sabotage;

import java.util.Locale;

/**
 * What became of one sabotage.
 *
 * @param state the gist
 * @param words who caught it and how, or what is wrong
 */
public record Result(String name, State state, String words, long nanos) {
  /** The gist of a result. */
  public enum State {
    /** A check named something that does not hold. */
    CAUGHT("caught"),
    /** All checks were content. */
    NOT_CAUGHT("NOT CAUGHT"),
    /** The code has changed, so there is nothing to try. */
    STALE("STALE"),
    /** A check fails on the program as it is, so it proves nothing. */
    UNPROVEN("UNPROVEN");

    private final String words;

    State(String words) {
      this.words = words;
    }
  }

  /** Whether a check did its duty. */
  public boolean isCaught() {
    return state == State.CAUGHT;
  }

  /** One line for a person. */
  public String toLine() {
    return String.format(
        Locale.ROOT, "%-11s%-26s%6.1f s  %s", state.words, name, nanos / 1e9, words);
  }
}
