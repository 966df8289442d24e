package dev.tilecast.engine.core;

/** What became of a file that was dropped into the inbox. */
public sealed interface Verdict {
  /** It is live, synced and on its way to the neighbors. */
  record Live(LiveEntry entry) implements Verdict {}

  /** The same version was live before, and whole; nothing was changed. */
  record AlreadyLive(LiveEntry entry) implements Verdict {}

  /** The same version was live and rotten; this file has taken the place of the rotten one. */
  record Mended(LiveEntry entry) implements Verdict {}

  /** It was not accepted. */
  record Refused(Refusal refusal) implements Verdict {}
}
