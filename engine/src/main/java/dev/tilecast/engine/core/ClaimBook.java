package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Name;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The claims of one neighbor, a bounded number. Those that speak for themselves and those with an
 * objection are apart, so that neither kind crowds out the other, and each step looks only at what
 * it can use.
 */
final class ClaimBook {
  private final Map<Name, Claim> open = new LinkedHashMap<>();
  private final Map<Name, Claim> objected = new LinkedHashMap<>();

  /** Those that an earlier boot of the neighbor may have made. */
  private final Set<Name> inherited = new LinkedHashSet<>();

  private long retryAt = Long.MAX_VALUE;

  Optional<Claim> get(Name name) {
    Claim claim = open.get(name);
    return Optional.ofNullable(claim != null ? claim : objected.get(name));
  }

  /** The claims that nothing speaks against, oldest first. */
  Collection<Claim> open() {
    return open.values();
  }

  /** All claims, for the report and for judging them anew. */
  List<Claim> all() {
    List<Claim> all = new ArrayList<>(open.values());
    all.addAll(objected.values());
    return all;
  }

  int size() {
    return open.size() + objected.size();
  }

  /** False where there is no room for one more of its kind; then nothing was changed. */
  boolean put(Claim claim) {
    Name name = claim.ad().name();
    Map<Name, Claim> kind = claim.objection().isEmpty() ? open : objected;
    if (!kind.containsKey(name) && kind.size() >= Limits.CLAIMS_MAX) {
      inherited.stream().filter(kind::containsKey).findFirst().ifPresent(this::remove);
    }
    if (!kind.containsKey(name) && kind.size() >= Limits.CLAIMS_MAX) {
      return false;
    }
    remove(name);
    kind.put(name, claim);
    retryAt = Math.min(retryAt, claim.retryAt());
    return true;
  }

  /** Objects to the claim of {@code name}; where that cannot be remembered, the claim goes. */
  void object(Name name, UnaryOperator<Claim> objection) {
    Optional<Claim> claim = get(name);
    if (claim.isPresent() && !put(objection.apply(claim.get()))) {
      remove(name);
    }
  }

  void remove(Name name) {
    open.remove(name);
    objected.remove(name);
    inherited.remove(name);
  }

  /**
   * Another boot of the neighbor is there. Its claims stay, since it may have made them before its
   * HELLO came, and what it was answered then it will not claim again. Where it did not, asking it
   * costs an answer.
   */
  void otherBoot() {
    inherited.addAll(open.keySet());
    inherited.addAll(objected.keySet());
  }

  /** Whether the claim of {@code name} may be that of an earlier boot. */
  boolean isInherited(Name name) {
    return inherited.contains(name);
  }

  void clear() {
    inherited.clear();
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
    due.forEach(claim -> remove(claim.ad().name()));
    return due;
  }
}
