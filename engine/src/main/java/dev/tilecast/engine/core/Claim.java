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
 * @param putOffs how many times in a row it was put off
 * @param inherited whether it may be the word of an earlier boot of the neighbor
 */
record Claim(
    Message.Advertisement ad,
    Optional<Refusal> objection,
    long retryAt,
    int putOffs,
    boolean inherited) {
  static Claim open(Message.Advertisement ad) {
    return new Claim(ad, Optional.empty(), Long.MAX_VALUE, 0, false);
  }

  /** Whether {@code other} says the same, but for how much of it is there. */
  boolean isAbout(Message.Advertisement other) {
    return ad.manifestId().equals(other.manifestId())
        && rank().equals(Rank.of(other))
        && ad.fileLength() == other.fileLength()
        && ad.signer().equals(other.signer());
  }

  /** The same claim in other words, as {@link #isAbout}. */
  Claim restated(Message.Advertisement other) {
    return new Claim(other, objection, retryAt, putOffs, false);
  }

  /** Nothing can be done about {@code refusal} here, until something else changes. */
  Claim objectedTo(Refusal refusal) {
    return new Claim(ad, Optional.of(refusal), Long.MAX_VALUE, putOffs, inherited);
  }

  /** {@code refusal} may pass by itself; to be tried again, more and more rarely. */
  Claim putOff(Refusal refusal, long now) {
    return putOff(refusal, now, Limits.ROOM_RETRY_MAX_NANOS);
  }

  /** The same for what has cost a transfer already: at last it is tried once a day. */
  Claim putOffInVain(Refusal refusal, long now) {
    return putOff(refusal, now, Limits.PARKED_NANOS_MAX);
  }

  private Claim putOff(Refusal refusal, long now, long longest) {
    long wait = Math.min(longest, Limits.ROOM_RETRY_NANOS << Math.min(putOffs, 20));
    return new Claim(ad, Optional.of(refusal), now + wait, putOffs + 1, inherited);
  }

  /** Whether nothing but other keys, rules or limits could change the objection. */
  boolean isRefused() {
    return objection.filter(o -> o.reason().isRefusal()).isPresent() && retryAt == Long.MAX_VALUE;
  }

  /** The time has come to try again. */
  Claim again() {
    return new Claim(ad, Optional.empty(), Long.MAX_VALUE, putOffs, inherited);
  }

  /** To be judged as if it had just been heard. */
  Claim anew() {
    return new Claim(ad, Optional.empty(), Long.MAX_VALUE, 0, inherited);
  }

  /** Another boot of the neighbor is there. */
  Claim ofEarlierBoot() {
    return new Claim(ad, objection, retryAt, putOffs, true);
  }

  Rank rank() {
    return Rank.of(ad);
  }
}
