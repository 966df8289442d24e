package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.files.Staging;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.mfz.Boundaries;
import dev.tilecast.engine.mfz.Cut;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Compares chunks in staging files with their digests, and sees in the same pass whether each ends
 * where the rule of the cut ends it: every chunk is cut by itself, so a file whose chunks all are
 * need not be cut again as a whole. May be used from any thread.
 */
final class ChunkChecks {
  private final Staging staging;

  /** By manifest, the chunks that are good and end by the rule. */
  private final Map<Bytes, BitSet> cutByRule = new HashMap<>();

  /** By manifest, the chunks that end by the rule if they are good. */
  private final Map<Bytes, BitSet> endKnown = new HashMap<>();

  ChunkChecks(Staging staging) {
    this.staging = staging;
  }

  /**
   * From now on a chunk need not be looked through for its end: it is one of a file that was cut by
   * the rule, for files of about the same length, and not the last of that.
   */
  synchronized void endIsKnown(Bytes manifestId, int index) {
    endKnown.computeIfAbsent(manifestId, id -> new BitSet()).set(index);
  }

  private synchronized boolean isEndKnown(Effect.CheckChunk check) {
    BitSet known = endKnown.get(check.manifestId());
    return known != null && known.get(check.index());
  }

  /**
   * Whether the bytes are those of the chunk.
   *
   * @throws IOException where the staging file cannot be read
   */
  boolean isGood(Effect.CheckChunk check) throws IOException {
    if (isEndKnown(check)) {
      boolean good =
          staging.digestMatches(
              check.manifestId(), check.offset(), check.expected(), (bytes, count) -> {});
      record(check, good);
      return good;
    }
    long fileLength = staging.length(check.manifestId());
    Ending ending = new Ending(fileLength);
    boolean good =
        staging.digestMatches(check.manifestId(), check.offset(), check.expected(), ending::follow);
    boolean isLast = check.offset() + check.expected().length() == fileLength;
    record(check, good && ending.isHere(isLast));
    return good;
  }

  private synchronized void record(Effect.CheckChunk check, boolean byRule) {
    cutByRule.computeIfAbsent(check.manifestId(), id -> new BitSet()).set(check.index(), byRule);
  }

  /**
   * Whether all {@code chunks} of a manifest were found in its staging file, ending by the rule.
   */
  synchronized boolean areAllCutByRule(Bytes manifestId, int chunks) {
    BitSet found = cutByRule.get(manifestId);
    return found != null && found.cardinality() == chunks;
  }

  /** The staging file is gone. */
  synchronized void forget(Bytes manifestId) {
    cutByRule.remove(manifestId);
    endKnown.remove(manifestId);
  }

  /** Where one chunk ends by the rule. */
  private static final class Ending {
    private final Boundaries boundaries;
    private boolean earlier;

    Ending(long fileLength) {
      boundaries = new Boundaries(Cut.Parameters.forLength(fileLength));
    }

    void follow(byte[] bytes, int count) {
      earlier |= boundaries.isAtEnd();
      if (!earlier) {
        earlier = boundaries.scan(bytes, 0, count) < count;
      }
    }

    /**
     * Whether it ends after the bytes so far; the last one ends with its file, wherever that is.
     */
    boolean isHere(boolean isLast) {
      return !earlier && (isLast || boundaries.isAtEnd());
    }
  }
}
