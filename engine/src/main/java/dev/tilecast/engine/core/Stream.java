package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The sealed side of one transfer: its seal, who holds which of its chunks, who is told of ours.
 * Holds no rule; {@link Streaming} has those.
 */
final class Stream {
  /** When a neighbor is told once more that a version comes in here, as long as it is silent. */
  static final class Telling {
    final long bootId;
    long at = Long.MIN_VALUE;
    int times;

    Telling(long bootId) {
      this.bootId = bootId;
    }
  }

  /** The signature that came with the manifest; believed as long as {@link #stands} is set. */
  Optional<Bytes> seal = Optional.empty();

  Direction sealFrom;

  /** Whether the seal was checked with the key of the version's signer. */
  boolean stands;

  /** Whether no good seal is to be had: then it is a file like those without. */
  boolean givenUp;

  final Map<Direction, Held> held = new EnumMap<>(Direction.class);

  /** Neighbors that want to hear of each chunk, and in which boot of theirs they said so. */
  final Map<Direction, Long> followers = new EnumMap<>(Direction.class);

  final Map<Direction, Telling> telling = new EnumMap<>(Direction.class);

  /** Pages that were asked for before they were here, by neighbor and number. */
  final Map<Direction, Map<Integer, Message.ManifestWant>> awaited = new EnumMap<>(Direction.class);

  /** Chunks that were checked and not told of yet. */
  final BitSet news = new BitSet();

  /** It waits without a slot: nobody is served, and nobody's word of before is built on. */
  void rest() {
    held.clear();
    followers.clear();
    telling.clear();
    awaited.clear();
    news.clear();
  }

  Map<Integer, Message.ManifestWant> awaitedBy(Direction direction) {
    return awaited.computeIfAbsent(direction, d -> new TreeMap<>());
  }
}
