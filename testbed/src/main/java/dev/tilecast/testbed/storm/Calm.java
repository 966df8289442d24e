package dev.tilecast.testbed.storm;

import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.admin.Why;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.testbed.process.ProcessTile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What must become true when a storm is over: every tile has the same newest versions, nothing that
 * was acknowledged or delivered is below, nothing is open. Belongs to one thread.
 */
final class Calm {
  private final List<ProcessTile> tiles;
  private final int tinyTile;
  private final Room room;
  private final Ledger ledger;

  /** What the tiny tile can take, as its own rules have it. */
  interface Room {
    /** Whether it must take a file of so many bytes. */
    boolean fits(long fileLength) throws IOException;
  }

  Calm(List<ProcessTile> tiles, int tinyTile, Room room, Ledger ledger) {
    this.tiles = List.copyOf(tiles);
    this.tinyTile = tinyTile;
    this.room = room;
    this.ledger = ledger;
  }

  /** What is not yet as it must be, in sentences; empty when all is. */
  List<String> missing() throws IOException {
    List<String> silent = new ArrayList<>();
    List<TileReport> reports = new ArrayList<>();
    for (ProcessTile tile : tiles) {
      try {
        reports.add(tile.report());
      } catch (NoDaemonException e) {
        silent.add("tile " + tile.label() + " does not answer: " + e.getMessage());
      }
    }
    return silent.isEmpty() ? missingIn(reports) : silent;
  }

  /** The same, where these are the reports of all tiles. */
  List<String> missingIn(List<TileReport> reports) throws IOException {
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < tiles.size(); i++) {
      missOn(tiles.get(i), i == tinyTile, reports.get(i), missing);
    }
    for (String name : ledger.names()) {
      missOf(name, reports, missing);
    }
    return missing;
  }

  private void missOn(ProcessTile tile, boolean tiny, TileReport report, List<String> missing)
      throws IOException {
    String where = "tile " + tile.label() + " ";
    for (TileReport.Neighbor neighbor : report.neighbors()) {
      if (!neighbor.alive()) {
        missing.add(where + "does not hear " + neighbor.direction() + ": " + neighbor.note());
      }
    }
    Set<String> open = new TreeSet<>();
    for (TileReport.Transfer transfer : report.transfers()) {
      open.add(transfer.manifestId().toHex() + ".part");
      // One that its disk had no room for waits, half pulled, for room to come.
      if (!tiny || !transfer.parked()) {
        missing.add(where + "still pulls: " + Why.explain(report, transfer.name()).headline());
      }
    }
    for (String left : entries(tile.home().resolve("staging"))) {
      if (!open.contains(left)) {
        missing.add(where + "has staging/" + left + ", which belongs to no open transfer");
      }
    }
    for (String left : entries(tile.home().resolve("inbox"))) {
      missing.add(where + "has inbox/" + left + ", which has no verdict");
    }
  }

  private static List<String> entries(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return names;
  }

  private void missOf(String name, List<TileReport> reports, List<String> missing)
      throws IOException {
    Set<String> held = new TreeSet<>();
    Optional<Published> common = Optional.empty();
    for (int i = 0; i < tiles.size(); i++) {
      if (i != tinyTile) {
        common = liveOn(reports.get(i), name);
        held.add(words(common));
      }
    }
    if (held.size() > 1) {
      missing.add("the tiles differ: " + name + " is " + String.join(" and ", held));
      return;
    }
    Optional<Published> required = ledger.required(name);
    if (required.isPresent() && (common.isEmpty() || required.get().isNewerThan(common.get()))) {
      missing.add(required.get() + " was promised, and " + words(common) + " is live on all tiles");
    }
    if (common.isPresent()) {
      missOnTiny(common.get(), reports.get(tinyTile), missing);
    }
  }

  private void missOnTiny(Published wanted, TileReport report, List<String> missing)
      throws IOException {
    Optional<Published> has = liveOn(report, wanted.name());
    if (has.equals(Optional.of(wanted))) {
      return;
    }
    String where = "tile " + tiles.get(tinyTile).label() + " with its tiny disk has " + words(has);
    if (room.fits(wanted.fileLength())) {
      missing.add(where + ", though it has room for " + wanted);
    } else if (!saysNoRoom(report, wanted)) {
      missing.add(
          where
              + " and does not say that it has no room for "
              + wanted
              + ": "
              + Why.explain(report, wanted.version().name()).headline());
    }
  }

  /** What is not on the tiny disk though all others have it, in the words of its own tile. */
  List<String> lacksOnTiny(TileReport other, TileReport tiny) {
    List<String> lacks = new ArrayList<>();
    for (String name : ledger.names()) {
      Optional<Published> wanted = liveOn(other, name);
      Optional<Published> has = liveOn(tiny, name);
      if (wanted.isPresent() && !has.equals(wanted)) {
        lacks.add(
            "the tiny disk has "
                + words(has)
                + ", not "
                + wanted.get()
                + "; its tile says: "
                + Why.explain(tiny, new Name(name)).headline());
      }
    }
    return lacks;
  }

  private static boolean saysNoRoom(TileReport report, Published wanted) {
    boolean refused =
        report.refusals().stream()
            .filter(refusal -> refusal.name().equals(wanted.name()))
            .map(refusal -> refusal.refusal().reason())
            .anyMatch(reason -> reason == Reason.NO_SPACE || reason == Reason.TOO_LARGE);
    boolean claimed =
        report.claims().stream()
            .filter(claim -> claim.name().equals(wanted.version().name()))
            .anyMatch(
                claim ->
                    claim.stamp() == wanted.version().stamp()
                        && claim.state().startsWith("not pulled: "));
    return refused && claimed;
  }

  /** The version of {@code name} that a tile reports as live. */
  private Optional<Published> liveOn(TileReport report, String name) {
    return report.live().stream()
        .map(live -> live.entry().version())
        .filter(version -> version.name().text().equals(name))
        .findFirst()
        .flatMap(ledger::of);
  }

  private static String words(Optional<Published> published) {
    return published.map(Published::toString).orElse("nothing");
  }
}
