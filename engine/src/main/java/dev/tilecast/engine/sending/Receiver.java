package dev.tilecast.engine.sending;

import dev.tilecast.transport.Direction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides for the files that neighbors send: one at a time from each direction that is allowed. Not
 * thread-safe; without clock and I/O. What a neighbor says moves only its own direction.
 */
public final class Receiver {
  /**
   * A file that comes just now.
   *
   * @param heldBytes how much of it is here
   */
  public record Coming(Direction from, FileName name, int heldBytes, int length) {}

  private final Map<Direction, Reception> receptions = new EnumMap<>(Direction.class);
  private final Map<String, Long> counters = new TreeMap<>();

  /**
   * Takes files from {@code allowed} directions.
   *
   * @param bytesMax the longest file that is taken
   */
  public Receiver(Set<Direction> allowed, int bytesMax) {
    for (Direction direction : Direction.values()) {
      receptions.put(
          direction, new Reception(direction, allowed.contains(direction), bytesMax, this::count));
    }
  }

  private void count(String counter) {
    counters.merge(counter, 1L, Long::sum);
  }

  /** What has happened, by name. */
  public Map<String, Long> counters() {
    return Map.copyOf(counters);
  }

  /** Takes a message of a neighbor. */
  public void received(Direction from, FileMessage message, long now, List<FileEffect> out) {
    receptions.get(from).received(message, now, out);
  }

  /** What came of {@link FileEffect.Open}. */
  public void opened(Direction from, Opening opening, long now, List<FileEffect> out) {
    receptions.get(from).opened(opening, now, out);
  }

  /** {@link FileEffect.Finish} has put the file in its place. */
  public void finished(Direction from, long now, List<FileEffect> out) {
    receptions.get(from).finished(now, out);
  }

  /** {@link FileEffect.Finish} has not put the file in its place. */
  public void notFinished(Direction from, Objection why, long now, List<FileEffect> out) {
    receptions.get(from).notFinished(why, now, out);
  }

  /** The disk took no more bytes of the open file. */
  public void diskFailed(Direction from, Objection why, long now, List<FileEffect> out) {
    receptions.get(from).diskFailed(why, now, out);
  }

  /** Takes note of the time. */
  public void tick(long now, List<FileEffect> out) {
    receptions.values().forEach(reception -> reception.tick(now, out));
  }

  /** When {@link #tick} is due, or {@link Long#MAX_VALUE}. */
  public long wakeAtNanos() {
    return receptions.values().stream()
        .mapToLong(Reception::wakeAtNanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** What comes just now, by direction. */
  public List<Coming> coming() {
    return receptions.values().stream().flatMap(reception -> reception.coming().stream()).toList();
  }

  /** Nothing is received any more: senders are told, and what has come is kept. */
  public void stop(List<FileEffect> out) {
    receptions.values().forEach(reception -> reception.stop(out));
  }
}
