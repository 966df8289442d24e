package dev.tilecast.engine.core;

import static java.util.Objects.requireNonNull;

/**
 * One line of the tile's diary.
 *
 * @param kind what it is about
 * @param name the name that it is about, or an empty text
 * @param text a full sentence
 */
public record TileEvent(Kind kind, String name, String text) {
  /** What an event is about. */
  public enum Kind {
    STARTED,
    LINK,
    TRANSFER,
    LIVE,
    REFUSED,
    EQUIVOCATION,
    ACTIVATION,
    TRUST,
    STORE,
    TROUBLE
  }

  public TileEvent {
    requireNonNull(kind);
    requireNonNull(name);
    requireNonNull(text);
  }
}
