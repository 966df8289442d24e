package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.transport.Direction;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One attempt to make a rotten file whole: what has come of it; decides nothing. */
final class Mend {
  /** What is done, in this order. */
  enum Phase {
    ROOM,
    CHUNKS,
    COPY,
    INSPECTION,
    PROMOTION
  }

  final Rot rot;
  final Set<Direction> gave = EnumSet.noneOf(Direction.class);
  Phase phase = Phase.ROOM;

  /** Chunks in staging that were checked. */
  final BitSet pulled = new BitSet();

  /** The chunk that is being pulled, -1 for none, and what of it is missing. */
  int chunk = -1;

  Ranges missing = new Ranges();
  boolean checking;

  /** The chunks that a neighbor has not either. */
  final Map<Direction, BitSet> lacking = new EnumMap<>(Direction.class);

  /** Who is asked for it, and up to which of its bytes. */
  Optional<Neighbor> from = Optional.empty();

  int askedEnd;
  long answeredAt;

  int unanswered;

  /** When it began, or its last chunk was found good: answers alone are no progress. */
  long progressAt;

  Mend(Rot rot, long now) {
    this.rot = rot;
    this.progressAt = now;
  }

  Bytes id() {
    return rot.entry.manifestId();
  }

  int key() {
    return id().firstInt();
  }

  boolean lacks(Neighbor neighbor, int index) {
    BitSet chunks = lacking.get(neighbor.direction);
    return chunks != null && chunks.get(index);
  }
}
