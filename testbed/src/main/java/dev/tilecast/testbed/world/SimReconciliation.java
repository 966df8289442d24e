package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Restored;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The start of a tile on a {@link SimDisk}, as the daemon starts on a real one. */
final class SimReconciliation {
  private final SimDisk disk;
  private final Mint mint;
  private final Trust trust;

  SimReconciliation(SimDisk disk, Mint mint, Trust trust) {
    this.disk = disk;
    this.mint = mint;
    this.trust = trust;
  }

  /** What the daemon does before its first packet: rows are made to agree with bytes. */
  Restored reconcile() throws IOException {
    SimRows rows = disk.rows();
    List<Save> saves = new ArrayList<>();
    // As the daemon's: a mark must not rest on a rename that a later cut could take back.
    disk.syncFolders();
    List<LiveEntry> entries = new ArrayList<>();
    Map<Name, String> aside = new LinkedHashMap<>();
    for (SimDisk.Held held : List.copyOf(disk.live().values())) {
      Version version = held.manifest().head().version();
      SimRows.LiveRow row = rows.live().get(version.name());
      boolean known = row != null && row.identity().equals(held.identity());
      Version mark = disk.marks().get(version.name());
      if ((!known && !isSound(held)) || (mark != null && mark.isNewerThan(version))) {
        disk.moveAside(version.name());
        aside.put(
            version.name(),
            "What lay at live/" + version.name() + " when the tile started is in refused/");
        rows.forgetLive(version.name());
        continue;
      }
      LiveEntry entry = LiveEntry.of(held.manifest().head()).withSeal(isSealed(held));
      if (!known) {
        saves.add(new Save.Live(entry, held.manifest(), held.identity()));
      }
      disk.mark(version);
      entries.add(entry);
    }
    rows.live().keySet().stream()
        .filter(name -> !disk.live().containsKey(name))
        .toList()
        .forEach(rows::forgetLive);
    List<Restored.Begun> begun = reconcileTransfers(saves);
    rows.intents().forEach(version -> saves.add(new Save.IntentGone(version)));
    rows.commit(saves);
    return new Restored(entries, List.copyOf(disk.marks().values()), begun, aside, trust);
  }

  private boolean isSealed(SimDisk.Held held) {
    Optional<Bytes> seal = held.sealed() ? held.file().seal() : Optional.empty();
    return seal.filter(s -> Mint.isSealed(held.manifest().head(), s, trust)).isPresent();
  }

  private boolean isSound(SimDisk.Held held) {
    return Mint.judge(held.manifest().head(), trust).isEmpty()
        && mint.genuine(held.file().id(), held.content()).isPresent();
  }

  private List<Restored.Begun> reconcileTransfers(List<Save> saves) {
    Set<Bytes> known = new LinkedHashSet<>();
    List<Restored.Begun> begun = new ArrayList<>();
    for (Restored.Begun row : disk.rows().transfers()) {
      if (disk.isStaged(row.manifestId())
          && disk.stagedLength(row.manifestId()) == row.head().fileLength()) {
        begun.add(row);
        known.add(row.manifestId());
      } else {
        saves.add(new Save.TransferGone(row.manifestId()));
      }
    }
    disk.stagedIds().stream().filter(id -> !known.contains(id)).forEach(disk::dropStaging);
    return begun;
  }
}
