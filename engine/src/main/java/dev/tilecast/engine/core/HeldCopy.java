package dev.tilecast.engine.core;

import java.util.BitSet;

/**
 * How far one transfer is with the chunks that lie in other files of the tile. Decides nothing;
 * {@link Reuse} does.
 */
final class HeldCopy {
  enum Phase {
    /** The files were not looked through yet. */
    DUE,
    /** The shell looks through them, and copies. */
    ASKED,
    DONE
  }

  Phase phase = Phase.DUE;

  /** Whether its transfer has come so far that chunks could be asked for. */
  boolean begun;

  /** Whether it is worth waiting for, since an older version of the name was live here. */
  boolean awaited;

  /** After this instant nothing waits for it any more. */
  long until;

  /** Bytes of chunks that were copied and then found good. */
  long bytes;

  private final BitSet copied = new BitSet();

  /** Whether no chunk is to be asked of neighbors, since what comes may be here already. */
  boolean isWithholding(long now) {
    return begun && awaited && phase != Phase.DONE && now < until;
  }

  /** Whether the shell is at work on it, and may still be. */
  boolean isRunning(long now) {
    return phase == Phase.ASKED && now < until;
  }

  /** The disk failed; where its transfer goes on, it is tried anew. */
  void beginAgain() {
    phase = Phase.DUE;
    begun = false;
  }

  /** What was copied may be gone; nothing changes while the shell is at work. */
  void beginAgainIfDone() {
    if (phase == Phase.DONE) {
      beginAgain();
    }
  }

  void copied(int index) {
    copied.set(index);
  }

  /** Whether the bytes in staging of this chunk are a copy, not what an earlier run had pulled. */
  boolean hasCopied(int index) {
    return copied.get(index);
  }
}
