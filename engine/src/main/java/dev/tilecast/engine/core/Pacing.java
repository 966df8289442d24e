package dev.tilecast.engine.core;

import dev.tilecast.transport.Direction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * How fast transfers are, how fast they could be, and what each waits for (ARCHITECTURE.md, Rates
 * and scores). Decides nothing.
 */
final class Pacing {
  /** A transfer that went live, and when. */
  private record Done(FinishedTransfer transfer, long at) {}

  private final TileState tile;
  private final Transfers transfers;
  private final Waiting waiting;

  /** The newest first. */
  private final Deque<Done> finished = new ArrayDeque<>();

  Pacing(TileState tile, Transfers transfers, Waiting waiting) {
    this.tile = tile;
    this.transfers = transfers;
    this.waiting = waiting;
  }

  /**
   * Looks who could deliver: ten times a second, and whenever that may have changed. Between two
   * looks all is taken to be as at the first.
   */
  void advance() {
    for (Transfer transfer : transfers.view()) {
      Pace pace = transfer.pace;
      boolean due = tile.now - pace.lookedAt >= Limits.PACE_LOOK_NANOS;
      boolean news =
          pace.pulling != isPulling(transfer) || pace.verifiedBytes != transfer.verifiedBytes;
      if (due || news || isAnother(transfer)) {
        look(transfer);
      }
    }
  }

  private static boolean isPulling(Transfer transfer) {
    return transfer.phase != TileReport.Phase.INSPECTION
        && transfer.phase != TileReport.Phase.PROMOTION;
  }

  /** Whether a source that could deliver is gone, or there was none: then each step may matter. */
  private boolean isAnother(Transfer transfer) {
    boolean none = true;
    for (Map.Entry<Direction, Pace.Share> entry : transfer.pace.shares.entrySet()) {
      if (entry.getValue().ableUntil > tile.now) {
        if (!tile.neighbor(entry.getKey()).isAlive()) {
          return true;
        }
        none = false;
      }
    }
    return none;
  }

  private void look(Transfer transfer) {
    transfer.pace.pass(tile.now);
    transfer.pace.pulling = isPulling(transfer);
    transfer.pace.verifiedBytes = transfer.verifiedBytes;
    for (Neighbor neighbor : tile.neighbors.values()) {
      long until = ableUntil(neighbor, transfer);
      if (until > tile.now || transfer.pace.shares.containsKey(neighbor.direction)) {
        transfer.pace.of(neighbor.direction).ableUntil = until;
      }
    }
  }

  /**
   * Until when {@code neighbor} counts as able to deliver, if nothing changes. Its rate is measured
   * across short pauses, so they count here, too: one that streams has one before each chunk.
   */
  private long ableUntil(Neighbor neighbor, Transfer transfer) {
    if (transfers.couldDeliver(neighbor, transfer)) {
      return Long.MAX_VALUE;
    }
    Pace.Share share = transfer.pace.shares.get(neighbor.direction);
    return share != null && share.bytes > 0 && transfers.mayAsk(neighbor, transfer)
        ? share.cameAt + Flow.PAUSE_NANOS
        : Long.MIN_VALUE;
  }

  /** {@code transfer} went live. */
  void finished(Transfer transfer) {
    look(transfer);
    List<Direction> delivered = new ArrayList<>();
    transfer.pace.shares.forEach(
        (direction, share) -> {
          if (share.bytes > 0) {
            delivered.add(direction);
          }
        });
    FinishedTransfer done =
        new FinishedTransfer(
            transfer.name,
            transfer.rank.stamp(),
            transfer.rank.digestPrefix(),
            transfer.fileLength,
            transfer.keptBytes,
            transfer.copy.bytes,
            transfer.pace.bytes(),
            tile.now - transfer.begunAt,
            transfer.pace.pullingNanos,
            boundNanos(transfer, true),
            delivered,
            0);
    finished.addFirst(new Done(done, tile.now));
    if (finished.size() > Limits.FINISHED_SHOWN_MAX) {
      finished.removeLast();
    }
  }

  /**
   * What has to be pulled, over what the links of its sources carried while they could deliver, and
   * the time in which none of them could.
   *
   * @param finished whether all of it came: then what came is the least that the links carry, also
   *     where it came in less time than it takes to measure them
   */
  private long boundNanos(Transfer transfer, boolean finished) {
    long bytes = transfer.fileLength - transfer.keptBytes - transfer.copy.bytes;
    Pace pace = transfer.pace;
    double deliverable = 0;
    boolean measured = false;
    for (Map.Entry<Direction, Pace.Share> entry : pace.shares.entrySet()) {
      double rate = tile.neighbor(entry.getKey()).flow.keptUp();
      Pace.Share share = entry.getValue();
      double carried = rate * share.ableNanos / 1e9;
      deliverable += finished ? Math.max(carried, (double) share.bytes) : carried;
      measured |= rate > 0;
    }
    if (!measured || deliverable <= 0 || bytes <= 0) {
      return 0;
    }
    long unable = pace.pullingNanos - pace.ableNanos;
    return Math.max(1, Math.round(bytes * (pace.ableNanos / deliverable)) + unable);
  }

  TransferWait waitsFor(Transfer transfer) {
    return waiting.of(transfer);
  }

  List<FinishedTransfer> finished() {
    return finished.stream().map(done -> ago(done.transfer(), tile.now - done.at())).toList();
  }

  private static FinishedTransfer ago(FinishedTransfer t, long nanosAgo) {
    return new FinishedTransfer(
        t.name(),
        t.stamp(),
        t.digestPrefix(),
        t.fileLength(),
        t.keptBytes(),
        t.reusedBytes(),
        t.pulledBytes(),
        t.tookNanos(),
        t.pullingNanos(),
        t.boundNanos(),
        t.sources(),
        nanosAgo);
  }

  TransferPace report(Transfer transfer) {
    List<TransferSource> sources = new ArrayList<>();
    for (Neighbor neighbor : tile.neighbors.values()) {
      Pace.Share share = transfer.pace.shares.get(neighbor.direction);
      boolean delivered = share != null && share.bytes > 0;
      if (delivered || transfers.offers(neighbor, transfer)) {
        sources.add(source(neighbor, transfer));
      }
    }
    return new TransferPace(
        waiting.of(transfer),
        waiting.nanos(transfer),
        waiting.againNanos(transfer),
        transfer.pace.bytes(),
        boundNanos(transfer, false),
        sources);
  }

  private TransferSource source(Neighbor neighbor, Transfer transfer) {
    Pace.Share share = transfer.pace.shares.getOrDefault(neighbor.direction, new Pace.Share());
    boolean whole = transfers.isWhole(neighbor, transfer);
    BitSet held = transfers.held(neighbor, transfer);
    BitSet ofUse = (BitSet) held.clone();
    ofUse.andNot(transfer.verified);
    Held word = transfer.stream.held.get(neighbor.direction);
    long avoidedUntil = transfer.avoidedUntil.getOrDefault(neighbor.direction, tile.now);
    return new TransferSource(
        neighbor.direction,
        transfers.offers(neighbor, transfer),
        ableUntil(neighbor, transfer) > tile.now,
        whole,
        whole ? 0 : held.cardinality(),
        whole ? 0 : ofUse.cardinality(),
        whole || held.isEmpty() ? -1 : tile.now - word.gainedAt,
        share.bytes,
        share.bytes == 0 ? -1 : tile.now - share.cameAt,
        share.flow.bytesPerSecond(tile.now),
        neighbor.flow.keptUp(),
        neighbor.window.inFlightCount(transfer.id),
        Math.max(0, avoidedUntil - tile.now));
  }
}
