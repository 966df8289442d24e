package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of one neighbor and not answered yet, and how much may be: the round trip, its
 * spread and the time-out as in RFC 6298; the window grows while answers come and the round trip
 * stays near its shortest, and halves on loss.
 */
final class RequestWindow {
  /** Growth stops when the round trip is this many times the shortest, plus the slack. */
  private static final int QUEUE_FACTOR = 3;

  private static final long QUEUE_SLACK_NANOS = 5_000_000L;
  private static final int BACKOFF_MAX = 5;

  /** What one request counts of the share that is lost: some two hundred tell it. */
  private static final double LOSS_WEIGHT = 1.0 / 64;

  /**
   * One packet that is to come.
   *
   * @param fetch the chunk that it is of
   * @param offset in the file
   * @param number counts the requests to this neighbor
   */
  record Request(
      Bytes manifestId, ChunkFetch fetch, long offset, int length, long sentAt, long number) {}

  private final Map<Long, Request> inFlight = new LinkedHashMap<>();

  /** Requests that later answers overtook, the last of them: most are lost, some come late. */
  private final Set<Long> overtaken = new LinkedHashSet<>();

  /** What was given up: an answer to its slot may be to the first request or to a later one. */
  private final Set<Long> givenUp = new LinkedHashSet<>();

  /** How many later answers overtake a request: more where that was wrong. */
  private int patience = Limits.OVERTAKEN_MIN;

  private double window = Limits.WINDOW_PACKETS_START;

  /** Up to here the window grows by a packet an answer, beyond it by a packet a round trip. */
  private double threshold = Limits.WINDOW_PACKETS_MAX;

  private long smoothed;
  private long spread;
  private long shortest = Long.MAX_VALUE;
  private int backoff;
  private double lost;
  private long sent;
  private long lossNumber;

  int packets() {
    return (int) window;
  }

  int inFlightCount() {
    return inFlight.size();
  }

  /** Of those in flight, the ones about {@code manifestId}. */
  int inFlightCount(Bytes manifestId) {
    int count = 0;
    for (Request request : inFlight.values()) {
      count += request.manifestId().equals(manifestId) ? 1 : 0;
    }
    return count;
  }

  /** Whether something of {@code fetch} is on its way. */
  boolean isFetching(ChunkFetch fetch) {
    return inFlight.values().stream().anyMatch(request -> request.fetch() == fetch);
  }

  /** Of a thousand requests, of late, how many were not answered. */
  int lostPerMille() {
    return (int) Math.round(1000 * lost);
  }

  long roundTripNanos() {
    return smoothed;
  }

  /** What was asked and is neither answered nor given up, oldest first; not to be changed. */
  Collection<Request> inFlight() {
    return inFlight.values();
  }

  /** Whether it has ever been answered. */
  boolean isMeasured() {
    return smoothed > 0;
  }

  /** How long an answer takes at the most, but for losses; a guess while none has come. */
  long likelyNanos() {
    return isMeasured() ? smoothed + 4 * spread : Limits.TIMEOUT_MIN_NANOS;
  }

  /** When {@code request} will be later than answers are. */
  long lateAt(Request request) {
    return request.sentAt() + likelyNanos();
  }

  /**
   * When {@code request} will be answered, as things stand: after a round trip; once it is late, a
   * round trip after its time is over, when it would be asked again.
   */
  long expectedAt(Request request, long now) {
    long late = now < lateAt(request) ? 0 : timeoutNanos();
    return request.sentAt() + smoothed + late;
  }

  /** How many more packets may be asked for; 0 until it is worth a message of its own. */
  int room() {
    int free = packets() - inFlight.size();
    return inFlight.isEmpty() || free * 4 >= packets() ? Math.max(0, free) : 0;
  }

  /** After how long without an answer a request counts as lost. */
  long timeoutNanos() {
    long base =
        smoothed == 0
            ? Limits.TIMEOUT_START_NANOS
            : Math.max(Limits.TIMEOUT_MIN_NANOS, smoothed + 4 * spread);
    return Math.min(Limits.TIMEOUT_MAX_NANOS, base << backoff);
  }

  void sent(Bytes manifestId, ChunkFetch fetch, long offset, int length, long now) {
    inFlight.put(
        slot(manifestId.firstInt(), offset),
        new Request(manifestId, fetch, offset, length, now, sent++));
  }

  /** Takes note of an answer; gives the request that it answers, if there is one. */
  Optional<Request> answered(int key, long offset, long now) {
    long slot = slot(key, offset);
    Request request = inFlight.remove(slot);
    if (request == null) {
      if (overtaken.remove(slot)) {
        // It was only late: on this link packets overtake each other.
        patience = Math.min(Limits.OVERTAKEN_MAX, patience * 2);
        lost = Math.max(0, lost - LOSS_WEIGHT);
      }
      return Optional.empty();
    }
    long took = now - request.sentAt();
    if (givenUp.remove(slot) && took < shortest) {
      // The answer to the first request, most likely: it says that somebody is there, not how far.
      // Before the first measure nothing but the backed-off time-out may outlast the round trip.
      backoff = isMeasured() ? 0 : backoff;
    } else {
      measure(took);
    }
    lost -= lost * LOSS_WEIGHT;
    if (window < Limits.WINDOW_PACKETS_MAX
        && smoothed <= QUEUE_FACTOR * shortest + QUEUE_SLACK_NANOS) {
      double growth = window < threshold ? 1 : 1 / window;
      window = Math.min(Limits.WINDOW_PACKETS_MAX, window + growth);
    }
    return Optional.of(request);
  }

  /** Takes out the requests that later answers, up to number {@code number}, have overtaken. */
  List<Request> takeOvertaken(long number) {
    List<Request> gone = new ArrayList<>();
    Iterator<Request> oldest = inFlight.values().iterator();
    while (oldest.hasNext()) {
      Request request = oldest.next();
      if (request.number() + patience >= number) {
        break;
      }
      gone.add(request);
      oldest.remove();
      countLost();
      presume(slot(request.manifestId().firstInt(), request.offset()));
      giveUp(request);
    }
    if (!gone.isEmpty()) {
      shrink(number);
    }
    return gone;
  }

  private void giveUp(Request request) {
    givenUp.add(slot(request.manifestId().firstInt(), request.offset()));
    if (givenUp.size() > 4 * Limits.WINDOW_PACKETS_MAX) {
      Iterator<Long> oldest = givenUp.iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private void presume(long slot) {
    overtaken.add(slot);
    if (overtaken.size() > Limits.WINDOW_PACKETS_MAX) {
      Iterator<Long> oldest = overtaken.iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Takes out the requests whose time is over. */
  List<Request> takeExpired(long now) {
    if (now < expiresAt()) {
      return List.of();
    }
    List<Request> gone = new ArrayList<>();
    Iterator<Request> oldest = inFlight.values().iterator();
    while (oldest.hasNext()) {
      Request request = oldest.next();
      if (request.sentAt() + timeoutNanos() > now) {
        break;
      }
      gone.add(request);
      oldest.remove();
      countLost();
      giveUp(request);
    }
    if (!gone.isEmpty()) {
      shrink(sent);
      backoff = Math.min(BACKOFF_MAX, backoff + 1);
    }
    return gone;
  }

  /** Takes out all requests. */
  List<Request> takeAll() {
    List<Request> taken = new ArrayList<>(inFlight.values());
    inFlight.clear();
    return taken;
  }

  /** Takes out the requests about {@code manifestId}. */
  List<Request> takeAll(Bytes manifestId) {
    List<Request> taken = new ArrayList<>();
    for (Request request : inFlight.values()) {
      if (request.manifestId().equals(manifestId)) {
        taken.add(request);
        giveUp(request);
      }
    }
    forget(manifestId);
    return taken;
  }

  /** Forgets the requests about {@code manifestId}, whose answers come in vain; how many. */
  int forget(Bytes manifestId) {
    int before = inFlight.size();
    inFlight.values().removeIf(request -> request.manifestId().equals(manifestId));
    return before - inFlight.size();
  }

  /** When the oldest request expires, or {@link Long#MAX_VALUE}. */
  long expiresAt() {
    return inFlight.isEmpty()
        ? Long.MAX_VALUE
        : inFlight.values().iterator().next().sentAt() + timeoutNanos();
  }

  private void countLost() {
    lost += (1 - lost) * LOSS_WEIGHT;
  }

  private void shrink(long number) {
    // Losses of one flight are one sign, not many.
    if (number > lossNumber) {
      // With fewer in flight no later answer shows a loss, and each waits for its time-out.
      window = Math.max(Limits.WINDOW_PACKETS_START, window / 2);
      threshold = window;
      lossNumber = sent;
    }
  }

  private void measure(long roundTrip) {
    backoff = 0;
    shortest = Math.min(shortest, roundTrip);
    if (smoothed == 0) {
      smoothed = Math.max(1, roundTrip);
      spread = roundTrip / 2;
    } else {
      spread += (Math.abs(roundTrip - smoothed) - spread) / 4;
      smoothed = Math.max(1, smoothed + (roundTrip - smoothed) / 8);
    }
  }

  private static long slot(int key, long offset) {
    return (long) key << 32 | offset;
  }
}
