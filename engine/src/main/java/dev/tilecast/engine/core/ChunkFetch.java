package dev.tilecast.engine.core;

import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.transport.Direction;
import java.util.EnumSet;
import java.util.Set;

/**
 * A chunk on its way. Each of its bytes is in exactly one of three places: missing, in flight, or
 * received. In flight it is from one neighbor, in an endgame from two.
 */
final class ChunkFetch {
  final int index;
  final long offset;
  final ChunkRef expected;
  final Ranges missing;

  /** What has not come yet. */
  private final Ranges lacking;

  /** Requests of which two are in flight, or were until the first of them was answered. */
  private final Ranges twice = new Ranges();

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

  ChunkFetch(int index, long offset, ChunkRef expected, Direction owner, boolean solo) {
    this.index = index;
    this.offset = offset;
    this.expected = expected;
    this.owner = owner;
    this.solo = solo;
    this.missing = Ranges.whole(expected.length());
    this.lacking = Ranges.whole(expected.length());
  }

  /** The same bytes are asked of a second neighbor, in the very same packet. */
  void askTwice(long fileOffset, int length) {
    int start = (int) (fileOffset - offset);
    twice.add(start, start + length);
  }

  /** Whether one neighbor alone was asked for these bytes, which have not come. */
  boolean isAskedOnce(long fileOffset, int length) {
    int start = (int) (fileOffset - offset);
    return lacking.contains(start, start + length) && !twice.contains(start, start + length);
  }

  /**
   * One of two requests for these bytes is over, answered or not; false where there was only one.
   */
  boolean endTwice(long fileOffset, int length) {
    int start = (int) (fileOffset - offset);
    boolean both = twice.contains(start, start + length);
    if (both) {
      twice.remove(start, start + length);
    }
    return both;
  }

  /** Whether these bytes have not come yet. */
  boolean lacks(long fileOffset, int length) {
    int start = (int) (fileOffset - offset);
    return lacking.contains(start, start + length);
  }

  /** Bytes of the file from {@code fileOffset} on are not in flight any more. */
  void giveBack(long fileOffset, int length) {
    if (!endTwice(fileOffset, length) && lacks(fileOffset, length)) {
      int start = (int) (fileOffset - offset);
      missing.add(start, start + length);
    }
  }

  void received(Direction from, long fileOffset, int length) {
    int start = (int) (fileOffset - offset);
    contributors.add(from);
    lacking.remove(start, start + length);
  }

  boolean isComplete() {
    return lacking.isEmpty();
  }
}
