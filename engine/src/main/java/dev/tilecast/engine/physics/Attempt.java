package dev.tilecast.engine.physics;

/**
 * How one run of an activation's command ended.
 *
 * @param outcome what it means for what comes next
 * @param words as a sentence without its full stop
 */
record Attempt(Outcome outcome, String words) {
  enum Outcome {
    /** It ended with 0. */
    SUCCEEDED,
    /** It ended with something else, in time or not, or could not be started. */
    FAILED,
    /** It was killed because nobody wants its result any more. */
    ABANDONED
  }
}
