package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the immutable report out of the tile's state. */
final class Reporting {
  private final TileState tile;
  private final Puller puller;
  private final Scrub scrub;
  private final Mending mending;
  private final long startedAt;

  Reporting(TileState tile, Puller puller, Scrub scrub, Mending mending, long startedAt) {
    this.tile = tile;
    this.puller = puller;
    this.scrub = scrub;
    this.mending = mending;
    this.startedAt = startedAt;
  }

  TileReport report() {
    return new TileReport(
        tile.settings.tileId().toHex(),
        HexFormat.of().toHexDigits(tile.settings.bootId()),
        tile.settings.group(),
        tile.now - startedAt,
        tile.catalog.root().toHex(),
        live(),
        tile.neighbors.values().stream().map(this::neighbor).toList(),
        puller.all().stream().map(this::transfer).toList(),
        puller.pacing().finished(),
        claims(),
        tile.refusals.stream()
            .map(r -> new TileReport.Refused(r.name(), r.from(), r.refusal(), tile.now - r.at()))
            .toList(),
        List.copyOf(tile.equivocations),
        tile.catalog.wanted().stream()
            .map(m -> new TileReport.Wanted(m, tile.aside.getOrDefault(m.name(), "")))
            .toList(),
        new TileReport.Scrub(scrub.waiting(), mending.report()),
        List.copyOf(tile.activations.values()),
        tile.trust.byHandle(),
        new TreeMap<>(tile.counters));
  }

  TileSizes sizes() {
    int running = puller.runningCount();
    int claims = 0;
    int windowPackets = 0;
    for (Neighbor neighbor : tile.neighbors.values()) {
      claims = Math.max(claims, neighbor.claims.size());
      windowPackets = Math.max(windowPackets, neighbor.window.packets());
    }
    return new TileSizes(
        running,
        puller.runningMax(),
        puller.count() - running,
        tile.catalog.size(),
        tile.refusals.size(),
        claims,
        windowPackets);
  }

  private List<TileReport.Live> live() {
    List<TileReport.Live> live = new ArrayList<>(tile.catalog.size());
    for (LiveEntry entry : tile.catalog.entries()) {
      Rank rank = Rank.of(entry.version());
      List<Direction> holders = new ArrayList<>();
      Map<Direction, Reason> refusedBy = new EnumMap<>(Direction.class);
      for (Neighbor neighbor : tile.neighbors.values()) {
        boolean said = rank.equals(neighbor.has.get(entry.version().name()));
        if (neighbor.isAlive() && (said || sameCatalog(neighbor))) {
          holders.add(neighbor.direction);
        }
        RefusedThere refused = neighbor.refuses.get(entry.version().name());
        if (refused != null && refused.rank().equals(rank)) {
          refusedBy.put(neighbor.direction, refused.reason());
        }
      }
      live.add(new TileReport.Live(entry, holders, refusedBy, liveNanos(entry)));
    }
    return List.copyOf(live);
  }

  private long liveNanos(LiveEntry entry) {
    return tile.now - tile.liveSince.getOrDefault(entry.version().name(), startedAt);
  }

  private boolean sameCatalog(Neighbor neighbor) {
    return neighbor.root().map(root -> root.equals(tile.catalog.root())).orElse(false);
  }

  private TileReport.Neighbor neighbor(Neighbor n) {
    return new TileReport.Neighbor(
        n.direction,
        n.presence(),
        n.presenceNanos(startedAt, tile.now),
        n.note,
        n.hello.map(Reporting::introduced),
        n.mtu(),
        sameCatalog(n),
        n.heardAt == Long.MIN_VALUE ? -1 : tile.now - n.heardAt,
        n.window.roundTripNanos(),
        n.window.packets(),
        n.window.lostPerMille(),
        n.flow.keptUp(),
        n.demerits,
        Map.copyOf(n.counters));
  }

  private static TileReport.Introduced introduced(Message.Hello hello) {
    return new TileReport.Introduced(
        hello.tileId().toHex(),
        HexFormat.of().toHexDigits(hello.bootId()),
        hello.groupId().toHex(),
        hello.versionMin(),
        hello.versionMax());
  }

  private TileReport.Transfer transfer(Transfer t) {
    return new TileReport.Transfer(
        t.id,
        t.name,
        t.rank.stamp(),
        t.rank.digestPrefix(),
        t.phase,
        t.parked,
        t.fileLength,
        t.verifiedBytes,
        t.keptBytes,
        t.copy.bytes,
        t.verified.cardinality(),
        t.chunkCount(),
        puller.offering(t).stream().map(n -> n.direction).toList(),
        tile.now - t.begunAt,
        tile.now - t.progressAt,
        t.rate.bytesPerSecond(tile.now),
        puller.pacing().report(t));
  }

  private List<TileReport.Claim> claims() {
    List<TileReport.Claim> claims = new ArrayList<>();
    for (Neighbor neighbor : tile.neighbors.values()) {
      for (Claim claim : neighbor.claims.all()) {
        Message.Advertisement ad = claim.ad();
        claims.add(
            new TileReport.Claim(
                neighbor.direction,
                ad.name(),
                ad.stamp(),
                ad.digestPrefix(),
                ad.fileLength(),
                state(neighbor, claim)));
      }
    }
    return List.copyOf(claims);
  }

  private String state(Neighbor neighbor, Claim claim) {
    if (claim.objection().isPresent()) {
      return "not pulled: " + claim.objection().get().text();
    }
    for (Transfer transfer : puller.all()) {
      if (transfer.id.equals(claim.ad().manifestId())) {
        return transfer.parked
            ? "half pulled, waits for " + puller.pacing().waitsFor(transfer).words()
            : "being pulled";
      }
    }
    if (!neighbor.isAlive()) {
      return "waits until " + neighbor.direction + " is heard again";
    }
    if (tile.now < neighbor.manifestAllowedAt) {
      long seconds = (neighbor.manifestAllowedAt - tile.now) / 1_000_000_000L + 1;
      return "waits " + seconds + " s, because files from this neighbor failed or found no room";
    }
    if (!puller.hasSlotFor(neighbor)) {
      int running = puller.runningCount();
      int max = tile.limits().transfersMax();
      String why =
          "waits for a free slot: "
              + running
              + " of "
              + Math.max(running, max)
              + " transfers run already";
      return running < max ? why + ", and the last slot is for a neighbor that has none" : why;
    }
    return "waits for its turn: a neighbor has one unproven transfer at a time";
  }
}
