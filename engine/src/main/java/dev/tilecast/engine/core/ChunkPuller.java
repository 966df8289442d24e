package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Pulls chunks: decides which bytes are asked of whom, within each neighbor's window, each byte of
 * one neighbor at a time but for an {@link Endgame}; takes the answers, the losses and the results
 * of the checks (PROTOCOL.md, Pulling).
 */
final class ChunkPuller {
  private final TileState tile;
  private final Transfers transfers;
  private final Streaming streaming;
  private final Reuse reuse;
  private final Endgame endgame;

  ChunkPuller(TileState tile, Transfers transfers, Streaming streaming, Reuse reuse) {
    this.tile = tile;
    this.transfers = transfers;
    this.streaming = streaming;
    this.reuse = reuse;
    this.endgame = new Endgame(tile, transfers);
  }

  /** Takes DATA; bytes that nobody asked for are counted and dropped. */
  void data(Neighbor from, Message.Data data) {
    Optional<RequestWindow.Request> answered =
        from.window.answered(data.key(), data.offset(), tile.now);
    if (answered.isPresent()) {
      RequestWindow.Request request = answered.get();
      giveBack(from.window.takeOvertaken(request.number()), from, "requests_overtaken");
      Optional<Transfer> transfer = transfers.get(request.manifestId());
      ChunkFetch fetch = request.fetch();
      if (transfer.isEmpty() || !transfer.get().isOpen(fetch)) {
        from.count("data_not_needed");
        return;
      }
      int length = Math.min(request.length(), data.bytes().length());
      boolean cutShort = length < request.length();
      boolean other = fetch.endTwice(request.offset(), request.length());
      if ((other && cutShort) || !fetch.lacks(request.offset(), request.length())) {
        // The second of two answers; or one that does not stand for the other.
        from.count("data_not_needed");
        return;
      }
      if (cutShort) {
        fetch.giveBack(request.offset() + length, request.length() - length);
      }
      take(from, transfer.get(), fetch, data, length);
      if (cutShort) {
        // Who serves by the rules never does that.
        from.count("data_cut_short");
        from.demerit(1);
        if (++fetch.losses % Limits.CHUNK_LOSSES_MAX == 0) {
          desert(transfer.get(), fetch, from);
        }
      }
      return;
    }
    late(from, data);
  }

  /** An answer that came after its time-out is still good, if it was not asked for elsewhere. */
  private void late(Neighbor from, Message.Data data) {
    Optional<Transfer> transfer = transfers.byKey(data.key(), from);
    Optional<ChunkFetch> fetch = transfer.flatMap(t -> t.openAt(data.offset()));
    if (fetch.isPresent() && !fetch.get().checking && fetch.get().owner == from.direction) {
      int start = (int) (data.offset() - fetch.get().offset);
      int end = start + data.bytes().length();
      if (fetch.get().missing.contains(start, end)) {
        fetch.get().missing.remove(start, end);
        from.count("data_late");
        take(from, transfer.get(), fetch.get(), data, data.bytes().length());
        return;
      }
    }
    from.count("data_not_asked");
  }

  private void take(
      Neighbor from, Transfer transfer, ChunkFetch fetch, Message.Data data, int length) {
    fetch.received(from.direction, data.offset(), length);
    transfer.pace.came(from, length, tile.now);
    tile.count("bytes_received", length);
    tile.out.add(new Effect.WriteStaging(transfer.id, data.offset(), data.bytes().prefix(length)));
    if (fetch.isComplete()) {
      fetch.checking = true;
      tile.out.add(new Effect.CheckChunk(transfer.id, fetch.index, fetch.offset, fetch.expected));
    }
  }

  /** Takes the result of a check; true where the transfer may now be complete. */
  boolean checked(Transfer transfer, int index, boolean good) {
    if (transfer.checking.get(index)) {
      transfer.checking.clear(index);
      if (good) {
        boolean isNew = !transfer.wasVerified(index);
        verified(transfer, index);
        if (isNew) {
          reuse.found(transfer, index);
        }
      } else {
        transfer.reopen(index);
      }
      return good;
    }
    ChunkFetch fetch = transfer.open.get(index);
    if (fetch == null) {
      return false;
    }
    if (good) {
      fetch.contributors.forEach(direction -> tile.neighbor(direction).reward());
      verified(transfer, index);
      transfer.soloNext.clear(index);
      return true;
    }
    wrong(transfer, fetch);
    return false;
  }

  private void verified(Transfer transfer, int index) {
    long pause = tile.now - transfer.progressAt;
    transfer.verified(index, tile.now);
    streaming.verified(transfer, index, pause);
  }

  private void wrong(Transfer transfer, ChunkFetch fetch) {
    tile.count("chunks_wrong");
    fetch.contributors.forEach(author -> tile.neighbor(author).flow.beginAgain());
    if (fetch.contributors.size() == 1) {
      for (Direction author : fetch.contributors) {
        transfers.avoid(transfer, tile.neighbor(author));
        if (author.equals(transfer.wrongFrom.put(fetch.index, author))) {
          // Twice the same chunk, with nobody else's bytes in it: its disk may have changed it.
          tile.send(tile.neighbor(author), new Message.None(transfer.key, Reason.NOT_AS_CLAIMED));
        }
      }
    } else {
      // One of several lied; alone, each is found out.
      transfer.soloNext.set(fetch.index);
    }
    transfer.reopen(fetch.index);
  }

  /** Puts expired requests, and those of neighbors that are gone, up to be asked again. */
  void tick() {
    for (Neighbor neighbor : tile.neighbors.values()) {
      List<RequestWindow.Request> expired = neighbor.window.takeExpired(tile.now);
      if (!expired.isEmpty()) {
        neighbor.demerit(1);
        giveBack(expired, neighbor, "requests_expired");
        expired.forEach(request -> deserted(request, neighbor));
      }
      if (!neighbor.abandoned.isEmpty()) {
        giveBack(neighbor.abandoned, neighbor, "requests_abandoned");
        neighbor.abandoned.forEach(request -> deserted(request, neighbor));
        neighbor.abandoned.clear();
      }
    }
  }

  private void deserted(RequestWindow.Request request, Neighbor by) {
    transfers
        .get(request.manifestId())
        .filter(transfer -> transfer.isOpen(request.fetch()))
        .ifPresent(transfer -> desert(transfer, request.fetch(), by));
  }

  /** Lost requests go back to what is missing; {@code of} may be asked again. */
  private void giveBack(List<RequestWindow.Request> lost, Neighbor of, String counter) {
    for (RequestWindow.Request request : lost) {
      of.count(counter);
      transfers
          .get(request.manifestId())
          .filter(transfer -> transfer.isOpen(request.fetch()))
          .ifPresent(
              transfer -> {
                ChunkFetch fetch = request.fetch();
                fetch.giveBack(request.offset(), request.length());
                if (++fetch.losses % Limits.CHUNK_LOSSES_MAX == 0) {
                  desert(transfer, fetch, of);
                }
              });
    }
  }

  /** {@code by} does not deliver: somebody else is to, if there is anybody. */
  private void desert(Transfer transfer, ChunkFetch fetch, Neighbor by) {
    fetch.lostBy.add(by.direction);
    Optional<Neighbor> other =
        transfers.askable(transfer).stream()
            .filter(neighbor -> !fetch.lostBy.contains(neighbor.direction))
            .filter(neighbor -> transfers.holds(neighbor, transfer, fetch.index))
            .findFirst();
    if (other.isEmpty()) {
      // All have failed once; then all may try again.
      fetch.lostBy.clear();
    } else if (fetch.solo) {
      transfer.reopen(fetch.index);
      transfer.open(fetch.index, other.get().direction);
    } else {
      fetch.owner = other.get().direction;
    }
  }

  long wakeAt() {
    long at = endgame.wakeAt();
    for (Neighbor neighbor : tile.neighbors.values()) {
      at = Math.min(at, neighbor.window.expiresAt());
    }
    for (Transfer transfer : transfers.view()) {
      for (long until : transfer.avoidedUntil.values()) {
        if (!transfer.parked && until > tile.now) {
          at = Math.min(at, until);
        }
      }
    }
    return at;
  }

  /** Fills the windows, and lets the next kept chunks be checked. */
  void request() {
    endgame.begin();
    List<Transfer> pulling = new ArrayList<>();
    for (Transfer transfer : transfers.view()) {
      if (!transfer.parked && transfer.phase == TileReport.Phase.CHUNKS) {
        checkKept(transfer);
        if (!transfer.copy.isWithholding(tile.now)) {
          pulling.add(transfer);
        }
      }
    }
    if (pulling.isEmpty()) {
      return;
    }
    List<Neighbor> living = tile.living();
    living.sort((a, b) -> Integer.compare(a.demerits, b.demerits));
    for (Neighbor neighbor : living) {
      int room = neighbor.window.room();
      if (room > 0) {
        List<Transfer> inTurn =
            Sharing.inTurn(pulling, t -> transfers.mayAsk(neighbor, t), neighbor);
        int left = room;
        for (int i = 0; i < inTurn.size() && left > 0; i++) {
          left -= ask(neighbor, inTurn.get(i), left);
        }
        for (int i = 0; i < inTurn.size() && left > 0; i++) {
          left -= askTwice(neighbor, inTurn.get(i), left);
        }
        neighbor.turns += left < room ? 1 : 0;
      }
    }
  }

  private void checkKept(Transfer transfer) {
    while (!transfer.toCheck.isEmpty()
        && transfer.checking.cardinality() < Limits.CHECKS_IN_FLIGHT_MAX) {
      int index = transfer.toCheck.nextSetBit(0);
      transfer.toCheck.clear(index);
      transfer.checking.set(index);
      tile.out.add(
          new Effect.CheckChunk(
              transfer.id, index, transfer.chunkOffset(index), transfer.chunk(index)));
    }
  }

  /** Asks for up to {@code room} packets; gives how many it asked for. */
  private int ask(Neighbor neighbor, Transfer transfer, int room) {
    int payload = Codec.dataBytes(neighbor.mtu());
    List<Message.Range> ranges = new ArrayList<>();
    int asked = 0;
    while (asked < room) {
      Optional<ChunkFetch> fetch = nextFor(neighbor, transfer);
      if (fetch.isEmpty()) {
        break;
      }
      Ranges missing = fetch.get().missing;
      int start = missing.firstStart();
      int length = Math.min(payload, missing.firstEnd() - start);
      missing.remove(start, start + length);
      long offset = fetch.get().offset + start;
      neighbor.window.sent(transfer.id, fetch.get(), offset, length, tile.now);
      append(ranges, offset, length, payload);
      asked++;
    }
    want(neighbor, transfer, ranges);
    return asked;
  }

  /** Asks for what others were to give, and will give late; gives how many packets. */
  private int askTwice(Neighbor neighbor, Transfer transfer, int room) {
    int payload = Codec.dataBytes(neighbor.mtu());
    List<Message.Range> ranges = new ArrayList<>();
    int asked = 0;
    while (asked < room) {
      Optional<RequestWindow.Request> first = endgame.nextFor(neighbor, transfer);
      if (first.isEmpty()) {
        break;
      }
      long offset = first.get().offset();
      int length = first.get().length();
      first.get().fetch().askTwice(offset, length);
      transfer.askedTwice(length);
      neighbor.count("asked_twice");
      neighbor.window.sent(transfer.id, first.get().fetch(), offset, length, tile.now);
      append(ranges, offset, length, payload);
      asked++;
    }
    want(neighbor, transfer, ranges);
    return asked;
  }

  private void want(Neighbor neighbor, Transfer transfer, List<Message.Range> ranges) {
    int payload = Codec.dataBytes(neighbor.mtu());
    for (int from = 0; from < ranges.size(); from += Message.Want.RANGES_MAX) {
      int to = Math.min(ranges.size(), from + Message.Want.RANGES_MAX);
      List<Message.Range> some = ranges.subList(from, to);
      int packets = some.stream().mapToInt(r -> (r.length() + payload - 1) / payload).sum();
      tile.send(neighbor, new Message.Want(transfer.key, packets, some));
    }
  }

  /**
   * Adds a run to {@code ranges}, to the last of them where it goes on from there and the server,
   * which cuts each range into full packets, will cut it into the very packets that we expect.
   */
  private static void append(List<Message.Range> ranges, long offset, int length, int payload) {
    if (!ranges.isEmpty()) {
      Message.Range last = ranges.get(ranges.size() - 1);
      if (last.end() == offset && last.length() % payload == 0) {
        ranges.set(ranges.size() - 1, new Message.Range(last.offset(), last.length() + length));
        return;
      }
    }
    ranges.add(new Message.Range(offset, length));
  }

  /** Whether all that may be in flight from {@code owner} is of other chunks. */
  private static boolean isBusyElsewhere(Neighbor owner, ChunkFetch fetch) {
    return owner.window.room() == 0 && !owner.window.isFetching(fetch);
  }

  /** The chunk that {@code neighbor} should go on with: its own, a new one, or one to help with. */
  private Optional<ChunkFetch> nextFor(Neighbor neighbor, Transfer transfer) {
    Optional<ChunkFetch> toHelp = Optional.empty();
    OptionalInt deserted = OptionalInt.empty();
    for (ChunkFetch fetch : transfer.open.values()) {
      if (fetch.missing.isEmpty() || !transfers.holds(neighbor, transfer, fetch.index)) {
        continue;
      }
      if (fetch.owner == neighbor.direction) {
        return Optional.of(fetch);
      }
      Neighbor owner = tile.neighbor(fetch.owner);
      boolean worse = owner.demerits > neighbor.demerits;
      boolean ownerGone =
          !transfers.mayAsk(owner, transfer)
              || !transfers.holds(owner, transfer, fetch.index)
              || (worse && fetch.solo && isBusyElsewhere(owner, fetch));
      if (ownerGone && (!fetch.solo || fetch.contributors.isEmpty())) {
        fetch.owner = neighbor.direction;
        return Optional.of(fetch);
      }
      if (ownerGone) {
        deserted = OptionalInt.of(fetch.index);
      }
      // Who has lost it once is still better than an owner who is silent about something else.
      boolean helps = worse || !fetch.lostBy.contains(neighbor.direction);
      if (!fetch.solo && toHelp.isEmpty() && helps) {
        toHelp = Optional.of(fetch);
      }
    }
    // A chunk that one alone was to deliver, and did not, begins anew with somebody else.
    deserted.ifPresent(transfer::reopen);
    int next = next(neighbor, transfer);
    return next >= 0 ? Optional.of(transfer.open(next, neighbor.direction)) : toHelp;
  }

  /**
   * The next chunk that {@code neighbor} holds: in their order from those who have all; where
   * others stream, by chance one that none of them holds, if there is any, so that neighbors pull
   * different chunks and have something to give to each other.
   */
  private int next(Neighbor neighbor, Transfer transfer) {
    BitSet streamed = new BitSet();
    boolean streams = false;
    for (Neighbor other : tile.neighbors.values()) {
      if (transfers.offers(other, transfer) && !transfers.isWhole(other, transfer)) {
        streams = true;
        if (other != neighbor) {
          streamed.or(transfers.held(other, transfer));
        }
      }
    }
    if (!streams) {
      return transfer.nextUnstarted();
    }
    BitSet here = transfer.unstarted();
    if (!transfers.isWhole(neighbor, transfer)) {
      here.and(transfers.held(neighbor, transfer));
    }
    BitSet rare = (BitSet) here.clone();
    rare.andNot(streamed);
    return any(rare.isEmpty() ? here : rare);
  }

  private int any(BitSet chunks) {
    if (chunks.isEmpty()) {
      return -1;
    }
    int at = chunks.nextSetBit(0);
    for (int skip = tile.random.nextInt(chunks.cardinality()); skip > 0; skip--) {
      at = chunks.nextSetBit(at + 1);
    }
    return at;
  }
}
