package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Restored;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rows of one simulated tile: what has been committed, and how much of it was synced. */
final class SimRows {
  /** One live version, and the file that it was when the row was written. */
  record LiveRow(LiveEntry entry, Manifest manifest, String identity) {}

  private static final class Tables {
    final Map<Name, LiveRow> live = new TreeMap<>();
    final Map<Name, Version> intents = new TreeMap<>();
    final Map<Bytes, Restored.Begun> transfers = new LinkedHashMap<>();

    Tables copy() {
      Tables copy = new Tables();
      copy.live.putAll(live);
      copy.intents.putAll(intents);
      copy.transfers.putAll(transfers);
      return copy;
    }

    void apply(Save save) {
      if (save instanceof Save.Intent s) {
        intents.put(s.version().name(), s.version());
      } else if (save instanceof Save.IntentGone s) {
        intents.remove(s.version().name(), s.version());
      } else if (save instanceof Save.Live s) {
        Name name = s.entry().version().name();
        live.put(name, new LiveRow(s.entry(), s.manifest(), s.fileIdentity()));
        intents.remove(name);
      } else if (save instanceof Save.TransferBegun s) {
        transfers.put(s.manifestId(), new Restored.Begun(s.manifestId(), s.head(), Map.of()));
      } else if (save instanceof Save.Page s) {
        transfers.computeIfPresent(s.manifestId(), (id, begun) -> with(begun, s));
      } else if (save instanceof Save.TransferGone s) {
        transfers.remove(s.manifestId());
      } else if (!(save instanceof Save.Event)) {
        throw new AssertionError(save);
      }
    }

    private static Restored.Begun with(Restored.Begun begun, Save.Page page) {
      Map<Integer, ManifestPage> pages = new TreeMap<>(begun.pages());
      pages.put(page.index(), page.page());
      return new Restored.Begun(begun.manifestId(), begun.head(), pages);
    }
  }

  private Tables current = new Tables();
  private Tables synced = new Tables();
  private final List<Save> unsynced = new ArrayList<>();

  /** All of {@code saves} or, by an exception of whoever calls, none. */
  void commit(List<Save> saves) {
    for (Save save : saves) {
      current.apply(save);
      if (!(save instanceof Save.Event)) {
        unsynced.add(save);
      }
    }
    if (saves.stream().anyMatch(Save::durable)) {
      sync();
    }
  }

  void sync() {
    unsynced.forEach(synced::apply);
    unsynced.clear();
  }

  /** How many rows a power cut may take. */
  int unsyncedCount() {
    return unsynced.size();
  }

  /** Power goes: of what was not synced, the first {@code kept} rows are there. */
  void cut(int kept) {
    unsynced.subList(0, kept).forEach(synced::apply);
    unsynced.clear();
    current = synced.copy();
  }

  /** The database is gone. */
  void clear() {
    current = new Tables();
    synced = new Tables();
    unsynced.clear();
  }

  Map<Name, LiveRow> live() {
    return current.live;
  }

  List<Restored.Begun> transfers() {
    return List.copyOf(current.transfers.values());
  }

  List<Version> intents() {
    return List.copyOf(current.intents.values());
  }

  void forgetLive(Name name) {
    current.live.remove(name);
    synced.live.remove(name);
  }
}
