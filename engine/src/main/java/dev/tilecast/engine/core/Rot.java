package dev.tilecast.engine.core;

import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One live file of which bytes are not what its manifest says: the disk has changed them, or
 * somebody has put something else there. Knows which chunks are wrong, and what came of the
 * attempts to have them again; decides nothing.
 */
final class Rot {
  final LiveEntry entry;
  final Manifest manifest;
  final long foundAt;

  /** The chunks that were wrong when they were read last. */
  final BitSet wrong = new BitSet();

  /** What lies there, where that is no file of the right length. */
  Optional<Misplaced> misplaced = Optional.empty();

  /** Whether the whole file was read since the first wrong chunk was found. */
  boolean scanned;

  /** When its neighbors are asked again who has it, and how many times they were. */
  long soughtAgainAt = Long.MIN_VALUE;

  int seeks;

  /** What stands in the way of making it whole, as a sentence, or an empty text. */
  String obstacle = "";

  long triedAt = Long.MIN_VALUE / 2;
  long retryAt = Long.MIN_VALUE;
  int putOffs;

  /** Neighbors that did not give what they were asked for, and until when they are not asked. */
  final Map<Direction, Long> shunnedUntil = new EnumMap<>(Direction.class);

  final Map<Direction, Integer> shuns = new EnumMap<>(Direction.class);

  /** Who alone has given a chunk that was wrong, too. */
  final Map<Integer, Direction> wrongFrom = new TreeMap<>();

  private final List<ChunkRef> chunks;
  private final long[] offsets;

  Rot(LiveEntry entry, Manifest manifest, long foundAt) {
    this.entry = entry;
    this.manifest = manifest;
    this.foundAt = foundAt;
    this.chunks = manifest.chunks();
    this.offsets = new long[chunks.size() + 1];
    for (int i = 0; i < chunks.size(); i++) {
      offsets[i + 1] = offsets[i] + chunks.get(i).length();
    }
  }

  Name name() {
    return entry.version().name();
  }

  ChunkRef chunk(int index) {
    return chunks.get(index);
  }

  long offset(int index) {
    return offsets[index];
  }

  int chunkCount() {
    return chunks.size();
  }

  /** Whether nothing can take its place before somebody has moved away what lies there. */
  boolean isBlocked() {
    return misplaced.filter(Misplaced::blocks).isPresent();
  }

  long wrongBytes() {
    return wrong.stream().mapToLong(index -> chunks.get(index).length()).sum();
  }

  /** Whether {@code range} has a byte in a wrong chunk. */
  boolean touches(Message.Range range) {
    return wrong.stream()
        .anyMatch(i -> offsets[i] < range.end() && range.offset() < offsets[i + 1]);
  }

  /** {@code neighbor} did not give it: others are asked for a while, longer each time. */
  void shun(Direction neighbor, long now) {
    int times = shuns.merge(neighbor, 1, Integer::sum);
    long wait =
        Math.min(Limits.MEND_RETRY_MAX_NANOS, Limits.MEND_RETRY_NANOS << Math.min(times, 10));
    shunnedUntil.put(neighbor, now + wait);
  }
}
