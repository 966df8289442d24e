package dev.tilecast.engine.core;

import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which claims become transfers, which transfers have a slot, and what is asked for in each step.
 * What is not proven has no power: it cancels, delays and outranks no other transfer, and each
 * neighbor has one such transfer at a time (PROTOCOL.md, Pulling).
 */
final class Puller {
  /** The sponsor of a transfer that nobody offers: parked, it takes nobody's slot. */
  private static final Direction NOBODY = Direction.NT;

  private final TileState tile;
  private final Transfers transfers;
  private final Claims claims;
  private final Promotions promotions;
  private final Reuse reuse;
  private final ChunkPuller chunks;
  private final TransferSteps steps;
  private final UnitPuller units;
  private final Streaming streaming;
  private final Pacing pacing;
  private final Sponsorship sponsorship;

  Puller(TileState tile, Claims claims, Promotions promotions, List<Restored.Begun> begun) {
    this.tile = tile;
    this.claims = claims;
    this.promotions = promotions;
    this.transfers = new Transfers(tile);
    this.sponsorship = new Sponsorship(tile, transfers);
    this.streaming = new Streaming(tile, transfers);
    this.reuse = new Reuse(tile, transfers);
    this.chunks = new ChunkPuller(tile, transfers, streaming, reuse);
    this.steps = new TransferSteps(tile, transfers, claims, chunks, promotions, streaming);
    this.units = new UnitPuller(tile, transfers, steps);
    this.pacing = new Pacing(tile, transfers, new Waiting(tile, transfers));
    begun.forEach(this::restore);
  }

  /** The steps of the transfers, for the answers of the shell. */
  TransferSteps steps() {
    return steps;
  }

  /** What of the transfers is handed on while they come in. */
  Streaming streaming() {
    return streaming;
  }

  /** How fast the transfers are. */
  Pacing pacing() {
    return pacing;
  }

  List<Transfer> all() {
    return transfers.all();
  }

  int count() {
    return transfers.view().size();
  }

  /** How many take a slot. */
  int runningCount() {
    return transfers.runningCount();
  }

  /** How many may take one now. */
  int runningMax() {
    return transfers.runningMax();
  }

  /** Whether one more may begin for {@code neighbor}. */
  boolean hasSlotFor(Neighbor neighbor) {
    return transfers.hasSlotFor(neighbor);
  }

  List<Neighbor> offering(Transfer transfer) {
    return transfers.offering(transfer);
  }

  /** Transfers of an earlier run wait, with all that they have, for somebody to offer them. */
  private void restore(Restored.Begun begun) {
    ManifestHead head = begun.head();
    Rank rank = Rank.of(head.version());
    Transfer transfer =
        new Transfer(
            begun.manifestId(),
            head.version().name(),
            rank,
            head.fileLength(),
            NOBODY,
            true,
            tile.now);
    transfer.takeHead(head);
    transfer.parked = true;
    transfer.phase = TileReport.Phase.SIGNATURE;
    begun.pages().forEach(transfer::takePage);
    transfers.add(transfer);
  }

  /**
   * At the start: what was restored and cannot go live any more ends. Power that fails between the
   * rename and the rows of a promotion leaves the transfers that it had overtaken.
   */
  void endOvertaken() {
    for (Transfer transfer : transfers.all()) {
      Optional<LiveEntry> live = tile.catalog.get(transfer.name);
      Optional<Version> mark = tile.catalog.mark(transfer.name);
      boolean notAboveLive =
          live.isPresent() && !transfer.rank.isAbove(Rank.of(live.get().version()));
      boolean belowMark = mark.isPresent() && Rank.of(mark.get()).isAbove(transfer.rank);
      if (notAboveLive || belowMark) {
        tile.count("transfers_overtaken");
        transfers.end(transfer);
      }
    }
  }

  /** Takes NONE: the neighbor does not have it, or refuses a version of ours. */
  void none(Neighbor from, Message.None none) {
    if (none.reason().isRefusal()) {
      List<LiveEntry> meant = tile.catalog.byKey(none.key());
      // Of two with one key it is not known which is refused; telling both again costs little.
      if (meant.size() == 1) {
        Version version = meant.get(0).version();
        from.refuses.put(version.name(), new RefusedThere(Rank.of(version), none.reason()));
        from.count("refuses_ours");
      } else if (meant.isEmpty()) {
        streaming.refused(from, none.key());
      }
      return;
    }
    Optional<Transfer> asked = transfers.byKey(none.key(), from);
    if (asked.isPresent()) {
      from.claims.fallBack(asked.get().name);
      from.abandoned.addAll(from.window.takeAll(asked.get().id));
    } else if (from.takesBack.spend(tile.now)) {
      from.claims.takeBack(none.key());
    }
  }

  void manifestPart(Neighbor from, Message.ManifestPart part) {
    transfers
        .byKey(part.key(), from)
        .ifPresentOrElse(
            transfer -> units.take(from, transfer, part), () -> from.count("parts_not_asked"));
  }

  void data(Neighbor from, Message.Data data) {
    chunks.data(from, data);
  }

  /** Chunks of a transfer were copied from files that the tile holds, or the disk failed. */
  void heldCopied(Input.HeldCopied answer) {
    boolean awaited =
        transfers.get(answer.manifestId()).filter(t -> reuse.copied(t, answer)).isPresent();
    if (awaited && answer.refusal().isPresent()) {
      steps.stagingFailed(answer.manifestId(), answer.refusal().get());
    }
  }

  private boolean isAnyOfUse(List<Neighbor> offering, Transfer transfer) {
    for (Neighbor neighbor : offering) {
      if (streaming.isOfUse(neighbor, transfer)) {
        return true;
      }
    }
    return false;
  }

  /** {@code entry} went live: what it has overtaken ends. */
  void wentLive(LiveEntry entry) {
    Rank live = Rank.of(entry.version());
    for (Transfer transfer : transfers.all()) {
      if (transfer.id.equals(entry.manifestId())) {
        pacing.finished(transfer);
        // Its staging file is the live file now; only the rows are left.
        transfers.remove(transfer);
        tile.out.add(new Save.TransferGone(transfer.id));
      } else if (transfer.name.equals(entry.version().name()) && !transfer.rank.isAbove(live)) {
        tile.count("transfers_overtaken");
        transfers.end(transfer);
      }
    }
    for (Neighbor neighbor : tile.neighbors.values()) {
      Name name = entry.version().name();
      neighbor.claims.wentLive(name, live);
      Optional<Claim> claim = neighbor.claims.get(name);
      if (claim.isPresent() && !claim.get().rank().isAbove(live)) {
        // What it had under an earlier boot it may have lost since, with its disk.
        boolean has = claim.get().ad().isWhole() && !claim.get().inherited();
        neighbor.claims.fallBack(name);
        if (has) {
          neighbor.has.put(name, claim.get().rank());
        }
      }
    }
  }

  /** Time-outs, and then whatever can be begun, parked, taken up again or asked for. */
  void advance() {
    chunks.tick();
    units.tick();
    // First those with a slot, since one of those that wait may get it in this very step.
    for (Transfer transfer : transfers.all()) {
      if (!transfer.parked) {
        settle(transfer);
      }
    }
    for (Transfer transfer : transfers.all()) {
      if (transfer.parked) {
        settleParked(transfer);
      }
    }
    List<Neighbor> living = tile.living();
    living.forEach(claims::retry);
    // Who has waited longest comes first, so that a slot given up goes to another one.
    living.sort((a, b) -> Long.compare(a.begunAt, b.begunAt));
    living.forEach(this::begin);
    units.request();
    reuse.advance();
    chunks.request();
    streaming.advance();
    pacing.advance();
  }

  private void settle(Transfer transfer) {
    if (transfer.phase == TileReport.Phase.PROMOTION) {
      if (tile.now >= transfer.retryAt && !promotions.isRunning(transfer.name)) {
        if (transfer.promotionFailed) {
          steps.promoteAgain(transfer);
        } else {
          steps.promote(transfer);
        }
      }
      return;
    }
    if (transfer.phase == TileReport.Phase.INSPECTION) {
      return;
    }
    List<Neighbor> offering = transfers.offering(transfer);
    if (offering.isEmpty()) {
      withdrawn(transfer);
      return;
    }
    if (!isAnyOfUse(offering, transfer)) {
      // They claim it again once they have all of it, or begin anew.
      tile.count("streams_dry");
      offering.forEach(neighbor -> neighbor.claims.fallBack(transfer.name));
      rest(transfer);
      return;
    }
    steps.judgeIfReady(transfer);
    if (transfer.phase == TileReport.Phase.HEAD
        && tile.now - transfer.headSince >= Limits.HEAD_NANOS_MAX) {
      offering.forEach(neighbor -> transfers.unanswered(neighbor, transfer));
      transfers.end(transfer);
      return;
    }
    sponsorship.passOn(transfer, offering);
    boolean stalled = isStalled(transfer);
    boolean makesWay = makesWayForOlder(transfer, offering, stalled);
    if (stalled && (makesWay || somebodyWaitsFor(transfer))) {
      steps.stalled(transfer);
    }
  }

  /**
   * Who has nothing of {@code transfer} that we lack, and all of something older, is asked for
   * that: one who claims to have all of the newer, and gives nothing, must not keep that from us as
   * well, nor one who gives us the newer slowly, which it then has from us.
   */
  private boolean makesWayForOlder(Transfer transfer, List<Neighbor> offering, boolean stalled) {
    boolean makesWay = false;
    for (Neighbor neighbor : offering) {
      if (!neighbor.claims.coversWhole(transfer.name, transfer.rank)) {
        continue;
      }
      boolean lacksAll = stalled && !transfers.couldDeliver(neighbor, transfer);
      if (lacksAll || streaming.givesNothing(neighbor, transfer)) {
        neighbor.claims.fallBack(transfer.name);
        makesWay = true;
      }
    }
    return makesWay;
  }

  private void settleParked(Transfer transfer) {
    if (tile.now - transfer.parkedAt >= Limits.PARKED_NANOS_MAX) {
      transfers.giveUp(transfer);
    } else {
      unpark(transfer, transfers.offering(transfer));
    }
  }

  private boolean isStalled(Transfer transfer) {
    return transfer.phase == TileReport.Phase.CHUNKS
        && transfer.toCheck.isEmpty()
        && !transfer.copy.isRunning(tile.now)
        && tile.now - transfer.progressAt >= transfer.stallNanos();
  }

  /** Nobody offers it any more, or we object to all who do. */
  private void withdrawn(Transfer transfer) {
    sponsorship.givenUp(transfer);
    rest(transfer);
  }

  /** What is there of it waits for somebody to offer it. */
  private void rest(Transfer transfer) {
    if (transfer.stagingOpen || transfer.resumed) {
      transfers.park(transfer);
    } else {
      transfers.end(transfer);
    }
  }

  /** Whether a claim could begin, but for {@code stalled}. */
  private boolean somebodyWaitsFor(Transfer stalled) {
    for (Neighbor neighbor : tile.living()) {
      boolean itsOwn = stalled.sponsor == neighbor.direction && !stalled.stream.stands;
      boolean forSlot = transfers.waitsForSlotOf(stalled, neighbor) && isFree(neighbor);
      boolean forItsTurn = itsOwn && tile.now >= neighbor.manifestAllowedAt;
      for (Claim claim : neighbor.claims.open()) {
        boolean forKey = claim.ad().key() == stalled.key;
        if (!forSlot && !forItsTurn && !forKey) {
          continue;
        }
        Optional<Transfer> begun = transfers.get(claim.ad().manifestId());
        if (begun.isEmpty() || (begun.get().parked && tile.now >= begun.get().parkedUntil)) {
          return true;
        }
      }
    }
    return false;
  }

  private void unpark(Transfer transfer, List<Neighbor> offering) {
    if (offering.isEmpty()
        || (tile.now < transfer.parkedUntil && hasFailedAll(offering, transfer))
        || transfers.isKeyTaken(transfer)) {
      return;
    }
    Optional<Neighbor> sponsor =
        offering.stream().filter(this::isFree).filter(transfers::hasSlotFor).findFirst();
    if (sponsor.isPresent()) {
      transfer.parked = false;
      sponsorship.take(transfer, sponsor.get());
      transfer.progressAt = tile.now;
      sponsor.get().begunAt = tile.now;
      // Keys may have changed, and the channel of an earlier run is not open: from here again.
      steps.begin(transfer);
    }
  }

  /** Whether it stalled while each of {@code offering} offered it. */
  private static boolean hasFailedAll(List<Neighbor> offering, Transfer transfer) {
    for (Neighbor neighbor : offering) {
      if (!transfer.stalledWith.contains(neighbor.direction)) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code neighbor} has no unproven transfer of its own and is not slowed down. */
  private boolean isFree(Neighbor neighbor) {
    if (tile.now < neighbor.manifestAllowedAt) {
      return false;
    }
    for (Transfer transfer : transfers.view()) {
      boolean proven = transfer.phase == TileReport.Phase.PROMOTION || transfer.stream.stands;
      if (!transfer.parked && !proven && transfer.sponsor == neighbor.direction) {
        return false;
      }
    }
    return true;
  }

  private void begin(Neighbor neighbor) {
    if (neighbor.claims.open().isEmpty() || !isFree(neighbor)) {
      return;
    }
    for (Claim claim : new ArrayList<>(neighbor.claims.open())) {
      if (!transfers.hasSlotFor(neighbor)) {
        return;
      }
      Message.Advertisement ad = claim.ad();
      if (transfers.get(ad.manifestId()).isPresent()) {
        continue;
      }
      Transfer transfer =
          new Transfer(
              ad.manifestId(),
              ad.name(),
              claim.rank(),
              ad.fileLength(),
              neighbor.direction,
              false,
              tile.now);
      if (transfers.isKeyTaken(transfer)) {
        continue;
      }
      if (claims.objectionTo(ad).isPresent()) {
        // Since it was made, the catalog has changed.
        if (!claims.judge(neighbor, claim.again())) {
          // Not remembered, and so not answered: it will be told again, when there may be room.
          neighbor.claims.fallBack(ad.name());
        }
        continue;
      }
      sponsorship.take(transfer, neighbor);
      tile.count("transfers_begun");
      neighbor.begunAt = tile.now;
      transfers.add(transfer);
      return;
    }
  }

  long wakeAt() {
    long at = Math.min(chunks.wakeAt(), units.wakeAt());
    at = Math.min(at, Math.min(streaming.wakeAt(), reuse.wakeAt()));
    for (Transfer transfer : transfers.view()) {
      if (transfer.phase == TileReport.Phase.PROMOTION) {
        at = Math.min(at, later(transfer.retryAt));
      } else if (transfer.parked) {
        at = Math.min(at, later(transfer.parkedUntil));
        at = Math.min(at, later(transfer.parkedAt + Limits.PARKED_NANOS_MAX));
      } else if (transfer.phase == TileReport.Phase.CHUNKS) {
        at = Math.min(at, later(transfer.progressAt + transfer.stallNanos()));
      } else if (transfer.phase == TileReport.Phase.HEAD) {
        at = Math.min(at, later(transfer.headSince + Limits.HEAD_NANOS_MAX));
      }
    }
    for (Neighbor neighbor : tile.neighbors.values()) {
      if (!neighbor.isAlive()) {
        continue;
      }
      if (!neighbor.claims.open().isEmpty()) {
        at = Math.min(at, later(neighbor.manifestAllowedAt));
      }
      at = Math.min(at, later(neighbor.claims.retryAt()));
    }
    return at;
  }

  private long later(long at) {
    return at > tile.now ? at : Long.MAX_VALUE;
  }
}
