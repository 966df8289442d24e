package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;

/** Where the bytes of a file that is to be promoted lie; only the shell knows the path. */
public sealed interface Source {
  /**
   * A finished transfer's staging file.
   *
   * @param manifestId whose
   */
  record Staged(Bytes manifestId) implements Source {}

  /**
   * A finished copy, in staging, of the rotten live file of its manifest.
   *
   * @param manifestId whose
   */
  record Mended(Bytes manifestId) implements Source {}

  /**
   * A private copy of a file from the inbox.
   *
   * @param ticket the number that the shell gave it
   */
  record Dropped(long ticket) implements Source {}

  /**
   * A private copy of a file from the inbox that is, whole, what is live and rotten.
   *
   * @param ticket the number that the shell gave it
   */
  record Redropped(long ticket) implements Source {}
}
