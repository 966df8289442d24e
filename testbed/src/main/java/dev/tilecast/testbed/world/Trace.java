package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What happened in a world, in its order, as a digest: two runs of one seed have the same. To find
 * out where two runs part, {@link #parting} names a span of entries from the check marks that every
 * trace keeps; run both again with a trace that records that span, and {@link #firstDifference} is
 * the first event that differs.
 */
public final class Trace {
  /** Check marks kept; when they are full every second one goes. */
  private static final int MARKS_MAX = 1024;

  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final long recordFrom;
  private final int recordMax;
  private final List<Entry> recorded = new ArrayList<>();
  private final long[] marks = new long[MARKS_MAX];
  private int markCount;
  private long stride = 1;
  private long untilMark = 1;
  private long count;
  private long digest = MIX;

  /**
   * One thing that happened.
   *
   * @param index of the entry in its trace, from 0
   */
  public record Entry(long index, long nanos, String kind, String who, long value) {
    @Override
    public String toString() {
      return "#%d %.9fs %s %s %016x".formatted(index, nanos / 1e9, kind, who, value);
    }
  }

  /** Entries {@code from} to {@code end}, the latter excluded. */
  public record Span(long from, long end) {}

  /** The first entry that differs; one of both is absent where that run has ended before. */
  public record Difference(Optional<Entry> one, Optional<Entry> other) {
    @Override
    public String toString() {
      return one.map(Entry::toString).orElse("the end")
          + " against "
          + other.map(Entry::toString).orElse("the end");
    }
  }

  private Trace(long recordFrom, int recordMax) {
    this.recordFrom = recordFrom;
    this.recordMax = recordMax;
  }

  /** A trace that keeps a digest and check marks, and no entries. */
  public static Trace digestOnly() {
    return new Trace(0, 0);
  }

  /** A trace that also keeps at most {@code max} entries, the first of them number {@code from}. */
  public static Trace recording(long from, int max) {
    if (from < 0 || max < 0) {
      throw new IllegalArgumentException("entries from " + from + ", at most " + max);
    }
    return new Trace(from, max);
  }

  void add(long nanos, String kind, String who, long value) {
    long entry = mixed(mixed(nanos) ^ kind.hashCode()) + who.hashCode();
    digest = mixed(digest ^ mixed(entry ^ value));
    if (count >= recordFrom && recorded.size() < recordMax) {
      recorded.add(new Entry(count, nanos, kind, who, value));
    }
    count++;
    untilMark--;
    if (untilMark == 0) {
      mark();
    }
  }

  /** Depends on every entry so far and on their order. */
  public long digest() {
    return digest;
  }

  /** Entries so far. */
  public long count() {
    return count;
  }

  /** The entries that were kept. */
  public List<Entry> recorded() {
    return List.copyOf(recorded);
  }

  /** The entries among which {@code one} and {@code other} begin to differ, or empty. */
  public static Optional<Span> parting(Trace one, Trace other) {
    requireNonNull(one);
    if (one.count == other.count && one.digest == other.digest) {
      return Optional.empty();
    }
    // Strides are powers of two, so the marks of the wider one exist in both.
    long stride = Math.max(one.stride, other.stride);
    long same = 0;
    while (same + stride <= Math.min(one.count, other.count)
        && one.markAt(same + stride) == other.markAt(same + stride)) {
      same += stride;
    }
    return Optional.of(new Span(same, same + stride));
  }

  /** The first recorded entry in which two traces that record the same span differ, or empty. */
  public static Optional<Difference> firstDifference(Trace one, Trace other) {
    int shared = Math.min(one.recorded.size(), other.recorded.size());
    for (int i = 0; i < shared; i++) {
      if (!one.recorded.get(i).equals(other.recorded.get(i))) {
        return Optional.of(
            new Difference(Optional.of(one.recorded.get(i)), Optional.of(other.recorded.get(i))));
      }
    }
    if (one.recorded.size() == other.recorded.size()) {
      return Optional.empty();
    }
    return Optional.of(
        new Difference(
            one.recorded.stream().skip(shared).findFirst(),
            other.recorded.stream().skip(shared).findFirst()));
  }

  private long markAt(long entries) {
    return marks[Math.toIntExact(entries / stride) - 1];
  }

  private void mark() {
    if (markCount == MARKS_MAX) {
      for (int i = 0; i < MARKS_MAX / 2; i++) {
        marks[i] = marks[2 * i + 1];
      }
      Arrays.fill(marks, MARKS_MAX / 2, MARKS_MAX, 0);
      markCount = MARKS_MAX / 2;
      stride *= 2;
    }
    if (count % stride == 0) {
      marks[markCount] = digest;
      markCount++;
    }
    untilMark = stride - count % stride;
  }

  private static long mixed(long value) {
    long high = (value ^ (value >>> 32)) * MIX;
    return high ^ (high >>> 29);
  }
}
