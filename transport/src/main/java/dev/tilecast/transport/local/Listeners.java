package dev.tilecast.transport.local;

import dev.tilecast.transport.Direction;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** The programs that hear of links, by direction, and what they were told last. Thread-safe. */
final class Listeners {
  /** Programs at once that hear of one direction. */
  static final int MAX = 8;

  static final byte[] CONNECTED = {(byte) 0xC4, 1};
  static final byte[] DISCONNECTED = {(byte) 0xC4, 2};

  private final Map<Direction, Set<Program>> listeners = new EnumMap<>(Direction.class);
  private final Set<Direction> up = EnumSet.noneOf(Direction.class);
  private final BiConsumer<Program, byte[]> queue;

  /** Nobody yet; {@code queue} has what is to be told. */
  Listeners(BiConsumer<Program, byte[]> queue) {
    this.queue = queue;
  }

  /** The link of {@code direction} is up, or it is down. */
  synchronized void tell(Direction direction, boolean isUp) {
    boolean changed = isUp ? up.add(direction) : up.remove(direction);
    if (changed) {
      listeners
          .getOrDefault(direction, Set.of())
          .forEach(program -> queue.accept(program, isUp ? CONNECTED : DISCONNECTED));
    }
  }

  /** Tells {@code program} how it is, and what becomes of it; or the reason why not. */
  synchronized Optional<String> add(Direction direction, Program program) {
    Set<Program> hearing = listeners.computeIfAbsent(direction, none -> new HashSet<>());
    if (hearing.size() >= MAX) {
      return Optional.of(MAX + " programs hear of " + direction + " already; close one of them");
    }
    hearing.add(program);
    queue.accept(program, up.contains(direction) ? CONNECTED : DISCONNECTED);
    return Optional.empty();
  }

  synchronized void forget(Program program) {
    listeners.values().forEach(hearing -> hearing.remove(program));
  }

  synchronized boolean isUp(Direction direction) {
    return up.contains(direction);
  }
}
