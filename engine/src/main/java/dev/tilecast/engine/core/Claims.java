package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What neighbors say they have and we would want, and what speaks against pulling it. A claim has
 * no power: it only may begin a transfer (PROTOCOL.md, Pulling).
 */
final class Claims {
  private final TileState tile;

  /** Manifests that led to no good file, oldest first. */
  private final Map<Bytes, Refusal> failed = new LinkedHashMap<>();

  Claims(TileState tile) {
    this.tile = tile;
  }

  /** Takes an advertisement that is newer than what is live. */
  void claimed(Neighbor from, Message.Advertisement ad) {
    Optional<Claim> old = from.claims.get(ad.name());
    if (old.isPresent() && isBelow(ad, old.get())) {
      if (!ad.isWhole()) {
        // It pulls that as well, and will tell of it again when it has all.
        return;
      }
      if (!old.get().ad().isWhole()) {
        claimedBehind(from, ad);
        return;
      }
    }
    if (old.isEmpty() || !old.get().isAbout(ad)) {
      judge(from, Claim.open(ad));
      return;
    }
    Claim claim = old.get().restated(ad);
    if (isRefused(claim)) {
      from.claims.put(claim);
      answer(from, claim);
    } else {
      // Said again, what came to nothing may come to something now: its disk may have been mended.
      // It is no news, though: how often it was put off still counts.
      judge(from, claim.again());
    }
  }

  /** Whether {@code ad} is of something older than what {@code open} is of, if that is open. */
  private static boolean isBelow(Message.Advertisement ad, Claim open) {
    return open.objection().isEmpty() && open.rank().isAbove(Rank.of(ad));
  }

  /**
   * What comes in at {@code from} is newer than {@code ad}, which it has all of, and tells again.
   */
  private void claimedBehind(Neighbor from, Message.Advertisement ad) {
    Optional<Claim> before = from.claims.behind(ad.name()).filter(claim -> claim.isAbout(ad));
    Claim claim = before.map(old -> old.restated(ad)).orElseGet(() -> Claim.open(ad));
    if (!isRefused(claim)) {
      Optional<Refusal> objection = objectionTo(ad);
      claim = objection.map(claim::objectedTo).orElse(claim.again());
      objection.ifPresent(
          refusal -> tile.refused(ad.name().text(), from.direction.name(), refusal));
    }
    from.claims.putBehind(claim);
    answer(from, claim);
  }

  private static boolean isRefused(Claim claim) {
    return claim.objection().filter(o -> o.reason().isRefusal()).isPresent();
  }

  /**
   * Takes {@code open}, a claim without an objection, with the one that there is now.
   *
   * @return false where there is no room for it
   */
  boolean judge(Neighbor from, Claim open) {
    Message.Advertisement ad = open.ad();
    Optional<Refusal> objection = objectionTo(ad);
    Claim claim = objection.map(open::objectedTo).orElse(open);
    if (!from.claims.put(claim)) {
      // Not remembered, and so not answered: it will be told again, when there may be room.
      from.count("claims_over_limit");
      return false;
    }
    if (objection.isPresent()) {
      tile.refused(ad.name().text(), from.direction.name(), objection.get());
      if (from.claims.get(ad.name()).equals(Optional.of(claim))) {
        // Else it is covered by what is whole there, and is to be told again once it is whole.
        answer(from, claim);
      }
    }
    return true;
  }

  private void answer(Neighbor to, Claim claim) {
    if (to.isAlive()) {
      claim
          .objection()
          .ifPresent(
              refusal -> tile.send(to, new Message.None(claim.ad().key(), refusal.reason())));
    }
  }

  /** Why what {@code ad} promises is not to be pulled. */
  Optional<Refusal> objectionTo(Message.Advertisement ad) {
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
    Optional<LiveEntry> live = tile.catalog.get(name);
    if (live.isPresent()
        && Rank.of(live.get().version()).digestPrefix().equals(rank.digestPrefix())) {
      return refusal(
          Reason.NOT_AS_CLAIMED,
          name
              + " with stamp "
              + ad.stamp()
              + " would have the content of the live version, whose signed stamp is "
              + live.get().version().stamp()
              + "; whoever offers it is broken or lies");
    }
    if (ad.fileLength() > tile.limits().fileBytesMax()) {
      return refusal(
          Reason.TOO_LARGE,
          name
              + " has "
              + Counted.bytes(ad.fileLength())
              + ", this tile takes "
              + tile.limits().fileBytesMax()
              + "; see file-bytes-max in tilecast.toml");
    }
    if (live.isEmpty() && tile.catalog.size() >= tile.limits().catalogNamesMax()) {
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
      List<Claim> claims = neighbor.claims.withThoseBehind();
      neighbor.claims.clear();
      for (Claim claim : claims) {
        if (!judge(neighbor, claim.anew()) && claim.objection().isPresent()) {
          // It was answered once, and will not be made again.
          neighbor.claims.put(claim.putOff(claim.objection().get(), tile.now));
        }
      }
    }
  }

  /** The manifest {@code id} led to no good file: it is not pulled again. */
  void failed(Bytes id, Refusal refusal) {
    failed.put(id, refusal);
    if (failed.size() > Limits.FAILED_MANIFESTS_MAX) {
      failed.remove(failed.keySet().iterator().next());
    }
  }

  /** Whether other keys or rules could change the answer. */
  private static boolean isAboutTrust(Reason reason) {
    return reason == Reason.UNKNOWN_SIGNER
        || reason == Reason.NOT_ALLOWED
        || reason == Reason.BAD_SIGNATURE;
  }

  /** Objections that may have passed are put to the test again. */
  void retry(Neighbor neighbor) {
    for (Claim claim : neighbor.claims.takeDue(tile.now)) {
      if (!judge(neighbor, claim.again())) {
        // It was answered once, and will not be made again.
        neighbor.claims.put(claim.putOff(claim.objection().orElseThrow(), tile.now));
      }
    }
  }
}
