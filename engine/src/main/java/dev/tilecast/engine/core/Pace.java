package dev.tilecast.engine.core;

import dev.tilecast.transport.Direction;
import java.util.EnumMap;
import java.util.Map;

/**
 * What came of one transfer, from whom and when, and for how long each source could have delivered.
 * Only counts; {@link Pacing} says who could.
 */
final class Pace {
  /** What came from one neighbor. */
  static final class Share {
    final Flow flow = new Flow();
    long bytes;
    long cameAt = Long.MIN_VALUE;

    /** How long it could have delivered. */
    long ableNanos;

    /** Until when it could, as of the last look; {@link Long#MIN_VALUE} if it could not. */
    long ableUntil = Long.MIN_VALUE;
  }

  final Map<Direction, Share> shares = new EnumMap<>(Direction.class);

  /** When bytes came last. */
  long cameAt = Long.MIN_VALUE;

  /** Whether chunks were lacking when it was last looked at. */
  boolean pulling;

  /** Of its transfer, when it was last looked at. */
  long verifiedBytes;

  /** How long chunks were lacking. */
  long pullingNanos;

  /** Of that, how long at least one source could have delivered. */
  long ableNanos;

  long lookedAt;

  Pace(long now) {
    lookedAt = now;
  }

  /** Bytes that were asked for came from {@code from}. */
  void came(Neighbor from, int length, long now) {
    Share share = of(from.direction);
    share.bytes += length;
    share.cameAt = now;
    share.flow.add(length, now);
    from.flow.add(length, now);
    cameAt = now;
  }

  Share of(Direction direction) {
    Share share = shares.get(direction);
    if (share == null) {
      share = new Share();
      shares.put(direction, share);
    }
    return share;
  }

  /** All bytes that came. */
  long bytes() {
    long bytes = 0;
    for (Share share : shares.values()) {
      bytes += share.bytes;
    }
    return bytes;
  }

  /** Time has passed, in which all was as when it was last looked at. */
  void pass(long now) {
    if (pulling) {
      pullingNanos += now - lookedAt;
      long longest = 0;
      for (Share share : shares.values()) {
        if (share.ableUntil > lookedAt) {
          long able = Math.min(now, share.ableUntil) - lookedAt;
          share.ableNanos += able;
          longest = Math.max(longest, able);
        }
      }
      ableNanos += longest;
    }
    lookedAt = now;
  }
}
