package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sealed files stream: what of one is checked is handed on while the rest still comes in. Here is
 * who is told of that, what is served of it, and what others say they hold (PROTOCOL.md,
 * Streaming). Chunks of a transfer without a seal that stands are never served (P3).
 */
final class Streaming {
  private final TileState tile;
  private final Transfers transfers;

  Streaming(TileState tile, Transfers transfers) {
    this.tile = tile;
    this.transfers = transfers;
  }

  /** The running transfer of this key whose checked chunks may be served. */
  Optional<Transfer> served(int key) {
    for (Transfer transfer : transfers.view()) {
      if (transfer.key == key && isServed(transfer)) {
        return Optional.of(transfer);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a transfer of this key may soon be served: its seal is judged again under other keys,
   * or it rests and {@code asker} has just offered what may wake it. Who asks meanwhile is not to
   * believe that it has been given up. Two that rest would else wake each other for ever: each is
   * told NONE by the other, rests, and then hears that the other has begun.
   */
  boolean isToBeServed(Neighbor asker, int key) {
    for (Transfer transfer : transfers.view()) {
      if (transfer.key == key && (isJudgedAnew(transfer) || isWokenBy(asker, transfer))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isJudgedAnew(Transfer transfer) {
    return !transfer.parked
        && transfer.stagingOpen
        && transfer.stream.seal.isPresent()
        && !transfer.stream.stands;
  }

  private boolean isWokenBy(Neighbor asker, Transfer transfer) {
    return transfer.parked && transfers.offers(asker, transfer);
  }

  private static boolean isServed(Transfer transfer) {
    return !transfer.parked && transfer.stream.stands && transfer.stagingOpen;
  }

  /** Serves a part of the manifest, or which chunks are here; what is still to come, later. */
  void manifestWant(Neighbor from, Transfer transfer, Message.ManifestWant want) {
    knows(from, transfer);
    if (want.unit() == Message.ManifestWant.HELD) {
      if (from.heldBudget.spend(tile.now)) {
        transfer.stream.followers.put(from.direction, from.bootId());
        tellHeld(from, transfer, transfer.verified);
      } else {
        from.count("held_asked_over_budget");
      }
      return;
    }
    Optional<Bytes> unit = unit(transfer, want.unit());
    if (unit.isPresent()) {
      int end = Math.min(unit.get().length(), want.offset() + want.length());
      int parts = Codec.parts(Math.max(0, end - want.offset()), from.mtu());
      if (from.serve(parts, tile.now) < parts) {
        from.count("wants_over_window");
        return;
      }
      send(from, transfer.key, want, unit.get());
    } else if (want.unit() < transfer.pageCount()) {
      Map<Integer, Message.ManifestWant> awaited = transfer.stream.awaitedBy(from.direction);
      if (awaited.size() < Limits.PAGES_IN_FLIGHT_MAX || awaited.containsKey(want.unit())) {
        awaited.put(want.unit(), want);
      }
    }
  }

  private static Optional<Bytes> unit(Transfer transfer, int unit) {
    if (unit == Message.ManifestWant.HEAD) {
      return Optional.of(transfer.knownHead().encode());
    }
    if (unit == Message.ManifestWant.SEAL) {
      return transfer.stream.seal;
    }
    return unit < transfer.pageCount() && transfer.hasPage(unit)
        ? Optional.of(transfer.page(unit).encode())
        : Optional.empty();
  }

  private void send(Neighbor to, int key, Message.ManifestWant want, Bytes unit) {
    int payload = Codec.partBytes(to.mtu());
    int end = Math.min(unit.length(), want.offset() + want.length());
    for (int at = want.offset(); at < end; at += payload) {
      Bytes part = unit.slice(at, Math.min(end, at + payload));
      tile.send(to, new Message.ManifestPart(key, want.unit(), at, unit.length(), part));
    }
  }

  /** A page is here: whoever has asked for it gets it. */
  void pageTaken(Transfer transfer, int index) {
    transfer.stream.awaited.forEach(
        (direction, wants) -> {
          Message.ManifestWant want = wants.remove(index);
          if (want != null && isServed(transfer) && tile.neighbor(direction).isAlive()) {
            Bytes unit = transfer.page(index).encode();
            send(tile.neighbor(direction), transfer.key, want, unit);
          }
        });
  }

  /** A chunk was checked, so long after the one before. */
  void verified(Transfer transfer, int index, long pause) {
    if (pause >= Limits.STALL_NANOS) {
      // Whoever waited for it here may have given up, and would hear of it only once it is whole.
      transfer.stream.telling.clear();
    }
    if (transfer.stream.stands) {
      transfer.stream.news.set(index);
    }
  }

  /** Takes what {@code from} says to hold. */
  void have(Neighbor from, Message.Have have) {
    Optional<Transfer> transfer =
        transfers
            .byKey(have.key(), from)
            .filter(t -> t.head.isPresent() && !transfers.isWhole(from, t));
    if (transfer.isEmpty()) {
      from.count("have_not_asked");
      return;
    }
    heldBy(from, transfer.get()).take(have, transfer.get().chunkCount(), tile.now);
  }

  private Held heldBy(Neighbor neighbor, Transfer transfer) {
    Held held = transfer.stream.held.get(neighbor.direction);
    if (held == null || held.bootId != neighbor.bootId()) {
      held = new Held(neighbor.bootId(), tile.now);
      transfer.stream.held.put(neighbor.direction, held);
    }
    return held;
  }

  /** {@code from} has refused the version of this key, of which nothing is live here. */
  void refused(Neighbor from, int key) {
    served(key).ifPresent(transfer -> knows(from, transfer));
  }

  /** {@code neighbor} need not be told again that it comes in here. */
  private static void knows(Neighbor neighbor, Transfer transfer) {
    telling(neighbor, transfer).at = Long.MAX_VALUE;
  }

  private static Stream.Telling telling(Neighbor neighbor, Transfer transfer) {
    Stream.Telling telling = transfer.stream.telling.get(neighbor.direction);
    if (telling == null || telling.bootId != neighbor.bootId()) {
      // Another boot of it has heard nothing yet.
      telling = new Stream.Telling(neighbor.bootId());
      transfer.stream.telling.put(neighbor.direction, telling);
    }
    return telling;
  }

  /** Tells what is new, to whom it is of use, and asks who holds what. */
  void advance() {
    for (Transfer transfer : transfers.view()) {
      if (isServed(transfer)) {
        tellNews(transfer);
        tellOf(transfer);
      }
      if (asksHeld(transfer)) {
        askHeld(transfer);
      }
    }
  }

  private void tellNews(Transfer transfer) {
    if (transfer.stream.news.isEmpty()) {
      return;
    }
    transfer.stream.followers.forEach(
        (direction, bootId) -> {
          Neighbor follower = tile.neighbor(direction);
          boolean lacks = !transfers.isWhole(follower, transfer);
          if (follower.isAlive() && follower.bootId() == bootId && lacks) {
            tellHeld(follower, transfer, transfer.stream.news);
          }
        });
    transfer.stream.news.clear();
  }

  private void tellHeld(Neighbor to, Transfer transfer, BitSet chunks) {
    int held = transfer.verified.cardinality();
    List<Message.Run> runs = new ArrayList<>();
    int first = chunks.nextSetBit(0);
    while (first >= 0) {
      int end = chunks.nextClearBit(first);
      runs.add(new Message.Run(first, end - first));
      first = chunks.nextSetBit(end);
      if (runs.size() == Message.Have.RUNS_MAX && first >= 0) {
        tile.send(to, new Message.Have(transfer.key, held, runs));
        runs = new ArrayList<>();
      }
    }
    tile.send(to, new Message.Have(transfer.key, held, runs));
  }

  /** A version is offered as soon as its seal stands, and again to who has not answered. */
  private void tellOf(Transfer transfer) {
    for (Neighbor neighbor : tile.neighbors.values()) {
      Stream.Telling telling = telling(neighbor, transfer);
      if (tile.now >= tellAt(neighbor, transfer)) {
        long wait = Limits.STREAM_TELL_NANOS << telling.times;
        telling.at = tile.now + wait;
        telling.times++;
        tile.send(neighbor, advertisement(transfer));
      }
    }
  }

  private long tellAt(Neighbor neighbor, Transfer transfer) {
    Stream.Telling telling = telling(neighbor, transfer);
    boolean tells =
        neighbor.isAlive()
            && telling.times < Limits.STREAM_TOLD_MAX
            && !transfers.isWhole(neighbor, transfer);
    return tells ? telling.at : Long.MAX_VALUE;
  }

  private static Message.Advertisement advertisement(Transfer transfer) {
    int permille =
        (int) (transfer.verifiedBytes * Message.Advertisement.HELD_WHOLE / transfer.fileLength);
    return new Message.Advertisement(
        transfer.name,
        transfer.rank.stamp(),
        transfer.rank.digestPrefix(),
        transfer.id,
        transfer.fileLength,
        transfer.knownHead().fingerprint().prefix(Message.Advertisement.SIGNER_BYTES),
        true,
        Math.min(permille, Message.Advertisement.HELD_WHOLE - 1));
  }

  private static boolean asksHeld(Transfer transfer) {
    return !transfer.parked && transfer.phase == TileReport.Phase.CHUNKS;
  }

  private void askHeld(Transfer transfer) {
    for (Neighbor neighbor : tile.neighbors.values()) {
      if (transfers.offers(neighbor, transfer) && !transfers.isWhole(neighbor, transfer)) {
        Held held = heldBy(neighbor, transfer);
        if (tile.now >= held.askAt) {
          held.asked(tile.now);
          tile.send(
              neighbor, new Message.ManifestWant(transfer.key, Message.ManifestWant.HELD, 0, 1));
        }
      }
    }
  }

  /**
   * Whether waiting for {@code neighbor} makes sense: it claims to have all, or holds what we lack,
   * or came to hold more of late. Two that only wait for each other would wait for ever.
   */
  boolean isOfUse(Neighbor neighbor, Transfer transfer) {
    if (transfers.isWhole(neighbor, transfer) || transfer.phase != TileReport.Phase.CHUNKS) {
      return true;
    }
    Held held = heldBy(neighbor, transfer);
    if (tile.now - held.gainedAt < transfer.stallNanos()) {
      return true;
    }
    BitSet lacking = (BitSet) held.chunks.clone();
    lacking.andNot(transfer.verified);
    return !lacking.isEmpty();
  }

  /**
   * Whether nothing of it can be had from {@code neighbor}, and nothing has come from there of
   * late, though it could have been asked: it may have all of it from us.
   */
  boolean givesNothing(Neighbor neighbor, Transfer transfer) {
    if (transfer.phase != TileReport.Phase.CHUNKS) {
      return false;
    }
    long useAt = Math.max(transfer.chunksSince, heldBy(neighbor, transfer).since);
    Pace.Share share = transfer.pace.shares.get(neighbor.direction);
    if (share != null) {
      useAt = Math.max(useAt, share.cameAt);
    }
    return tile.now - useAt >= transfer.stallNanos() && !transfers.couldDeliver(neighbor, transfer);
  }

  long wakeAt() {
    long at = Long.MAX_VALUE;
    for (Transfer transfer : transfers.view()) {
      if (isServed(transfer)) {
        for (Neighbor neighbor : tile.neighbors.values()) {
          at = Math.min(at, tellAt(neighbor, transfer));
        }
      }
      if (asksHeld(transfer)) {
        for (Map.Entry<Direction, Held> entry : transfer.stream.held.entrySet()) {
          Neighbor neighbor = tile.neighbor(entry.getKey());
          if (transfers.offers(neighbor, transfer) && !transfers.isWhole(neighbor, transfer)) {
            at = Math.min(at, entry.getValue().askAt);
            long useless = entry.getValue().gainedAt + transfer.stallNanos();
            at = useless > tile.now ? Math.min(at, useless) : at;
          }
        }
      }
    }
    return at;
  }
}
