package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Name;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claims of one neighbor, a bounded number. Those that speak for themselves and those with an
 * objection are apart, so that neither kind crowds out the other, and each step looks only at what
 * it can use.
 */
final class ClaimBook {
  private final Map<Name, Claim> open = new LinkedHashMap<>();
  private final Map<Name, Claim> objected = new LinkedHashMap<>();
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

  /** False where there is no room for one more of its kind; then nothing was changed. */
  boolean put(Claim claim) {
    Name name = claim.ad().name();
    Map<Name, Claim> kind = claim.objection().isEmpty() ? open : objected;
    if (!kind.containsKey(name) && kind.size() >= Limits.CLAIMS_MAX) {
      return false;
    }
    open.remove(name);
    objected.remove(name);
    kind.put(name, claim);
    retryAt = Math.min(retryAt, claim.retryAt());
    return true;
  }

  void remove(Name name) {
    open.remove(name);
    objected.remove(name);
  }

  void clear() {
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
    due.forEach(claim -> objected.remove(claim.ad().name()));
    return due;
  }
}
