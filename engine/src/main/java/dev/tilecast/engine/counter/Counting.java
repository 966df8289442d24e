package dev.tilecast.engine.counter;

import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What one tile knows of a counter: its own value, which it advertises to every neighbor that is
 * connected, and theirs, as far as they have told. Pure: it has no clock and sends nothing itself.
 * Not thread-safe.
 */
public final class Counting {
  /** A neighbor that has missed so many of its own advertisements is forgotten. */
  static final int MISSED_MAX = 3;

  /** Who asks again and again is answered no more often. */
  static final long ANSWER_NANOS = 1_000_000_000L;

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final String OF_FAULT = "bad_";

  /** A packet that is to be sent. */
  public record Sending(Direction to, CounterPacket packet) {}

  /**
   * A neighbor.
   *
   * @param value its counter, or empty where it has told none
   * @param heardNanosAgo how long ago it told that, 0 where it has not
   */
  public record Row(Direction direction, OptionalLong value, long heardNanosAgo) {}

  private static final class Neighbor {
    private long advertiseAt;
    private long answerAt = Long.MIN_VALUE;
    private Optional<CounterPacket> told = Optional.empty();
    private long heardAt;
  }

  private final long everyNanos;
  private final Map<Direction, Neighbor> neighbors = new EnumMap<>(Direction.class);
  private final Map<String, Long> counters = new TreeMap<>();
  private OptionalLong own = OptionalLong.empty();

  /**
   * A counter without a value.
   *
   * @param everySeconds how often it is advertised while it does not change, 1 to 65535
   */
  public Counting(int everySeconds) {
    everyNanos = SECOND_NANOS * new CounterPacket(0, everySeconds, false).nextSeconds();
  }

  /** Its own value, 0 or more: all hear of it at once, if it is another one. */
  public void set(long value, long now) {
    if (!own.equals(OptionalLong.of(value))) {
      own = OptionalLong.of(value);
      neighbors.values().forEach(neighbor -> neighbor.advertiseAt = now);
    }
  }

  /** Its own value, where it has one. */
  public OptionalLong own() {
    return own;
  }

  /** Somebody can be reached in {@code direction}, perhaps another one than before. */
  public void connected(Direction direction, long now) {
    Neighbor neighbor = new Neighbor();
    neighbor.advertiseAt = now;
    neighbors.put(direction, neighbor);
  }

  /** Nobody can be reached there any more. */
  public void disconnected(Direction direction) {
    neighbors.remove(direction);
  }

  /** Takes a packet of the service, header included. */
  public void received(Direction from, byte[] packet, long now) {
    Optional<CounterPacket.Fault> fault = CounterPacket.faultOf(packet);
    Neighbor neighbor = neighbors.get(from);
    if (fault.isPresent()) {
      count(OF_FAULT + fault.get().name().toLowerCase(Locale.ROOT));
    } else if (neighbor == null) {
      // Who is not connected was a moment ago, and is forgotten.
      count("not_connected");
    } else {
      count("received");
      neighbor.told = Optional.of(CounterPacket.of(packet));
      neighbor.heardAt = now;
      if (neighbor.told.get().asks()) {
        long answerAt = Math.max(now, neighbor.answerAt);
        neighbor.advertiseAt = Math.min(neighbor.advertiseAt, answerAt);
      }
    }
  }

  /** What is to be sent now. */
  public List<Sending> due(long now) {
    List<Sending> sendings = new ArrayList<>();
    neighbors.forEach(
        (direction, neighbor) -> {
          if (own.isPresent() && neighbor.advertiseAt <= now) {
            neighbor.advertiseAt = now + everyNanos;
            neighbor.answerAt = now + ANSWER_NANOS;
            count("sent");
            int nextSeconds = (int) (everyNanos / SECOND_NANOS);
            sendings.add(
                new Sending(
                    direction,
                    new CounterPacket(own.getAsLong(), nextSeconds, neighbor.told.isEmpty())));
          }
          if (now >= forgetAt(neighbor)) {
            neighbor.told = Optional.empty();
            count("forgotten");
          }
        });
    return sendings;
  }

  /** When {@link #due} is to be asked again, if nothing happens until then. */
  public long wakeAt() {
    long at = Long.MAX_VALUE;
    for (Neighbor neighbor : neighbors.values()) {
      at = Math.min(at, own.isPresent() ? neighbor.advertiseAt : Long.MAX_VALUE);
      at = Math.min(at, forgetAt(neighbor));
    }
    return at;
  }

  /** Every neighbor that is connected. */
  public List<Row> rows(long now) {
    List<Row> rows = new ArrayList<>();
    neighbors.forEach(
        (direction, neighbor) ->
            rows.add(
                neighbor
                    .told
                    .map(
                        told ->
                            new Row(
                                direction, OptionalLong.of(told.value()), now - neighbor.heardAt))
                    .orElseGet(() -> new Row(direction, OptionalLong.empty(), 0))));
    return rows;
  }

  /** What has been counted so far: packets sent, received, and those that were none. */
  public Map<String, Long> counters() {
    return new TreeMap<>(counters);
  }

  private static long forgetAt(Neighbor neighbor) {
    return neighbor
        .told
        .map(told -> neighbor.heardAt + MISSED_MAX * SECOND_NANOS * told.nextSeconds())
        .orElse(Long.MAX_VALUE);
  }

  private void count(String what) {
    counters.merge(what, 1L, Long::sum);
  }
}
