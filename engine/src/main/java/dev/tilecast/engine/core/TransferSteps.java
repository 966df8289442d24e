package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import java.util.Optional;
import java.util.OptionalLong;

/** The steps of one transfer, from its head to its promotion, and what each failure means. */
final class TransferSteps implements UnitPuller.Taker {
  private final TileState tile;
  private final Transfers transfers;
  private final Claims claims;
  private final ChunkPuller chunks;
  private final Promotions promotions;
  private final Streaming streaming;

  TransferSteps(
      TileState tile,
      Transfers transfers,
      Claims claims,
      ChunkPuller chunks,
      Promotions promotions,
      Streaming streaming) {
    this.tile = tile;
    this.transfers = transfers;
    this.claims = claims;
    this.chunks = chunks;
    this.promotions = promotions;
    this.streaming = streaming;
  }

  @Override
  public void head(Neighbor from, Transfer transfer, Bytes encoded) {
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
      // The claim is false, the manifest may be good: whoever claims it rightly is still heard.
      for (Neighbor liar : transfers.offering(transfer)) {
        liar.count("claims_false");
        liar.slowDown(tile.now);
        liar.claims.fallBack(transfer.name);
      }
      transfers.end(transfer);
      return;
    }
    transfer.takeHead(head);
    if (from.direction == transfer.sponsor) {
      // Who gives its head knows of it, and is answerable for what it claims from now on.
      transfer.sponsorBoot = OptionalLong.of(from.bootId());
    }
    judgeIfReady(transfer);
  }

  @Override
  public void seal(Neighbor from, Transfer transfer, Bytes signature) {
    if (transfer.stream.seal.isEmpty()) {
      transfer.stream.seal = Optional.of(signature);
      transfer.stream.sealFrom = from.direction;
      judgeIfReady(transfer);
    }
  }

  @Override
  public void noSeal(Transfer transfer) {
    transfer.stream.givenUp = true;
    judgeIfReady(transfer);
  }

  /** From the head on: of a new transfer, or of one that goes on. */
  void begin(Transfer transfer) {
    transfer.phase = TileReport.Phase.HEAD;
    transfer.headSince = tile.now;
    transfer.stream.stands = false;
    judgeIfReady(transfer);
  }

  /** Once its head is here, and its seal where somebody offers one. */
  void judgeIfReady(Transfer transfer) {
    if (transfer.phase != TileReport.Phase.HEAD || transfer.head.isEmpty()) {
      return;
    }
    if (transfer.stream.seal.isPresent() || !transfers.isSealOffered(transfer)) {
      transfer.units.remove(Message.ManifestWant.SEAL);
      judge(transfer);
    }
  }

  private void judge(Transfer transfer) {
    transfer.phase = TileReport.Phase.SIGNATURE;
    tile.out.add(new Effect.JudgeHead(transfer.id, transfer.knownHead(), transfer.stream.seal));
  }

  /**
   * Keys or rules changed: the one under which a seal stood may not be known any more. What is
   * about to go live is judged by its inspection, and its seal by its promotion.
   */
  void trustChanged() {
    for (Transfer transfer : transfers.all()) {
      if (!transfer.parked && transfer.stream.stands) {
        transfer.stream.stands = false;
        if (transfer.phase == TileReport.Phase.CHUNKS) {
          judge(transfer);
        }
      }
    }
  }

  void headJudged(Bytes id, Optional<Refusal> refusal, boolean sealStands) {
    Optional<Transfer> found = inPhase(id, TileReport.Phase.SIGNATURE);
    if (found.isEmpty()) {
      return;
    }
    Transfer transfer = found.get();
    if (refusal.isPresent()) {
      fail(transfer, refusal.get());
      return;
    }
    transfer.stream.stands = sealStands && transfer.stream.seal.isPresent();
    if (transfer.stream.seal.isPresent() && !sealStands) {
      tile.count("seals_false");
      transfers.avoid(transfer, tile.neighbor(transfer.stream.sealFrom));
      transfer.stream.seal = Optional.empty();
      // A false one counts as none; somebody else may have the right one.
      if (transfers.isSealOffered(transfer)) {
        transfer.phase = TileReport.Phase.HEAD;
        return;
      }
      transfer.stream.givenUp = true;
    }
    transfer.phase = TileReport.Phase.ROOM;
    tile.out.add(new Effect.OpenStaging(transfer.id, transfer.knownHead()));
  }

  void stagingOpened(Bytes id, boolean anew, Optional<Refusal> refusal) {
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
    if (anew) {
      transfer.beginAnew();
    }
    transfer.dispelDoubt();
    if (transfer.stream.seal.isPresent() && !transfer.stream.stands) {
      // Keys have changed since it was judged.
      judge(transfer);
      return;
    }
    transfer.phase = TileReport.Phase.CHUNKS;
    transfer.chunksSince = tile.now;
    transfer.progressAt = tile.now;
    tile.eventBy(
        transfer.sponsor.name(),
        TileEvent.Kind.TRANSFER,
        transfer.name.text(),
        "pulling "
            + transfer.knownHead().version()
            + " ("
            + Counted.bytes(transfer.fileLength)
            + ") from "
            + transfer.sponsor
            + (transfer.goesOn() ? ", going on from what was kept" : ""));
    completeIfSo(transfer);
  }

  /** Makes room by giving up what waits without a source, else puts the claim off. */
  private void noRoom(Transfer transfer, Refusal refusal) {
    for (Transfer other : transfers.all()) {
      boolean mayGo = transfer.stream.stands || !other.stream.stands;
      if (other.parked && mayGo && refusal.reason() == Reason.NO_SPACE) {
        tile.count("parked_dropped");
        transfers.end(other);
        tile.out.add(new Effect.OpenStaging(transfer.id, transfer.knownHead()));
        return;
      }
    }
    Neighbor sponsor = tile.neighbor(transfer.sponsor);
    if (!sponsor.findsNoRoom.spend(tile.now)) {
      // No fault of its own; but each time costs us a verification.
      sponsor.waitUntil(sponsor.findsNoRoom.nextAt());
    }
    putOff(transfer, refusal);
  }

  private void putOff(Transfer transfer, Refusal refusal) {
    tile.refused(transfer.name.text(), transfer.sponsor.name(), refusal);
    for (Neighbor neighbor : transfers.offering(transfer)) {
      answer(
          neighbor,
          transfer,
          refusal,
          neighbor.claims.object(transfer.name, claim -> claim.putOff(refusal, tile.now)));
    }
    if (transfer.stagingOpen) {
      transfers.park(transfer);
    } else {
      transfers.end(transfer);
    }
  }

  /** Who is answered does not claim it again: one whose claim is not remembered must. */
  private void answer(Neighbor neighbor, Transfer transfer, Refusal refusal, boolean remembered) {
    if (remembered) {
      tile.send(neighbor, new Message.None(transfer.key, refusal.reason()));
    } else {
      neighbor.count("claims_over_limit");
    }
  }

  /**
   * It gets nowhere, and others wait for its slot. What was checked waits with it; where nothing
   * was, its claims wait, or they would have the slot again at once.
   */
  void stalled(Transfer transfer) {
    tile.count("transfers_stalled");
    if (transfer.verifiedBytes > 0 || transfer.resumed) {
      transfer.timesStalled++;
      transfer.stalledWith.clear();
      transfers.offering(transfer).forEach(n -> transfer.stalledWith.add(n.direction));
      transfer.parkedUntil =
          tile.now
              + Math.min(
                  Limits.SLOWED_MAX_NANOS,
                  Limits.STALL_NANOS << Math.min(transfer.timesStalled, 10));
      transfers.park(transfer);
      return;
    }
    transfers.putOff(transfer);
    transfers.end(transfer);
  }

  /** The disk failed under a transfer. */
  void stagingFailed(Bytes id, Refusal refusal) {
    transfers
        .get(id)
        .filter(transfer -> !transfer.parked)
        .ifPresent(
            transfer -> {
              tile.event(TileEvent.Kind.TROUBLE, transfer.name.text(), refusal.text());
              // The checks that were under way have no answer: those chunks begin again.
              transfer.beginChecksAgain();
              doubt(transfer, refusal);
              putOff(transfer, refusal);
            });
  }

  /**
   * Somebody has taken its staging file away, with all that was checked. It is made anew at once
   * the first time; whoever does it again and again has it pulled once in a while, and not for
   * ever.
   */
  void stagingLost(Bytes id) {
    inPhase(id, TileReport.Phase.CHUNKS)
        .ifPresent(transfer -> beginAnew(transfer, stagingLost(transfer.name)));
  }

  /**
   * The disk did not keep its staging file when it was to go live. As {@link #stagingLost}; but one
   * that has failed to go live before has no slot any more.
   */
  void notKept(Bytes id, Refusal refusal) {
    transfers
        .get(id)
        .ifPresent(
            transfer -> {
              tile.refused(transfer.name.text(), transfer.sponsor.name(), refusal);
              transfer.reopened |= transfer.isStuck();
              beginAnew(transfer, notKept(transfer.name));
            });
  }

  private static Refusal notKept(Name name) {
    return new Refusal(
        Reason.DISK_FAILED,
        name + ": the disk did not keep its file in staging/; all of it is pulled again");
  }

  private void beginAnew(Transfer transfer, Refusal refusal) {
    tile.count("staging_lost");
    transfer.beginAnew();
    openAgain(transfer, refusal);
  }

  static Refusal stagingLost(Name name) {
    return new Refusal(
        Reason.DISK_FAILED,
        name
            + ": its file in staging/ was deleted, replaced or cut short while it was pulled; all of"
            + " it is pulled again. Leave staging/ alone while the daemon runs");
  }

  @Override
  public void page(Transfer transfer, int index, Bytes encoded) {
    try {
      ManifestPage page = ManifestPage.decode(encoded);
      Optional<String> wrong = transfer.takePage(index, page);
      if (wrong.isPresent()) {
        fail(transfer, Reason.NOT_AS_CLAIMED, wrong.get());
      } else {
        transfer.progressAt = tile.now;
        transfer.savePage(index, tile.out);
        streaming.pageTaken(transfer, index);
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
    if (refusal.isPresent() && isOfTheDisk(refusal.get().reason())) {
      unreadable(transfer, refusal.get());
    } else if (refusal.isPresent() && !transfer.rechecked) {
      // Every chunk was good once. Are they still, or has the disk let go of one?
      transfer.recheck();
      transfer.phase = TileReport.Phase.CHUNKS;
    } else if (refusal.isPresent()) {
      fail(transfer, refusal.get());
    } else {
      transfers.offering(transfer).forEach(neighbor -> neighbor.failures = 0);
      promote(transfer);
    }
  }

  /**
   * Its staging file cannot be read, so it may be gone: opened again, anew where it is, and all
   * that was checked is checked again. Once at once; on a disk that fails again it waits.
   */
  private void unreadable(Transfer transfer, Refusal refusal) {
    doubt(transfer, refusal);
    openAgain(transfer, refusal);
  }

  private void openAgain(Transfer transfer, Refusal refusal) {
    if (transfer.reopened) {
      transfer.phase = TileReport.Phase.CHUNKS;
      putOff(transfer, refusal);
    } else {
      transfer.reopened = true;
      transfer.phase = TileReport.Phase.ROOM;
      tile.event(TileEvent.Kind.TROUBLE, transfer.name.text(), refusal.text());
      tile.out.add(new Effect.OpenStaging(transfer.id, transfer.knownHead()));
    }
  }

  private static void doubt(Transfer transfer, Refusal refusal) {
    transfer.doubtful |= refusal.reason() == Reason.DISK_FAILED;
  }

  void promote(Transfer transfer) {
    transfer.phase = TileReport.Phase.PROMOTION;
    transfer.retryAt = Long.MAX_VALUE;
    transfer.promotionFailed = false;
    if (promotions.isRunning(transfer.name)) {
      transfer.retryAt = Long.MIN_VALUE;
    } else if (!promotions.pulled(transfer.manifest(), transfer.stream.seal)) {
      transfers.end(transfer);
    }
  }

  void promotionFailed(Bytes id, Refusal refusal) {
    transfers
        .get(id)
        .ifPresent(
            transfer -> {
              tile.refused(transfer.name.text(), transfer.sponsor.name(), refusal);
              long wait = Limits.ROOM_RETRY_NANOS << Math.min(transfer.promotionFailed(), 10);
              transfer.retryAt = tile.now + Math.min(Limits.ROOM_RETRY_MAX_NANOS, wait);
              doubt(transfer, refusal);
            });
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
    claims.failed(transfer.id, refusal);
    for (Neighbor neighbor : transfers.offering(transfer)) {
      neighbor.slowDown(tile.now);
      answer(
          neighbor,
          transfer,
          refusal,
          neighbor.claims.object(transfer.name, claim -> claim.objectedTo(refusal)));
      tile.refused(transfer.name.text(), neighbor.direction.name(), refusal);
    }
    transfers.end(transfer);
  }

  private static boolean isOfTheDisk(Reason reason) {
    return reason == Reason.DISK_FAILED || reason == Reason.NO_SPACE;
  }

  /** A promotion that failed is tried again from the signature on: keys may have changed. */
  void promoteAgain(Transfer transfer) {
    judge(transfer);
  }

  private Optional<Transfer> inPhase(Bytes id, TileReport.Phase phase) {
    return transfers.get(id).filter(transfer -> transfer.phase == phase && !transfer.parked);
  }
}
