package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Codec;
import java.util.Optional;

/**
 * The end of a transfer: all that is left of it is on its way, and some of that from a neighbor
 * that is slow or silent. Then another one, that has nothing else to give of it, is asked for the
 * same bytes, if it answers clearly earlier (PROTOCOL.md, Pulling). Asks nobody; says what to ask.
 */
final class Endgame {
  /** The second answer has to come in this part of the time that the first still takes. */
  private static final int CLEARLY = 2;

  private final TileState tile;
  private final Transfers transfers;

  /** When a request that is late by then may be asked a second time. */
  private long wakeAt = Long.MAX_VALUE;

  Endgame(TileState tile, Transfers transfers) {
    this.tile = tile;
    this.transfers = transfers;
  }

  /** Everything is looked at anew from here on. */
  void begin() {
    wakeAt = Long.MAX_VALUE;
  }

  /** When there may be more to ask for, if nothing else happens. */
  long wakeAt() {
    return wakeAt;
  }

  /**
   * What {@code neighbor} should be asked for although somebody else was: the request whose answer
   * is the farthest away. Solo chunks are left alone, since their bytes must be of one author.
   */
  Optional<RequestWindow.Request> nextFor(Neighbor neighbor, Transfer transfer) {
    Optional<RequestWindow.Request> farthest = Optional.empty();
    long latest = Long.MIN_VALUE;
    if (!neighbor.window.isMeasured() || !transfer.isAllStarted()) {
      return farthest;
    }
    long answer = CLEARLY * neighbor.window.likelyNanos();
    for (Neighbor owner : tile.neighbors.values()) {
      if (owner == neighbor) {
        continue;
      }
      for (RequestWindow.Request request : owner.window.inFlight()) {
        if (!mayAsk(neighbor, transfer, request)) {
          continue;
        }
        long expected = owner.window.expectedAt(request, tile.now);
        if (tile.now + answer <= expected) {
          if (expected > latest) {
            latest = expected;
            farthest = Optional.of(request);
          }
        } else {
          lateAt(owner.window, request, answer);
        }
      }
    }
    return farthest;
  }

  private boolean mayAsk(Neighbor neighbor, Transfer transfer, RequestWindow.Request request) {
    ChunkFetch fetch = request.fetch();
    return request.manifestId().equals(transfer.id)
        && transfer.isOpen(fetch)
        && !fetch.solo
        && !fetch.lostBy.contains(neighbor.direction)
        && fetch.isAskedOnce(request.offset(), request.length())
        && request.length() <= Codec.dataBytes(neighbor.mtu())
        && transfer.mayAskTwice(request.length())
        && transfers.holds(neighbor, transfer, fetch.index);
  }

  /** A request that is answered in time is no reason to wake, one that is late by then may be. */
  private void lateAt(RequestWindow window, RequestWindow.Request request, long answer) {
    long late = window.lateAt(request);
    if (late > tile.now && late + answer <= window.expectedAt(request, late)) {
      wakeAt = Math.min(wakeAt, late);
    }
  }
}
