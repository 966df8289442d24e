package dev.tilecast.engine.core;

import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.transport.Direction;
import java.util.EnumSet;
import java.util.Set;

/**
 * A chunk on its way. Each of its bytes is in exactly one of three places: missing, in flight from
 * one neighbor, or received.
 */
final class ChunkFetch {
  final int index;
  final long offset;
  final ChunkRef expected;
  final Ranges missing;

  /** Who is to deliver it; others help only where nothing else is left to ask for. */
  Direction owner;

  /** Whose bytes are in it. */
  final Set<Direction> contributors = EnumSet.noneOf(Direction.class);

  /** Who was asked for bytes of it and did not give them. */
  final Set<Direction> lostBy = EnumSet.noneOf(Direction.class);

  int losses;

  /** Set after bytes of several neighbors gave a wrong chunk: then one alone delivers it. */
  final boolean solo;

  boolean checking;
  private int received;

  ChunkFetch(int index, long offset, ChunkRef expected, Direction owner, boolean solo) {
    this.index = index;
    this.offset = offset;
    this.expected = expected;
    this.owner = owner;
    this.solo = solo;
    this.missing = Ranges.whole(expected.length());
  }

  /** Bytes of the file from {@code fileOffset} on are not in flight any more. */
  void giveBack(long fileOffset, int length) {
    int start = (int) (fileOffset - offset);
    missing.add(start, start + length);
  }

  void received(Direction from, int length) {
    contributors.add(from);
    received += length;
  }

  boolean isComplete() {
    return received == expected.length();
  }
}
