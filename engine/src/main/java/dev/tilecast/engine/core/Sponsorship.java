package dev.tilecast.engine.core;

import java.util.List;
import java.util.OptionalLong;

/**
 * On whose word a transfer goes on, and what it costs a neighbor to give up what it had claimed
 * (PROTOCOL.md, Pulling 2).
 */
final class Sponsorship {
  private final TileState tile;
  private final Transfers transfers;

  Sponsorship(TileState tile, Transfers transfers) {
    this.tile = tile;
    this.transfers = transfers;
  }

  /** From now on {@code transfer} goes on the word of {@code neighbor}, which has a slot for it. */
  void take(Transfer transfer, Neighbor neighbor) {
    boolean itsWord = transfers.claim(neighbor, transfer).filter(c -> !c.inherited()).isPresent();
    transfer.sponsor = neighbor.direction;
    transfer.beyondLast = false;
    transfer.sponsoredFrom = transfer.verifiedBytes;
    transfer.sponsorBoot = itsWord ? OptionalLong.of(neighbor.bootId()) : OptionalLong.empty();
  }

  /**
   * Where its sponsor has gone, one of {@code offering} takes that over. And whoever only streams
   * it gives it to one who has all of it: else a link that was down for a moment would leave it
   * with one who has it from us, and who would wait for a slot with all else.
   */
  void passOn(Transfer transfer, List<Neighbor> offering) {
    Neighbor sponsor = tile.neighbor(transfer.sponsor);
    if (!transfers.offers(sponsor, transfer)) {
      pay(transfer, true);
      sponsor = offering.get(0);
      takeOver(transfer, sponsor);
    }
    if (transfers.isWhole(sponsor, transfer)) {
      return;
    }
    for (Neighbor neighbor : offering) {
      if (transfers.isWhole(neighbor, transfer)) {
        takeOver(transfer, neighbor);
        return;
      }
    }
  }

  /** It has its slot, whether {@code neighbor} could have begun one more or not. */
  private void takeOver(Transfer transfer, Neighbor neighbor) {
    boolean couldBegin = transfers.couldTakeOver(neighbor, transfer);
    take(transfer, neighbor);
    transfer.beyondLast = !couldBegin;
  }

  /** Nobody offers it any more, or we object to all who do. */
  void givenUp(Transfer transfer) {
    pay(transfer, false);
  }

  private void pay(Transfer transfer, boolean goesOn) {
    Neighbor sponsor = tile.neighbor(transfer.sponsor);
    boolean itsWord = isWordOf(sponsor, transfer);
    boolean weObject = sponsor.isAlive() && transfers.claim(sponsor, transfer).isPresent();
    boolean costNothing = !itsWord && transfer.head.isEmpty();
    if (weObject || costNothing) {
      // Who takes the link of a liar must not wait for each of a thousand claims that he left.
      return;
    }
    // Where others still offer it, next to nothing was in vain.
    if (goesOn ? !sponsor.givesUp.spend(tile.now) : !mayGiveUp(sponsor, transfer)) {
      // Who gives up again and again what it began must not cost us more.
      if (!sponsor.isAlive() && transfer.verifiedBytes > transfer.sponsoredFrom) {
        // It has given something for that: its link is bad, and it is not.
        sponsor.waitUntil(tile.now + Limits.SLOWED_MIN_NANOS);
      } else {
        sponsor.slowDown(tile.now);
      }
    }
  }

  /** Whether {@code sponsor} is there, and has said in this boot that it has it. */
  private static boolean isWordOf(Neighbor sponsor, Transfer transfer) {
    return sponsor.isAlive() && transfer.sponsorBoot.equals(OptionalLong.of(sponsor.bootId()));
  }

  /**
   * Whether {@code sponsor} may give up what was begun on its word, or seemed to be: now and then
   * anybody may go, start anew, or pull something newer. Where no seal proves the stamp of what it
   * gives up for that, anybody could go on so for ever.
   */
  private boolean mayGiveUp(Neighbor sponsor, Transfer transfer) {
    if (!isWordOf(sponsor, transfer)) {
      return sponsor.givesUp.spend(tile.now);
    }
    boolean movesOn =
        sponsor
            .claims
            .get(transfer.name)
            .filter(claim -> claim.objection().isEmpty())
            .filter(claim -> claim.rank().isAbove(transfer.rank))
            .isPresent();
    Budget budget = transfer.stream.stands ? sponsor.givesUp : sponsor.movesOn;
    return movesOn && budget.spend(tile.now);
  }
}
