package dev.tilecast.testbed.world;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** {@link Traces} on a simulated disk. */
final class SimTraces implements Traces {
  private final SimTile tile;

  SimTraces(SimTile tile) {
    this.tile = tile;
  }

  private SimDisk disk() {
    return (SimDisk) tile.disk();
  }

  @Override
  public Map<Name, Version> rows() {
    Map<Name, Version> rows = new TreeMap<>();
    disk().rows().live().forEach((name, row) -> rows.put(name, row.entry().version()));
    return rows;
  }

  @Override
  public Map<Bytes, Integer> transfers() {
    Map<Bytes, Integer> transfers = new TreeMap<>();
    disk().rows().transfers().forEach(row -> transfers.put(row.manifestId(), row.pages().size()));
    return transfers;
  }

  @Override
  public Set<Name> intents() {
    Set<Name> intents = new LinkedHashSet<>();
    disk().rows().intents().forEach(version -> intents.add(version.name()));
    return intents;
  }

  @Override
  public Map<Name, Version> marks() {
    return disk().marks();
  }

  @Override
  public Set<Bytes> staged() {
    return new LinkedHashSet<>(disk().stagedIds());
  }

  @Override
  public Bytes staged(Bytes id) {
    return Bytes.copyOf(disk().stagedBytes(id));
  }

  @Override
  public Set<String> inbox() {
    return disk().inbox().keySet();
  }

  @Override
  public Set<String> refused() {
    return new LinkedHashSet<>(disk().refused());
  }

  @Override
  public Map<Name, Bytes> archive() {
    Map<Name, Bytes> archive = new TreeMap<>();
    disk().archive().forEach((name, held) -> archive.put(name, held.content()));
    return archive;
  }

  @Override
  public void putLive(SimFile file) {
    disk().put(file.name(), new SimDisk.Held(file, "put by hand", false));
  }

  @Override
  public void deleteLive(Name name) {
    disk().remove(name);
  }

  @Override
  public void flipStaged(Bytes id, int at) {
    byte[] bytes = disk().stagedBytes(id);
    bytes[at] = (byte) ~bytes[at];
  }

  @Override
  public void deleteStaged(Bytes id) {
    disk().dropStaging(id);
  }

  @Override
  public void strayInStaging(SimFile file) {
    disk().openStaging(file.id(), file.manifest().head());
  }

  @Override
  public void promoteUpTo(CutPoint point, SimFile file) throws java.io.IOException {
    Optional<Bytes> staged = Optional.of(file.id());
    disk().syncStaged(file.id());
    if (point.compareTo(CutPoint.AFTER_ARCHIVE) >= 0) {
      disk().keepInArchive(file.name());
    }
    if (point.compareTo(CutPoint.AFTER_RENAME) >= 0) {
      disk().rename(file, staged, false);
    }
    if (point.compareTo(CutPoint.AFTER_FOLDER_SYNC) >= 0) {
      disk().syncFolders();
    }
    if (point.compareTo(CutPoint.AFTER_MARK) >= 0) {
      disk().mark(file.version());
    }
  }
}
