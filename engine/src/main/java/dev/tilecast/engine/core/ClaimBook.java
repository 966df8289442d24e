package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Name;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The claims of one neighbor, a bounded number. Those that speak for themselves and those with an
 * objection are apart, so that neither kind crowds out the other, and each step looks only at what
 * it can use.
 */
final class ClaimBook {
  private final Map<Name, Claim> open = new LinkedHashMap<>();
  private final Map<Name, Claim> objected = new LinkedHashMap<>();

  /**
   * Where the neighbor pulls something newer: what it had claimed to have all of. It still has
   * that, and does not claim it again once it was answered.
   */
  private final Map<Name, Claim> behind = new LinkedHashMap<>();

  private long retryAt = Long.MAX_VALUE;

  Optional<Claim> get(Name name) {
    Claim claim = open.get(name);
    return Optional.ofNullable(claim != null ? claim : objected.get(name));
  }

  /** What the neighbor has all of, by its word, whatever it pulls beside that. */
  Optional<Claim> whole(Name name) {
    return get(name).filter(claim -> claim.ad().isWhole()).or(() -> behind(name));
  }

  /** What the neighbor has all of, where something newer comes in there. */
  Optional<Claim> behind(Name name) {
    return Optional.ofNullable(behind.get(name));
  }

  /** Takes {@code whole}, where a claim of something newer that comes in there is open. */
  void putBehind(Claim whole) {
    behind.put(whole.ad().name(), whole);
  }

  /** Whether the neighbor has all of something below {@code rank}, which we do not refuse. */
  boolean coversWhole(Name name, Rank rank) {
    return behind(name)
        .filter(claim -> !claim.isRefused() && rank.isAbove(claim.rank()))
        .isPresent();
  }

  /** The claims that nothing speaks against, oldest first. */
  Collection<Claim> open() {
    return open.values();
  }

  /** All claims, each after the one that is behind it, for judging them anew. */
  List<Claim> withThoseBehind() {
    List<Claim> all = new ArrayList<>(behind.values());
    // Those that were answered first: they are not made again, and room is scarce.
    all.addAll(objected.values());
    all.addAll(open.values());
    return all;
  }

  /** All claims that count now, for the report. */
  List<Claim> all() {
    List<Claim> all = new ArrayList<>(open.values());
    all.addAll(objected.values());
    return all;
  }

  /** With those that are behind others. */
  int size() {
    return open.size() + objected.size() + behind.size();
  }

  /**
   * Takes {@code claim} in the place of what the neighbor said of that name before. What still
   * comes in there takes no place for good: what it has all of stays behind it, and is not covered
   * by what is refused.
   *
   * @return false where there is no room for one more of its kind; what was there before stays
   */
  boolean put(Claim claim) {
    Name name = claim.ad().name();
    Optional<Claim> whole =
        claim.ad().isWhole()
            ? Optional.empty()
            : get(name).filter(before -> before.ad().isWhole()).or(() -> behind(name));
    if (whole.isPresent() && claim.isRefused()) {
      if (behind.containsKey(name)) {
        fallBack(name);
      }
      return true;
    }
    Map<Name, Claim> kind = claim.objection().isEmpty() ? open : objected;
    if (!kind.containsKey(name) && kind.size() >= Limits.CLAIMS_MAX) {
      kind.values().stream()
          .filter(Claim::inherited)
          .findFirst()
          .ifPresent(old -> remove(old.ad().name()));
    }
    if (!kind.containsKey(name) && kind.size() >= Limits.CLAIMS_MAX) {
      if (get(name).isEmpty()) {
        fallBack(name);
      }
      return false;
    }
    remove(name);
    kind.put(name, claim);
    whole.ifPresent(before -> behind.put(name, before));
    retryAt = Math.min(retryAt, claim.retryAt());
    return true;
  }

  /**
   * Objects to the claim of {@code name}; where that cannot be remembered, the claim goes.
   *
   * @return false where it went: its neighbor must not be answered, so that it will claim it again
   */
  boolean object(Name name, UnaryOperator<Claim> objection) {
    Optional<Claim> claim = get(name);
    if (claim.isEmpty()) {
      return true;
    }
    if (!put(objection.apply(claim.get()))) {
      fallBack(name);
      return false;
    }
    return get(name).filter(now -> now.ad().equals(claim.get().ad())).isPresent();
  }

  void remove(Name name) {
    open.remove(name);
    objected.remove(name);
    behind.remove(name);
  }

  /**
   * The claim of {@code name} has come to nothing. Was it one of something that comes in there, the
   * neighbor still has what it had before.
   */
  void fallBack(Name name) {
    Claim whole = behind.get(name);
    remove(name);
    if (whole != null) {
      put(whole.isRefused() ? whole : whole.again());
    }
  }

  /** The neighbor has nothing above what is live here but, perhaps, what still comes in there. */
  void takeBackWhole(Name name) {
    behind.remove(name);
    if (get(name).filter(claim -> claim.ad().isWhole()).isPresent()) {
      remove(name);
    }
  }

  /** The neighbor has not, or not any more, what it claimed under {@code key}. */
  void takeBack(int key) {
    behind.values().removeIf(claim -> claim.ad().key() == key);
    all().stream()
        .filter(claim -> claim.ad().key() == key)
        .forEach(claim -> fallBack(claim.ad().name()));
  }

  /**
   * Another boot of the neighbor is there. Its claims stay, since it may have made them before its
   * HELLO came, and what it was answered then it will not claim again. Where it did not, asking it
   * costs an answer.
   */
  void otherBoot() {
    for (Map<Name, Claim> claims : List.of(open, objected, behind)) {
      claims.replaceAll((name, claim) -> claim.ofEarlierBoot());
    }
  }

  /** Something of that rank is live here: what is not above it is of no use. */
  void wentLive(Name name, Rank live) {
    Claim whole = behind.get(name);
    if (whole != null && !whole.rank().isAbove(live)) {
      behind.remove(name);
    }
  }

  void clear() {
    behind.clear();
    open.clear();
    objected.clear();
    retryAt = Long.MAX_VALUE;
  }

  /** When the first objection that may pass is to be put to the test again. */
  long retryAt() {
    return retryAt;
  }

  /** Takes out the claims whose objection is to be put to the test by {@code now}. */
  List<Claim> takeDue(long now) {
    if (now < retryAt) {
      return List.of();
    }
    List<Claim> due = new ArrayList<>();
    retryAt = Long.MAX_VALUE;
    for (Claim claim : objected.values()) {
      if (now >= claim.retryAt()) {
        due.add(claim);
      } else {
        retryAt = Math.min(retryAt, claim.retryAt());
      }
    }
    for (Claim claim : due) {
      // To be put again, and what is behind it stays behind it.
      objected.remove(claim.ad().name());
    }
    return due;
  }
}
