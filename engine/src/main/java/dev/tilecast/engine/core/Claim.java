package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Message;
import java.util.Optional;

/**
 * A neighbor's word that it has a version that we would want; without power until it is proven.
 *
 * @param ad what it said
 * @param objection why we do not pull it, if there is a reason
 * @param retryAt when an objection that may pass is put to the test again, or {@link
 *     Long#MAX_VALUE}
 */
record Claim(Message.Advertisement ad, Optional<Refusal> objection, long retryAt) {
  static Claim open(Message.Advertisement ad) {
    return new Claim(ad, Optional.empty(), Long.MAX_VALUE);
  }

  Claim objectedTo(Refusal refusal, long retryAt) {
    return new Claim(ad, Optional.of(refusal), retryAt);
  }

  Rank rank() {
    return Rank.of(ad);
  }
}
