package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All live versions, and the marks below which nothing becomes live again. What is live only moves
 * up: {@link #put} refuses anything else.
 */
final class Catalog {
  private final Map<Name, LiveEntry> live = new TreeMap<>();
  private final Map<Name, Version> marks = new TreeMap<>();
  private final Map<Integer, List<LiveEntry>> byKey = new LinkedHashMap<>();

  private final CatalogTree tree = new CatalogTree();

  Catalog(List<LiveEntry> entries, List<Version> marks) {
    marks.forEach(this::raiseMark);
    entries.forEach(this::put);
  }

  Collection<LiveEntry> entries() {
    return live.values();
  }

  int size() {
    return live.size();
  }

  Optional<LiveEntry> get(Name name) {
    return Optional.ofNullable(live.get(name));
  }

  Optional<Version> mark(Name name) {
    return Optional.ofNullable(marks.get(name));
  }

  /** Marks above what is live: versions that this tile had and wants back. */
  List<Version> wanted() {
    List<Version> wanted = new ArrayList<>();
    for (Version mark : marks.values()) {
      LiveEntry entry = live.get(mark.name());
      if (entry == null || mark.isNewerThan(entry.version())) {
        wanted.add(mark);
      }
    }
    return wanted;
  }

  /** The live entries whose manifest id begins with {@code key}; more than one is ambiguous. */
  List<LiveEntry> byKey(int key) {
    return byKey.getOrDefault(key, List.of());
  }

  /** The catalog root (PROTOCOL.md, Catalog root). */
  Bytes root() {
    return tree.root();
  }

  /** The digests under each prefix. */
  CatalogTree tree() {
    return tree;
  }

  void put(LiveEntry entry) {
    Name name = entry.version().name();
    LiveEntry old = live.get(name);
    if (old != null && !entry.version().isNewerThan(old.version())) {
      throw new IllegalStateException(entry.version() + " does not move up " + old.version());
    }
    Version mark = marks.get(name);
    if (mark != null && mark.isNewerThan(entry.version())) {
      throw new IllegalStateException(entry.version() + " is below its mark " + mark);
    }
    if (old != null) {
      int oldKey = old.manifestId().firstInt();
      List<LiveEntry> rest = new ArrayList<>(byKey(oldKey));
      rest.remove(old);
      if (rest.isEmpty()) {
        byKey.remove(oldKey);
      } else {
        byKey.put(oldKey, rest);
      }
    }
    live.put(name, entry);
    byKey.computeIfAbsent(entry.manifestId().firstInt(), key -> new ArrayList<>()).add(entry);
    raiseMark(entry.version());
    tree.put(entry.version());
  }

  /** The live file of that manifest has a seal beside it by now; the version is the same. */
  void sealed(Bytes manifestId) {
    List<LiveEntry> alike = byKey(manifestId.firstInt());
    for (int i = 0; i < alike.size(); i++) {
      LiveEntry entry = alike.get(i);
      if (entry.manifestId().equals(manifestId)) {
        alike.set(i, entry.withSeal(true));
        live.put(entry.version().name(), entry.withSeal(true));
      }
    }
  }

  private void raiseMark(Version version) {
    Version mark = marks.get(version.name());
    if (mark == null || version.isNewerThan(mark)) {
      marks.put(version.name(), version);
    }
  }
}
