package dev.tilecast.engine.core;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.message.Reason;

/**
 * Why something was not accepted, in words for a person: what, why, and what to do.
 *
 * @param reason the kind, which also goes to the neighbor that offered it
 * @param text a full sentence that names the rule that was broken
 */
public record Refusal(Reason reason, String text) {
  public Refusal {
    requireNonNull(reason);
    requireNonNull(text);
  }
}
