package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Pulls the heads, pages and seals of manifests, each from one neighbor at a time. */
final class UnitPuller {
  /** Takes what came whole. */
  interface Taker {
    /** A head, of which the digest is the manifest id. */
    void head(Neighbor from, Transfer transfer, Bytes encoded);

    /** A page whose digest its head names. */
    void page(Transfer transfer, int index, Bytes encoded);

    /** A seal, of which nothing is known yet. */
    void seal(Neighbor from, Transfer transfer, Bytes signature);

    /** The seal that was asked for does not come. */
    void noSeal(Transfer transfer);
  }

  private final TileState tile;
  private final Transfers transfers;
  private final Taker taker;

  UnitPuller(TileState tile, Transfers transfers, Taker taker) {
    this.tile = tile;
    this.transfers = transfers;
    this.taker = taker;
  }

  /** Takes a part of a unit. */
  void take(Neighbor from, Transfer transfer, Message.ManifestPart part) {
    UnitFetch fetch = transfer.units.get(part.unit());
    if (fetch == null || fetch.isWhole() || fetch.askedOf != from.direction) {
      from.count("parts_not_asked");
      return;
    }
    if (!fetch.agreesWith(part)) {
      again(transfer, fetch, from);
      return;
    }
    int missing = fetch.missingBytes();
    Optional<Bytes> whole = fetch.take(part);
    if (whole.isPresent()) {
      takeWhole(from, transfer, fetch, whole.get());
    } else if (fetch.missingBytes() < missing) {
      fetch.askedAt = tile.now;
      fetch.unanswered = 0;
    }
  }

  private void takeWhole(Neighbor from, Transfer transfer, UnitFetch fetch, Bytes whole) {
    if (fetch.unit == Message.ManifestWant.SEAL) {
      transfer.units.remove(fetch.unit);
      taker.seal(from, transfer, whole);
    } else if (fetch.unit != Message.ManifestWant.HEAD) {
      if (transfer.phase == TileReport.Phase.CHUNKS) {
        takePage(from, transfer, fetch, whole);
      }
    } else if (Bytes.sha256(whole.toArray()).equals(transfer.id)) {
      transfer.units.remove(fetch.unit);
      taker.head(from, transfer, whole);
    } else {
      again(transfer, fetch, from);
    }
  }

  private void takePage(Neighbor from, Transfer transfer, UnitFetch fetch, Bytes encoded) {
    Bytes expected = transfer.knownHead().pageDigests().get(fetch.unit);
    if (!Bytes.sha256(encoded.toArray()).equals(expected)) {
      again(transfer, fetch, from);
      return;
    }
    transfer.units.remove(fetch.unit);
    taker.page(transfer, fetch.unit, encoded);
  }

  private void again(Transfer transfer, UnitFetch fetch, Neighbor author) {
    fetch.restart();
    fetch.unanswered++;
    transfers.avoid(transfer, author);
    tile.count("units_wrong");
    ask(transfer, fetch);
  }

  /** Asks elsewhere for what was not answered in time. */
  void tick() {
    for (Transfer transfer : transfers.all()) {
      for (UnitFetch fetch : new ArrayList<>(transfer.units.values())) {
        if (fetch.isWhole()) {
          takeEarly(transfer, fetch);
          continue;
        }
        Neighbor asked = tile.neighbor(fetch.askedOf);
        boolean gone = !transfers.mayAsk(asked, transfer);
        boolean dawdles =
            tile.now >= fetch.authorSince + Limits.UNIT_NANOS_MAX
                && transfers.askable(transfer).size() > 1;
        boolean late = dawdles || tile.now >= fetch.askedAt + asked.window.timeoutNanos();
        if (late && !gone && !unanswered(transfer, fetch, asked)) {
          continue;
        }
        if (late || gone) {
          ask(transfer, fetch);
        }
      }
    }
  }

  /** False where nothing is left to be asked for. */
  private boolean unanswered(Transfer transfer, UnitFetch fetch, Neighbor asked) {
    fetch.unanswered++;
    boolean isPage = fetch.unit < transfer.pageCount();
    if (isPage && !transfers.isWhole(asked, transfer)) {
      // It still pulls the page itself, and sends it when it comes; so silence is no fault.
      asked.count("pages_awaited");
      return true;
    }
    asked.demerit(1);
    asked.count("units_expired");
    if (fetch.unit == Message.ManifestWant.SEAL) {
      if (fetch.unanswered >= Limits.SEAL_ASKED_MAX) {
        transfer.units.remove(fetch.unit);
        taker.noSeal(transfer);
        return false;
      }
    } else if (fetch.unanswered >= Limits.UNANSWERED_MAX * transfers.offering(transfer).size()) {
      transfers.unanswered(asked, transfer);
    }
    return true;
  }

  /** The first page came before its head was proven: now it can be judged, or must wait on. */
  private void takeEarly(Transfer transfer, UnitFetch page) {
    if (transfer.phase == TileReport.Phase.CHUNKS) {
      takePage(tile.neighbor(page.askedOf), transfer, page, page.whole().orElseThrow());
    }
  }

  long wakeAt() {
    long at = Long.MAX_VALUE;
    for (Transfer transfer : transfers.view()) {
      for (UnitFetch fetch : transfer.units.values()) {
        if (fetch.isWhole()) {
          continue;
        }
        long due = fetch.askedAt + tile.neighbor(fetch.askedOf).window.timeoutNanos();
        at = Math.min(at, due);
      }
    }
    return at;
  }

  /** Asks for heads that are missing, each with the first page, and for the next pages. */
  void request() {
    for (Transfer transfer : transfers.view()) {
      if (transfer.parked) {
        continue;
      }
      if (transfer.phase == TileReport.Phase.HEAD) {
        if (transfer.head.isEmpty()) {
          begin(transfer, Message.ManifestWant.HEAD, 0);
          // There is a first page whatever the head says; asking for it now saves a round trip.
          begin(transfer, 0, 0);
        }
        if (transfer.stream.seal.isEmpty() && transfers.isSealOffered(transfer)) {
          begin(transfer, Message.ManifestWant.SEAL, 0);
        }
      } else if (transfer.phase == TileReport.Phase.CHUNKS && !transfer.hasAllPages()) {
        for (int i = 0;
            i < transfer.pageCount() && transfer.units.size() < Limits.PAGES_IN_FLIGHT_MAX;
            i++) {
          if (!transfer.hasPage(i)) {
            begin(transfer, i, transfer.knownHead().pageBytes(i));
          }
        }
      }
    }
  }

  private void begin(Transfer transfer, int unit, int total) {
    if (!transfer.units.containsKey(unit)) {
      UnitFetch fetch = new UnitFetch(unit, total, transfer.sponsor);
      fetch.askedAt = Long.MIN_VALUE / 2;
      fetch.authorSince = tile.now;
      transfer.units.put(unit, fetch);
      ask(transfer, fetch);
    }
  }

  private void ask(Transfer transfer, UnitFetch fetch) {
    List<Neighbor> askable = transfers.askable(transfer);
    if (fetch.unit == Message.ManifestWant.SEAL) {
      askable.removeIf(neighbor -> !transfers.offersSeal(neighbor, transfer));
    }
    if (askable.isEmpty()) {
      fetch.askedAt = tile.now;
      return;
    }
    Neighbor neighbor = turn(transfer, fetch, askable);
    if (fetch.askedOf != neighbor.direction) {
      // The parts of the one before may be wrong; whoever completes them would be blamed.
      fetch.restart();
      fetch.authorSince = tile.now;
    }
    fetch.askedOf = neighbor.direction;
    fetch.askedAt = tile.now;
    tile.send(neighbor, fetch.want(transfer.key));
  }

  /**
   * Pages that are asked for together go to different neighbors, of those who surely have them; a
   * head to the best one. Who did not answer is followed by the next.
   */
  private Neighbor turn(Transfer transfer, UnitFetch fetch, List<Neighbor> askable) {
    if (fetch.unit >= transfer.pageCount()) {
      return askable.get(fetch.unanswered % askable.size());
    }
    List<Neighbor> ranked = new ArrayList<>(askable);
    ranked.sort(Comparator.comparingInt(neighbor -> doubt(neighbor, transfer, fetch.unit)));
    if (fetch.unanswered > 0) {
      return ranked.get(fetch.unanswered % ranked.size());
    }
    int least = doubt(ranked.get(0), transfer, fetch.unit);
    ranked.removeIf(neighbor -> doubt(neighbor, transfer, fetch.unit) > least);
    return ranked.get(fetch.unit % ranked.size());
  }

  /** Whether a neighbor has a page: one who streams may wait for it itself, perhaps for us. */
  private int doubt(Neighbor neighbor, Transfer transfer, int page) {
    if (transfers.isWhole(neighbor, transfer)) {
      return 0;
    }
    int first = page * ManifestPage.CHUNKS_MAX;
    int held = transfers.held(neighbor, transfer).nextSetBit(first);
    if (held >= 0 && held < first + ManifestPage.CHUNKS_MAX) {
      return 1;
    }
    return neighbor.direction == transfer.sponsor ? 2 : 3;
  }
}
