package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Reason;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The versions being pulled, in the order in which they began, and who offers each. */
final class Transfers {
  /** Never changed. */
  private static final BitSet NONE = new BitSet();

  private final TileState tile;
  private final Map<Bytes, Transfer> byId = new LinkedHashMap<>();

  Transfers(TileState tile) {
    this.tile = tile;
  }

  void add(Transfer transfer) {
    byId.put(transfer.id, transfer);
  }

  void remove(Transfer transfer) {
    byId.remove(transfer.id);
    abandonRequests(transfer);
  }

  /** Nothing is in flight for {@code transfer} any more; what was checked stays. */
  void abandonRequests(Transfer transfer) {
    for (Neighbor neighbor : tile.neighbors.values()) {
      neighbor.count("requests_forgotten", neighbor.window.forget(transfer.id));
    }
    transfer.abandonRequests();
  }

  Optional<Transfer> get(Bytes id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** A copy, so that transfers may end while it is walked. */
  List<Transfer> all() {
    return new ArrayList<>(byId.values());
  }

  Collection<Transfer> view() {
    return byId.values();
  }

  /** The running transfer of this key that {@code from} offers. */
  Optional<Transfer> byKey(int key, Neighbor from) {
    for (Transfer transfer : byId.values()) {
      if (transfer.key == key && !transfer.parked && offers(from, transfer)) {
        return Optional.of(transfer);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether another running transfer answers to the same key: they would take each other's bytes.
   */
  boolean isKeyTaken(Transfer transfer) {
    for (Transfer other : byId.values()) {
      if (!other.parked && other.key == transfer.key && !other.id.equals(transfer.id)) {
        return true;
      }
    }
    return false;
  }

  /** Those that take a slot: what has come and cannot be put live holds up nothing else. */
  int runningCount() {
    return runningCount(Optional.empty());
  }

  private int runningCount(Optional<Transfer> without) {
    int running = 0;
    int stuck = 0;
    for (Transfer transfer : byId.values()) {
      if (isOf(without, transfer)) {
        continue;
      }
      boolean free = transfer.isStuck() && stuck < Limits.PARKED_MAX;
      stuck += free ? 1 : 0;
      running += transfer.parked || free ? 0 : 1;
    }
    return running;
  }

  /**
   * Whether one more transfer may begin or go on for {@code neighbor}. The last slot is for whoever
   * has none: one slow neighbor with many files would else keep all others waiting for days. Where
   * one that has others went on with what was begun in the last slot, there is one more.
   */
  boolean hasSlotFor(Neighbor neighbor) {
    return hasSlotFor(neighbor, Optional.empty());
  }

  private boolean hasSlotFor(Neighbor neighbor, Optional<Transfer> without) {
    int left = tile.limits().transfersMax() - runningCount(without);
    if (left > 1) {
      return true;
    }
    boolean isLast = left == 1 || (left == 0 && isAnyBeyondLast(without));
    return isLast && !sponsorsAny(neighbor, without);
  }

  /** How many may run now: those of {@link Limits}, and one more where the last was taken over. */
  int runningMax() {
    int max = tile.limits().transfersMax();
    return isAnyBeyondLast(Optional.empty()) ? max + 1 : max;
  }

  private boolean isAnyBeyondLast(Optional<Transfer> without) {
    for (Transfer transfer : byId.values()) {
      boolean runs = !transfer.parked && !transfer.isStuck() && !isOf(without, transfer);
      if (runs && transfer.beyondLast) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether {@code neighbor} has no slot now, and would have one if {@code running} gave up its
   * own: who could not take it waits for something else.
   */
  boolean waitsForSlotOf(Transfer running, Neighbor neighbor) {
    return !hasSlotFor(neighbor) && couldTakeOver(neighbor, running);
  }

  /** Whether the slot of {@code running} may be that of {@code neighbor}. */
  boolean couldTakeOver(Neighbor neighbor, Transfer running) {
    return hasSlotFor(neighbor, Optional.of(running));
  }

  private static boolean isOf(Optional<Transfer> one, Transfer transfer) {
    return one.isPresent() && one.get() == transfer;
  }

  private boolean sponsorsAny(Neighbor neighbor, Optional<Transfer> without) {
    for (Transfer transfer : byId.values()) {
      boolean runs = !transfer.parked && !transfer.isStuck();
      if (runs && !isOf(without, transfer) && transfer.sponsor == neighbor.direction) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code neighbor} claims to have it, and nothing speaks against the claim. */
  boolean offers(Neighbor neighbor, Transfer transfer) {
    return neighbor.isAlive()
        && claim(neighbor, transfer).filter(claim -> claim.objection().isEmpty()).isPresent();
  }

  /** The claim of {@code neighbor} to have it, heard now or not, whatever speaks against it. */
  Optional<Claim> claim(Neighbor neighbor, Transfer transfer) {
    Optional<Claim> claim = neighbor.claims.get(transfer.name);
    // The same id with another stamp or length is another claim, and one of the two is false.
    boolean isOfIt =
        claim.isPresent()
            && claim.get().ad().manifestId().equals(transfer.id)
            && claim.get().rank().equals(transfer.rank)
            && claim.get().ad().fileLength() == transfer.fileLength
            && transfer
                .head
                .map(h -> h.fingerprint().startsWith(claim.get().ad().signer()))
                .orElse(true);
    return isOfIt ? claim : Optional.empty();
  }

  /** Whether {@code neighbor} claims to have all of it, and not only what it has pulled by now. */
  boolean isWhole(Neighbor neighbor, Transfer transfer) {
    Optional<Claim> claim = neighbor.claims.get(transfer.name);
    if (claim.isPresent() && claim.get().ad().manifestId().equals(transfer.id)) {
      return claim.get().ad().isWhole();
    }
    return false;
  }

  /** Whether a chunk may be asked of {@code neighbor}. */
  boolean holds(Neighbor neighbor, Transfer transfer, int index) {
    return isWhole(neighbor, transfer) || held(neighbor, transfer).get(index);
  }

  /** The chunks that {@code neighbor} has spoken of, in its present boot. */
  BitSet held(Neighbor neighbor, Transfer transfer) {
    Held held = transfer.stream.held.get(neighbor.direction);
    return held != null && held.bootId == neighbor.bootId() ? held.chunks : NONE;
  }

  /** Whether a seal of it is claimed to be there by somebody who may be asked now. */
  boolean isSealOffered(Transfer transfer) {
    if (transfer.stream.givenUp) {
      return false;
    }
    for (Neighbor neighbor : tile.neighbors.values()) {
      if (offersSeal(neighbor, transfer)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code neighbor} may be asked for a seal of it. */
  boolean offersSeal(Neighbor neighbor, Transfer transfer) {
    return mayAsk(neighbor, transfer)
        && neighbor.claims.get(transfer.name).map(claim -> claim.ad().sealed()).orElse(false);
  }

  /** Whom it may be pulled from at all. */
  List<Neighbor> offering(Transfer transfer) {
    List<Neighbor> offering = new ArrayList<>();
    for (Neighbor neighbor : tile.neighbors.values()) {
      if (offers(neighbor, transfer)) {
        offering.add(neighbor);
      }
    }
    return offering;
  }

  /** Whether {@code neighbor} may be asked now: it offers it, and gave nothing wrong of late. */
  boolean mayAsk(Neighbor neighbor, Transfer transfer) {
    Long until = transfer.avoidedUntil.get(neighbor.direction);
    return offers(neighbor, transfer) && (until == null || tile.now >= until);
  }

  /** Whether {@code neighbor} may be asked now and has, for all we know, something that we lack. */
  boolean couldDeliver(Neighbor neighbor, Transfer transfer) {
    if (!mayAsk(neighbor, transfer)) {
      return false;
    }
    if (isWhole(neighbor, transfer)) {
      return true;
    }
    BitSet lacking = (BitSet) held(neighbor, transfer).clone();
    lacking.andNot(transfer.verified);
    return !lacking.isEmpty();
  }

  /** Those that may be asked now, the least demerits first. */
  List<Neighbor> askable(Transfer transfer) {
    List<Neighbor> askable = new ArrayList<>();
    for (Neighbor neighbor : tile.neighbors.values()) {
      if (mayAsk(neighbor, transfer)) {
        askable.add(neighbor);
      }
    }
    askable.sort((a, b) -> Integer.compare(a.demerits, b.demerits));
    return askable;
  }

  /** {@code author} gave wrong bytes: ask others for a while, longer each time. */
  void avoid(Transfer transfer, Neighbor author) {
    int wrongs = transfer.wrongs.merge(author.direction, 1, Integer::sum);
    long wait = Math.min(Limits.SLOWED_MAX_NANOS, Limits.SLOWED_MIN_NANOS << Math.min(wrongs, 10));
    transfer.avoidedUntil.put(author.direction, tile.now + wait);
    author.demerit(8);
    author.count("wrong_bytes");
  }

  /** {@code transfer} waits without a slot, with all that it has. */
  void park(Transfer transfer) {
    if (transfer.verifiedBytes == 0 && !transfer.resumed) {
      end(transfer);
      return;
    }
    abandonRequests(transfer);
    for (Transfer other : all()) {
      if (!transfer.stream.stands
          && other.parked
          && other.sponsor == transfer.sponsor
          && !other.resumed
          && !other.stream.stands) {
        // One that is proven by nothing is as much as one neighbor can make us keep.
        giveUp(other);
      }
    }
    transfer.parked = true;
    transfer.parkedAt = tile.now;
    int parked = 0;
    Optional<Transfer> least = Optional.empty();
    for (Transfer other : view()) {
      if (other.parked) {
        parked++;
        if (least.isEmpty() || other.verifiedBytes < least.get().verifiedBytes) {
          least = Optional.of(other);
        }
      }
    }
    if (parked > Limits.PARKED_MAX) {
      giveUp(least.get());
    }
  }

  /** What has waited in vain ends, and whoever offers it is not asked again at once. */
  void giveUp(Transfer transfer) {
    tile.count("parked_dropped");
    putOff(transfer);
    end(transfer);
  }

  /**
   * {@code neighbor} said nothing for so long: it is asked again later. The claim is kept, since
   * one that we have refused before is not made again.
   */
  void unanswered(Neighbor neighbor, Transfer transfer) {
    Refusal refusal =
        new Refusal(
            Reason.NOT_HELD,
            neighbor.direction
                + " does not answer what it is asked of "
                + transfer.name
                + "; it is asked again later");
    neighbor.claims.object(transfer.name, claim -> claim.putOff(refusal, tile.now));
    neighbor.slowDown(tile.now);
    neighbor.count("claims_unanswered");
  }

  /** What came to nothing is tried again later, each time later, or it would never be quiet. */
  void putOff(Transfer transfer) {
    for (Neighbor neighbor : offering(transfer)) {
      Refusal refusal =
          new Refusal(
              Reason.NOT_HELD,
              "what "
                  + neighbor.direction
                  + " gave of "
                  + transfer.name
                  + " led nowhere while others waited; it is asked again later");
      neighbor.claims.object(transfer.name, claim -> claim.putOffInVain(refusal, tile.now));
    }
  }

  /** {@code transfer} ends, well or not; its staging file goes. */
  void end(Transfer transfer) {
    remove(transfer);
    if (transfer.stagingOpen || transfer.resumed) {
      tile.out.add(new Save.TransferGone(transfer.id));
      tile.out.add(new Effect.DropStaging(transfer.id));
    }
  }
}
