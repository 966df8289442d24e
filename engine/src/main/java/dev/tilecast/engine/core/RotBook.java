package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The live files that are known to be rotten, by name; at most {@link Limits#ROTTEN_MAX}. */
final class RotBook {
  private final Map<Name, Rot> byName = new TreeMap<>();

  /** Live names under which something unknown lies, until it was read whole. */
  private final Set<Name> doubted = new TreeSet<>();

  Optional<Rot> get(Name name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** A copy, so that files may become whole while it is walked. */
  List<Rot> all() {
    return new ArrayList<>(byName.values());
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  boolean isFull() {
    return byName.size() >= Limits.ROTTEN_MAX;
  }

  void put(Rot rot) {
    byName.put(rot.name(), rot);
  }

  void remove(Name name) {
    byName.remove(name);
  }

  /** Something else lies there than before: nothing of it is served. */
  void doubt(Name name) {
    doubted.add(name);
  }

  /**
   * What is there is known: it is whole, or what is wrong of it stands here.
   *
   * @return whether it was not before
   */
  boolean known(Name name) {
    return doubted.remove(name);
  }

  /** Whether {@code range} of the live file of {@code entry} is not to be served. */
  boolean touches(LiveEntry entry, Message.Range range) {
    Rot rot = byName.get(entry.version().name());
    return doubted.contains(entry.version().name()) || (rot != null && rot.touches(range));
  }
}
