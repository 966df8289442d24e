package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Message;
import java.util.BitSet;

/** What one boot of a neighbor has said of the chunks that it holds of a sealed transfer. */
final class Held {
  final long bootId;
  final BitSet chunks = new BitSet();

  /** When it last came to hold one more; at first, since when it claims to have begun. */
  long gainedAt;

  /** Since when its word counts: none is older. */
  final long since;

  /** When it is asked which it holds. */
  long askAt;

  private long askGap = Limits.HELD_ASK_MIN_NANOS;

  Held(long bootId, long now) {
    this.bootId = bootId;
    this.gainedAt = now;
    this.since = now;
    this.askAt = now;
  }

  /** Takes its word, for a file of {@code chunkCount} chunks. */
  void take(Message.Have have, int chunkCount, long now) {
    int before = chunks.cardinality();
    for (Message.Run run : have.runs()) {
      chunks.set(Math.min(run.first(), chunkCount), Math.min(run.end(), chunkCount));
    }
    int after = chunks.cardinality();
    if (after > before) {
      gainedAt = now;
      askGap = Limits.HELD_ASK_MIN_NANOS;
    }
    if (after < Math.min(have.held(), chunkCount)) {
      // Fewer than it speaks of: what it said in between is lost.
      askAt = Math.min(askAt, now + Limits.HELD_LOST_NANOS);
    } else {
      askAt = now + askGap;
    }
  }

  /** It is being asked now; next time later. */
  void asked(long now) {
    askAt = now + askGap;
    askGap = Math.min(Limits.HELD_ASK_MAX_NANOS, askGap * 2);
  }
}
