package dev.tilecast.testbed.storm;

import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.mfz.Seal;
import dev.tilecast.testbed.process.ProcessTile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks at every tile all the time, from outside: each file in {@code live/} is, byte for byte, a
 * version that was made; no name's version goes down or away, neither in the folder nor in the
 * tile's own report. Each of the two looks belongs to one thread.
 */
final class Watch {
  private final Map<Integer, ProcessTile> tiles = new HashMap<>();
  private final Ledger ledger;
  private final Floors floors;
  private final Violations violations;
  private final Tally tally;

  /** What was hashed, by where it was; only the thread that looks at files uses it. */
  private final Map<Path, Seen> seen = new HashMap<>();

  /** Of the reports alone, since they may lag behind the files; only their thread uses it. */
  private final Floors reported = new Floors();

  /**
   * A file that was hashed.
   *
   * @param identity changes whenever the file does
   */
  private record Seen(Map<String, Object> identity, Published published) {}

  Watch(
      Iterable<ProcessTile> all, Ledger ledger, Floors floors, Violations violations, Tally tally) {
    all.forEach(tile -> tiles.put(tiles.size(), tile));
    this.ledger = ledger;
    this.floors = floors;
    this.violations = violations;
    this.tally = tally;
  }

  /** A name that was published, or the seal of one, whole. */
  private void atEntry(Path entry) throws IOException {
    String fileName = entry.getFileName().toString();
    if (ledger.names().contains(fileName)) {
      return;
    }
    String sealed =
        fileName.endsWith(Seal.SUFFIX)
            ? fileName.substring(0, fileName.length() - Seal.SUFFIX.length())
            : "";
    if (!ledger.names().contains(sealed)) {
      violations.add(entry + " is none of the names that were published");
      return;
    }
    try {
      String name = Seal.read(entry).manifest().head().version().name().text();
      if (!name.equals(sealed)) {
        violations.add(entry + " is a seal of " + name);
      }
    } catch (NoSuchFileException e) {
      // The next version has none.
    } catch (MalformedException e) {
      violations.add(entry + " is no whole seal: " + e.getMessage());
    }
  }

  /** Looks once at every file in every {@code live/}. */
  void atFiles() throws IOException {
    for (Map.Entry<Integer, ProcessTile> tile : tiles.entrySet()) {
      Path live = tile.getValue().home().resolve("live");
      for (String name : ledger.names()) {
        atFile(tile.getKey(), tile.getValue(), name, live.resolve(name));
      }
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(live)) {
        for (Path entry : entries) {
          atEntry(entry);
        }
      }
    }
  }

  private void atFile(int tile, ProcessTile where, String name, Path file) throws IOException {
    // Taken first: what was live before this look must not be gone at it.
    Optional<Published> floor = floors.of(tile, name);
    Optional<Published> found;
    try {
      found = identify(file);
    } catch (NoSuchFileException e) {
      floor.ifPresent(
          had -> violations.add("tile " + where.label() + " has lost " + had + " from live/"));
      return;
    }
    if (found.isEmpty()) {
      violations.add(file + " is not, byte for byte, a version that was made");
      return;
    }
    requireNotBelow("live/ of tile " + where.label(), floor, found.get());
    floors.raise(tile, found.get());
  }

  /** What the file is; empty where it is nothing that was made under its name. */
  private Optional<Published> identify(Path file) throws IOException {
    Map<String, Object> identity =
        Files.readAttributes(file, "unix:ino,size,lastModifiedTime,ctime");
    Seen last = seen.get(file);
    if (last != null && last.identity.equals(identity)) {
      return Optional.of(last.published);
    }
    String sha256 = Ledger.sha256(file);
    Optional<Published> found =
        ledger.ofFile(sha256).filter(p -> p.name().equals(file.getFileName().toString()));
    tally.add(Tally.Count.FILES_HASHED);
    found.ifPresent(
        published -> {
          tally.add(Tally.Count.BYTES_HASHED, published.fileLength());
          if (last == null || !last.published.equals(published)) {
            tally.add(Tally.Count.LIVE_CHANGES);
          }
          seen.put(file, new Seen(identity, published));
        });
    return found;
  }

  /** Asks every daemon that answers once for its report. */
  void atReports() throws IOException {
    for (Map.Entry<Integer, ProcessTile> tile : tiles.entrySet()) {
      try {
        atReport(tile.getKey(), tile.getValue(), tile.getValue().report());
        tally.add(Tally.Count.REPORTS);
      } catch (NoDaemonException e) {
        // Killed, or starting.
      }
    }
  }

  void atReport(int number, ProcessTile tile, TileReport report) {
    Set<String> absent = new TreeSet<>(ledger.names());
    for (TileReport.Live live : report.live()) {
      Optional<Published> found = ledger.of(live.entry().version());
      if (found.isEmpty()) {
        violations.add(
            "tile " + tile.label() + " reports " + live.entry().version() + ", never made");
        continue;
      }
      String name = found.get().name();
      absent.remove(name);
      requireNotBelow("the report of tile " + tile.label(), reported.of(number, name), found.get());
      reported.raise(number, found.get());
      floors.raise(number, found.get());
    }
    for (String name : absent) {
      reported
          .of(number, name)
          .ifPresent(
              had -> violations.add("the report of tile " + tile.label() + " has lost " + had));
    }
  }

  private void requireNotBelow(String where, Optional<Published> floor, Published found) {
    if (floor.isPresent() && floor.get().isNewerThan(found)) {
      violations.add(where + " went down to " + found + ", it had " + floor.get());
    }
  }
}
