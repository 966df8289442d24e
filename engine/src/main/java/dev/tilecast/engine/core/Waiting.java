package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Reason;
import java.util.List;
import java.util.Optional;

/** Tells what a transfer waits for, out of the state that the rules left it in. Decides nothing. */
final class Waiting {
  private final TileState tile;
  private final Transfers transfers;

  Waiting(TileState tile, Transfers transfers) {
    this.tile = tile;
    this.transfers = transfers;
  }

  TransferWait of(Transfer transfer) {
    if (transfer.parked) {
      return ofParked(transfer);
    }
    return switch (transfer.phase) {
      case HEAD -> TransferWait.HEAD;
      case SIGNATURE -> TransferWait.SIGNATURE;
      case ROOM -> TransferWait.ROOM;
      case CHUNKS -> ofChunks(transfer);
      case INSPECTION -> TransferWait.INSPECTION;
      case PROMOTION ->
          transfer.promotionFailed ? TransferWait.PROMOTION_AGAIN : TransferWait.PROMOTION;
    };
  }

  private TransferWait ofParked(Transfer transfer) {
    List<Neighbor> offering = transfers.offering(transfer);
    if (offering.isEmpty()) {
      return withoutOffer(transfer);
    }
    if (tile.now < transfer.parkedUntil) {
      return TransferWait.STALLED;
    }
    if (transfers.isKeyTaken(transfer)) {
      return TransferWait.KEY;
    }
    return offering.stream().noneMatch(transfers::hasSlotFor)
        ? TransferWait.SLOT
        : TransferWait.SPONSOR;
  }

  /**
   * Why it may be pulled from nobody: what this tile itself has against it comes first, since other
   * neighbors would not help.
   */
  private TransferWait withoutOffer(Transfer transfer) {
    TransferWait wait = TransferWait.NOBODY;
    for (Neighbor neighbor : tile.neighbors.values()) {
      Optional<Claim> claim = transfers.claim(neighbor, transfer);
      if (claim.isPresent()) {
        Optional<Refusal> objection = claim.get().objection();
        if (objection.isPresent()) {
          return ofObjection(objection.get().reason());
        }
        wait = TransferWait.SILENT;
      }
    }
    return wait;
  }

  private static TransferWait ofObjection(Reason reason) {
    return switch (reason) {
      case UNKNOWN_SIGNER, NOT_ALLOWED, BAD_SIGNATURE -> TransferWait.TRUST;
      case NO_SPACE -> TransferWait.ROOM;
      case DISK_FAILED -> TransferWait.DISK;
      case NOT_HELD -> TransferWait.STALLED;
      case AMBIGUOUS_KEY,
          BAD_FORMAT,
          NOT_AS_CLAIMED,
          BAD_NAME,
          OLDER,
          EQUAL_STAMP,
          TOO_LARGE,
          CATALOG_FULL ->
          TransferWait.OBJECTION;
    };
  }

  /** When the first of its claims that were put off is judged again. */
  private long judgedAgainAt(Transfer transfer) {
    long at = Long.MAX_VALUE;
    for (Neighbor neighbor : tile.neighbors.values()) {
      Optional<Claim> claim = transfers.claim(neighbor, transfer);
      if (claim.isPresent() && claim.get().objection().isPresent()) {
        at = Math.min(at, claim.get().retryAt());
      }
    }
    return at == Long.MAX_VALUE ? tile.now : at;
  }

  private TransferWait ofChunks(Transfer transfer) {
    if (isAsked(transfer)) {
      return TransferWait.BYTES;
    }
    if (transfer.copy.isWithholding(tile.now)) {
      return TransferWait.COPIES;
    }
    if (!transfer.toCheck.isEmpty() || !transfer.checking.isEmpty()) {
      return TransferWait.KEPT;
    }
    if (transfers.offering(transfer).isEmpty()) {
      return withoutOffer(transfer);
    }
    List<Neighbor> askable = transfers.askable(transfer);
    if (askable.isEmpty()) {
      return TransferWait.AVOIDED;
    }
    boolean lacksBytes =
        !transfer.unstarted().isEmpty()
            || transfer.open.values().stream().anyMatch(fetch -> !fetch.missing.isEmpty());
    if (!lacksBytes) {
      return transfer.open.isEmpty() && !transfer.hasAllPages()
          ? TransferWait.PAGES
          : TransferWait.CHECK;
    }
    if (askable.stream().noneMatch(neighbor -> transfers.couldDeliver(neighbor, transfer))) {
      return TransferWait.GAIN;
    }
    return askable.stream()
            .filter(neighbor -> transfers.couldDeliver(neighbor, transfer))
            .allMatch(neighbor -> neighbor.window.room() == 0)
        ? TransferWait.WINDOW
        : TransferWait.BYTES;
  }

  private boolean isAsked(Transfer transfer) {
    for (Neighbor neighbor : tile.neighbors.values()) {
      if (neighbor.window.inFlightCount(transfer.id) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Since when it waits, as far as the state remembers. */
  long nanos(Transfer transfer) {
    if (transfer.parked) {
      return tile.now - transfer.parkedAt;
    }
    return switch (transfer.phase) {
      case HEAD, SIGNATURE, ROOM -> tile.now - transfer.headSince;
      case CHUNKS -> tile.now - Math.max(transfer.pace.cameAt, transfer.progressAt);
      case INSPECTION, PROMOTION -> tile.now - transfer.progressAt;
    };
  }

  /** Until something is tried again by itself; 0 where nothing is. */
  long againNanos(Transfer transfer) {
    long again =
        switch (of(transfer)) {
          case STALLED -> Math.max(transfer.parkedUntil, judgedAgainAt(transfer));
          case ROOM, DISK, OBJECTION -> judgedAgainAt(transfer);
          case PROMOTION_AGAIN -> transfer.retryAt;
          case AVOIDED ->
              transfers.offering(transfer).stream()
                  .mapToLong(n -> transfer.avoidedUntil.getOrDefault(n.direction, tile.now))
                  .min()
                  .orElse(tile.now);
          case COPIES -> transfer.copy.until;
          default -> tile.now;
        };
    return Math.max(0, again - tile.now);
  }
}
