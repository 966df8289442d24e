package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Name;

/**
 * How far the activation of a live version has come.
 *
 * @param name whose
 * @param stamp of the version
 * @param digest hex of its inner digest
 * @param phase waiting, running, done, or failed and to be tried again
 * @param attempts commands started so far
 * @param result what the last attempt gave, as a sentence; empty before the first ends
 */
public record ActivationState(
    Name name, long stamp, String digest, Phase phase, int attempts, String result) {
  /** Where an activation stands. */
  public enum Phase {
    WAITING,
    RUNNING,
    DONE,
    RETRYING
  }
}
