package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From a neighbor's claim to a checked file: which claims are worth a transfer, which transfers
 * have a slot, and the steps of each. What is not proven has no power: it cancels, delays and
 * outranks no other transfer, and each neighbor has one such transfer at a time (PROTOCOL.md,
 * Pulling).
 */
final class Puller {
  /** The sponsor of a transfer that nobody offers: parked, it takes nobody's slot. */
  private static final Direction NOBODY = Direction.NT;

  private final TileState tile;
  private final Transfers transfers;
  private final ChunkPuller chunks;
  private final UnitPuller units;
  private final Promotions promotions;

  /** Manifests that led to no good file, oldest first. */
  private final Map<Bytes, Refusal> failed = new LinkedHashMap<>();

  Puller(TileState tile, Promotions promotions, List<Restored.Begun> begun) {
    this.tile = tile;
    this.promotions = promotions;
    this.transfers = new Transfers(tile);
    this.chunks = new ChunkPuller(tile, transfers);
    this.units = new UnitPuller(tile, transfers, this::pageTaken);
    begun.forEach(this::restore);
  }

  List<Transfer> all() {
    return transfers.all();
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

  /** Takes an advertisement that is newer than what is live. */
  void claimed(Neighbor from, Message.Advertisement ad) {
    Name name = ad.name();
    if (!from.claims.containsKey(name) && from.claims.size() >= Limits.CLAIMS_MAX) {
      from.count("claims_over_limit");
      return;
    }
    Claim old = from.claims.get(name);
    boolean same = old != null && old.ad().manifestId().equals(ad.manifestId());
    Claim claim = same ? old : Claim.open(ad);
    if (claim.objection().isEmpty()) {
      Optional<Refusal> objection = objectionTo(ad);
      if (objection.isPresent()) {
        claim = claim.objectedTo(objection.get(), Long.MAX_VALUE);
      }
    }
    from.claims.put(name, claim);
    if (claim.objection().isPresent()) {
      Refusal refusal = claim.objection().get();
      tile.refused(name.text(), from.direction.name(), refusal);
      tile.send(from, new Message.None(ad.key(), refusal.reason()));
    }
  }

  private Optional<Refusal> objectionTo(Message.Advertisement ad) {
    Name name = ad.name();
    Rank rank = Rank.of(ad);
    Optional<Rank> mark = tile.catalog.mark(name).map(Rank::of);
    if (mark.isPresent() && mark.get().isAbove(rank)) {
      return refusal(
          Reason.OLDER,
          name
              + " with stamp "
              + ad.stamp()
              + " is below stamp "
              + mark.get().stamp()
              + ", which was live here once; what is live only moves up");
    }
    if (ad.fileLength() > tile.limits().fileBytesMax()) {
      return refusal(
          Reason.TOO_LARGE,
          name
              + " has "
              + ad.fileLength()
              + " bytes, this tile takes "
              + tile.limits().fileBytesMax()
              + "; see file-bytes-max in tilecast.toml");
    }
    if (tile.catalog.get(name).isEmpty()
        && tile.catalog.size() >= tile.limits().catalogNamesMax()) {
      return refusal(
          Reason.CATALOG_FULL,
          name
              + " would be one name more than the "
              + tile.limits().catalogNamesMax()
              + " that this tile holds; see catalog-names-max in tilecast.toml");
    }
    Refusal earlier = failed.get(ad.manifestId());
    return earlier != null ? Optional.of(earlier) : tile.trust.objectionTo(ad.signer(), name);
  }

  private static Optional<Refusal> refusal(Reason reason, String text) {
    return Optional.of(new Refusal(reason, text));
  }

  /** Keys or rules changed: every claim is judged anew. */
  void trustChanged() {
    failed.values().removeIf(refusal -> isAboutTrust(refusal.reason()));
    for (Neighbor neighbor : tile.neighbors.values()) {
      List<Claim> claims = new ArrayList<>(neighbor.claims.values());
      neighbor.claims.clear();
      claims.forEach(claim -> claimed(neighbor, claim.ad()));
    }
  }

  private static boolean isAboutTrust(Reason reason) {
    return reason == Reason.UNKNOWN_SIGNER
        || reason == Reason.NOT_ALLOWED
        || reason == Reason.BAD_SIGNATURE;
  }

  /** Takes NONE: the neighbor does not have it, or refuses a version of ours. */
  void none(Neighbor from, Message.None none) {
    if (none.reason().isRefusal()) {
      for (LiveEntry entry : tile.catalog.byKey(none.key())) {
        from.refuses.put(entry.version().name(), Rank.of(entry.version()));
        from.count("refuses_ours");
      }
      return;
    }
    transfers
        .byKey(none.key(), from)
        .ifPresent(
            transfer -> {
              from.claims.remove(transfer.name);
              from.abandoned.addAll(from.window.takeAll());
            });
  }

  void manifestPart(Neighbor from, Message.ManifestPart part) {
    transfers
        .byKey(part.key(), from)
        .ifPresentOrElse(
            transfer -> {
              Optional<Bytes> head = units.take(from, transfer, part);
              head.ifPresent(bytes -> headTaken(from, transfer, bytes));
            },
            () -> from.count("parts_not_asked"));
  }

  void data(Neighbor from, Message.Data data) {
    chunks.data(from, data);
  }

  private void headTaken(Neighbor from, Transfer transfer, Bytes encoded) {
    ManifestHead head;
    try {
      head = ManifestHead.decode(encoded);
    } catch (MalformedException e) {
      fail(transfer, Reason.NOT_AS_CLAIMED, e.getMessage());
      return;
    }
    boolean asClaimed =
        head.version().name().equals(transfer.name)
            && Rank.of(head.version()).equals(transfer.rank)
            && head.fileLength() == transfer.fileLength;
    if (!asClaimed) {
      from.count("claims_false");
      fail(transfer, Reason.NOT_AS_CLAIMED, "the manifest is not what was advertised");
      return;
    }
    transfer.takeHead(head);
    judge(transfer);
  }

  private void judge(Transfer transfer) {
    transfer.phase = TileReport.Phase.SIGNATURE;
    tile.out.add(new Effect.JudgeHead(transfer.id, transfer.knownHead()));
  }

  void headJudged(Bytes id, Optional<Refusal> refusal) {
    Optional<Transfer> found = inPhase(id, TileReport.Phase.SIGNATURE);
    if (found.isEmpty()) {
      return;
    }
    Transfer transfer = found.get();
    if (refusal.isPresent()) {
      fail(transfer, refusal.get());
      return;
    }
    transfer.phase = TileReport.Phase.ROOM;
    tile.out.add(new Effect.OpenStaging(transfer.id, transfer.knownHead()));
  }

  void stagingOpened(Bytes id, Optional<Refusal> refusal) {
    Optional<Transfer> found = inPhase(id, TileReport.Phase.ROOM);
    if (found.isEmpty()) {
      // The transfer ended meanwhile; its file must not stay.
      if (refusal.isEmpty() && transfers.get(id).isEmpty()) {
        tile.out.add(new Effect.DropStaging(id));
      }
      return;
    }
    Transfer transfer = found.get();
    if (refusal.isPresent()) {
      noRoom(transfer, refusal.get());
      return;
    }
    if (!transfer.resumed && !transfer.stagingOpen) {
      tile.out.add(new Save.TransferBegun(id, transfer.knownHead()));
    }
    transfer.stagingOpen = true;
    transfer.phase = TileReport.Phase.CHUNKS;
    transfer.lastByteAt = tile.now;
    tile.event(
        TileEvent.Kind.TRANSFER,
        transfer.name.text(),
        "pulling "
            + transfer.knownHead().version()
            + " ("
            + transfer.fileLength
            + " bytes) from "
            + transfer.sponsor
            + (transfer.resumed ? ", going on from what was kept" : ""));
    completeIfSo(transfer);
  }

  /** Makes room by giving up what waits without a source, else puts the claim off. */
  private void noRoom(Transfer transfer, Refusal refusal) {
    for (Transfer other : transfers.all()) {
      if (other.parked) {
        tile.count("parked_dropped");
        end(other);
        tile.out.add(new Effect.OpenStaging(transfer.id, transfer.knownHead()));
        return;
      }
    }
    putOff(transfer, refusal);
  }

  private void putOff(Transfer transfer, Refusal refusal) {
    tile.refused(transfer.name.text(), transfer.sponsor.name(), refusal);
    for (Neighbor neighbor : transfers.offering(transfer)) {
      Claim claim = neighbor.claims.get(transfer.name);
      neighbor.claims.put(
          transfer.name, claim.objectedTo(refusal, tile.now + Limits.ROOM_RETRY_NANOS));
      tile.send(neighbor, new Message.None(transfer.key, refusal.reason()));
    }
    if (transfer.stagingOpen) {
      park(transfer);
    } else {
      end(transfer);
    }
  }

  /** The disk failed under a transfer. */
  void stagingFailed(Bytes id, Refusal refusal) {
    transfers
        .get(id)
        .ifPresent(
            transfer -> {
              tile.event(TileEvent.Kind.TROUBLE, transfer.name.text(), refusal.text());
              putOff(transfer, refusal);
            });
  }

  private void pageTaken(Transfer transfer, int index, Bytes encoded) {
    try {
      ManifestPage page = ManifestPage.decode(encoded);
      Optional<String> wrong = transfer.takePage(index, page);
      if (wrong.isPresent()) {
        fail(transfer, Reason.NOT_AS_CLAIMED, wrong.get());
      } else {
        tile.out.add(new Save.Page(transfer.id, index, page));
      }
    } catch (MalformedException e) {
      fail(transfer, Reason.NOT_AS_CLAIMED, e.getMessage());
    }
  }

  void chunkChecked(Bytes id, int index, boolean good) {
    transfers
        .get(id)
        .filter(transfer -> chunks.checked(transfer, index, good))
        .ifPresent(this::completeIfSo);
  }

  private void completeIfSo(Transfer transfer) {
    if (transfer.isComplete() && transfer.phase == TileReport.Phase.CHUNKS) {
      transfer.phase = TileReport.Phase.INSPECTION;
      tile.out.add(new Effect.Inspect(transfer.manifest()));
    }
  }

  void inspected(Bytes id, Optional<Refusal> refusal) {
    Optional<Transfer> found = inPhase(id, TileReport.Phase.INSPECTION);
    if (found.isEmpty()) {
      return;
    }
    Transfer transfer = found.get();
    if (refusal.isPresent() && refusal.get().reason() == Reason.DISK_FAILED) {
      transfer.phase = TileReport.Phase.CHUNKS;
      putOff(transfer, refusal.get());
    } else if (refusal.isPresent()) {
      fail(transfer, refusal.get());
    } else {
      transfers.offering(transfer).forEach(neighbor -> neighbor.failures = 0);
      promote(transfer);
    }
  }

  private void promote(Transfer transfer) {
    transfer.phase = TileReport.Phase.PROMOTION;
    transfer.retryAt = Long.MAX_VALUE;
    if (promotions.isRunning(transfer.name)) {
      transfer.retryAt = Long.MIN_VALUE;
    } else if (!promotions.pulled(transfer.manifest())) {
      end(transfer);
    }
  }

  void promotionFailed(Bytes id, Refusal refusal) {
    transfers
        .get(id)
        .ifPresent(
            transfer -> {
              tile.refused(transfer.name.text(), transfer.sponsor.name(), refusal);
              transfer.retryAt = tile.now + Limits.ROOM_RETRY_NANOS;
            });
  }

  /** {@code entry} went live: what it has overtaken ends. */
  void wentLive(LiveEntry entry) {
    Rank live = Rank.of(entry.version());
    for (Transfer transfer : transfers.all()) {
      if (transfer.id.equals(entry.manifestId())) {
        // Its staging file is the live file now; only the rows are left.
        transfers.remove(transfer);
        tile.out.add(new Save.TransferGone(transfer.id));
      } else if (transfer.name.equals(entry.version().name()) && !transfer.rank.isAbove(live)) {
        tile.count("transfers_overtaken");
        end(transfer);
      }
    }
    for (Neighbor neighbor : tile.neighbors.values()) {
      Claim claim = neighbor.claims.get(entry.version().name());
      if (claim != null && !claim.rank().isAbove(live)) {
        neighbor.claims.remove(entry.version().name());
        neighbor.has.put(entry.version().name(), claim.rank());
      }
    }
  }

  /** Time-outs, and then whatever can be begun, parked, taken up again or asked for. */
  void advance() {
    chunks.tick();
    units.tick();
    for (Transfer transfer : transfers.all()) {
      settle(transfer);
    }
    for (Neighbor neighbor : tile.living()) {
      retryClaims(neighbor);
      begin(neighbor);
    }
    units.request();
    chunks.request();
  }

  private void settle(Transfer transfer) {
    if (transfer.phase == TileReport.Phase.PROMOTION) {
      if (tile.now >= transfer.retryAt && !promotions.isRunning(transfer.name)) {
        promote(transfer);
      }
      return;
    }
    List<Neighbor> offering = transfers.offering(transfer);
    if (transfer.parked) {
      unpark(transfer, offering);
      return;
    }
    if (transfer.phase == TileReport.Phase.INSPECTION) {
      return;
    }
    if (offering.isEmpty()) {
      if (transfer.stagingOpen) {
        park(transfer);
      } else {
        end(transfer);
      }
      return;
    }
    if (!transfers.offers(tile.neighbor(transfer.sponsor), transfer)) {
      transfer.sponsor = offering.get(0).direction;
    }
    if (isStalled(transfer) && somebodyWaits()) {
      transfer.timesStalled++;
      transfer.parkedUntil =
          tile.now
              + Math.min(
                  Limits.SLOWED_MAX_NANOS,
                  Limits.STALL_NANOS << Math.min(transfer.timesStalled, 10));
      tile.count("transfers_stalled");
      park(transfer);
    }
  }

  private boolean isStalled(Transfer transfer) {
    return transfer.phase == TileReport.Phase.CHUNKS
        && transfer.toCheck.isEmpty()
        && tile.now - transfer.lastByteAt >= Limits.STALL_NANOS;
  }

  private boolean somebodyWaits() {
    for (Neighbor neighbor : tile.living()) {
      for (Claim claim : neighbor.claims.values()) {
        if (claim.objection().isEmpty() && transfers.get(claim.ad().manifestId()).isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  private void park(Transfer transfer) {
    transfers.abandonRequests(transfer);
    transfer.parked = true;
    int parked = 0;
    Optional<Transfer> least = Optional.empty();
    for (Transfer other : transfers.view()) {
      if (other.parked) {
        parked++;
        if (least.isEmpty() || other.verifiedBytes < least.get().verifiedBytes) {
          least = Optional.of(other);
        }
      }
    }
    if (parked > Limits.PARKED_MAX) {
      tile.count("parked_dropped");
      end(least.get());
    }
  }

  private void unpark(Transfer transfer, List<Neighbor> offering) {
    if (offering.isEmpty()
        || tile.now < transfer.parkedUntil
        || transfers.runningCount() >= tile.limits().transfersMax()) {
      return;
    }
    Optional<Neighbor> sponsor = offering.stream().filter(this::isFree).findFirst();
    if (sponsor.isPresent()) {
      transfer.parked = false;
      transfer.sponsor = sponsor.get().direction;
      transfer.lastByteAt = tile.now;
      // Keys may have changed, and the channel of an earlier run is not open: from here again.
      judge(transfer);
    }
  }

  private void retryClaims(Neighbor neighbor) {
    for (Claim claim : new ArrayList<>(neighbor.claims.values())) {
      if (tile.now >= claim.retryAt()) {
        neighbor.claims.put(claim.ad().name(), Claim.open(claim.ad()));
      }
    }
  }

  /** Whether {@code neighbor} has no unproven transfer of its own and is not slowed down. */
  private boolean isFree(Neighbor neighbor) {
    if (tile.now < neighbor.manifestAllowedAt) {
      return false;
    }
    for (Transfer transfer : transfers.view()) {
      boolean proven = transfer.phase == TileReport.Phase.PROMOTION;
      if (!transfer.parked && !proven && transfer.sponsor == neighbor.direction) {
        return false;
      }
    }
    return true;
  }

  private void begin(Neighbor neighbor) {
    if (!isFree(neighbor)) {
      return;
    }
    for (Claim claim : neighbor.claims.values()) {
      if (transfers.runningCount() >= tile.limits().transfersMax()) {
        return;
      }
      Bytes id = claim.ad().manifestId();
      if (claim.objection().isPresent() || transfers.get(id).isPresent()) {
        continue;
      }
      tile.count("transfers_begun");
      transfers.add(
          new Transfer(
              id,
              claim.ad().name(),
              claim.rank(),
              claim.ad().fileLength(),
              neighbor.direction,
              false,
              tile.now));
      return;
    }
  }

  private void fail(Transfer transfer, Reason reason, String what) {
    fail(
        transfer,
        new Refusal(
            reason,
            transfer.name
                + ": "
                + what
                + "; whoever offers it is broken or lies, other neighbors are still asked"));
  }

  private void fail(Transfer transfer, Refusal refusal) {
    tile.count("transfers_failed");
    failed.put(transfer.id, refusal);
    if (failed.size() > Limits.FAILED_MANIFESTS_MAX) {
      failed.remove(failed.keySet().iterator().next());
    }
    for (Neighbor neighbor : transfers.offering(transfer)) {
      if (!isAboutTrust(refusal.reason())) {
        neighbor.slowDown(tile.now);
      }
      neighbor.claims.put(
          transfer.name, neighbor.claims.get(transfer.name).objectedTo(refusal, Long.MAX_VALUE));
      tile.send(neighbor, new Message.None(transfer.key, refusal.reason()));
      tile.refused(transfer.name.text(), neighbor.direction.name(), refusal);
    }
    end(transfer);
  }

  private void end(Transfer transfer) {
    transfers.remove(transfer);
    if (transfer.stagingOpen || transfer.resumed) {
      tile.out.add(new Save.TransferGone(transfer.id));
      tile.out.add(new Effect.DropStaging(transfer.id));
    }
  }

  private Optional<Transfer> inPhase(Bytes id, TileReport.Phase phase) {
    return transfers.get(id).filter(transfer -> transfer.phase == phase && !transfer.parked);
  }

  long wakeAt() {
    long at = Math.min(chunks.wakeAt(), units.wakeAt());
    for (Transfer transfer : transfers.view()) {
      if (transfer.phase == TileReport.Phase.PROMOTION) {
        at = Math.min(at, later(transfer.retryAt));
      } else if (transfer.parked) {
        at = Math.min(at, later(transfer.parkedUntil));
      } else if (transfer.phase == TileReport.Phase.CHUNKS) {
        at = Math.min(at, later(transfer.lastByteAt + Limits.STALL_NANOS));
      }
    }
    for (Neighbor neighbor : tile.living()) {
      if (!neighbor.claims.isEmpty()) {
        at = Math.min(at, later(neighbor.manifestAllowedAt));
      }
      for (Claim claim : neighbor.claims.values()) {
        at = Math.min(at, later(claim.retryAt()));
      }
    }
    return at;
  }

  private long later(long at) {
    return at > tile.now ? at : Long.MAX_VALUE;
  }
}
