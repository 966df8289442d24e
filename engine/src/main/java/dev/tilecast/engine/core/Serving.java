package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Reason;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Answers requests for manifests and bytes: of live versions, whose whole files were checked, and
 * of checked chunks under a seal (P3). Requests name the object themselves, so no state is kept of
 * who asks.
 */
final class Serving {
  private final TileState tile;
  private final Streaming streaming;

  Serving(TileState tile, Streaming streaming) {
    this.tile = tile;
    this.streaming = streaming;
  }

  void manifestWant(Neighbor from, Message.ManifestWant want) {
    List<LiveEntry> entries = tile.catalog.byKey(want.key());
    if (entries.size() != 1) {
      Optional<Transfer> transfer = served(entries, want.key());
      if (transfer.isPresent()) {
        streaming.manifestWant(from, transfer.get(), want);
      } else {
        none(from, entries, want.key());
      }
      return;
    }
    LiveEntry entry = entries.get(0);
    if (want.unit() == Message.ManifestWant.HELD) {
      // All of it, by now: whoever still believes that it comes in here has missed the news.
      if (tile.rot.get(entry.version().name()).isPresent()) {
        from.count("wants_rotten");
        tile.send(from, new Message.None(want.key(), Reason.NOT_HELD));
      } else if (from.heldBudget.spend(tile.now)) {
        tile.advertise(from, entry);
      } else {
        from.count("held_asked_over_budget");
      }
      return;
    }
    int length = Math.min(want.length(), ManifestHead.BYTES_MAX);
    int parts = Codec.parts(length, from.mtu());
    if (from.serve(parts, tile.now) < parts) {
      from.count("wants_over_window");
      return;
    }
    tile.out.add(
        new Effect.SendManifest(
            from.direction,
            from.mtu(),
            entry.version().name(),
            entry.manifestId(),
            want.unit(),
            want.offset(),
            length));
  }

  void want(Neighbor from, Message.Want want) {
    List<LiveEntry> entries = tile.catalog.byKey(want.key());
    if (entries.size() == 1) {
      wantLive(from, want, entries.get(0));
      return;
    }
    Optional<Transfer> transfer = served(entries, want.key());
    if (transfer.isPresent()) {
      wantStaged(from, want, transfer.get());
    } else {
      none(from, entries, want.key());
    }
  }

  private void wantLive(Neighbor from, Message.Want want, LiveEntry entry) {
    List<Message.Range> ranges = beforeRot(want.ranges(), entry);
    send(
        from,
        want.window(),
        ranges,
        range -> isWithin(from, range, entry.fileLength()),
        range ->
            tile.out.add(
                new Effect.SendData(
                    from.direction,
                    from.mtu(),
                    entry.version().name(),
                    entry.manifestId(),
                    range)));
    if (ranges.size() < want.ranges().size()) {
      from.count("wants_rotten");
      tile.send(from, new Message.None(want.key(), Reason.NOT_HELD));
    }
  }

  /** Up to the first that touches what the disk has changed. */
  private List<Message.Range> beforeRot(List<Message.Range> ranges, LiveEntry entry) {
    for (int i = 0; i < ranges.size(); i++) {
      if (tile.rot.touches(entry, ranges.get(i))) {
        return ranges.subList(0, i);
      }
    }
    return ranges;
  }

  private void wantStaged(Neighbor from, Message.Want want, Transfer transfer) {
    send(
        from,
        want.window(),
        want.ranges(),
        range -> isWithin(from, range, transfer.fileLength) && isHeld(from, range, transfer),
        range ->
            tile.out.add(
                new Effect.SendStaged(
                    from.direction, from.mtu(), transfer.name, transfer.id, range)));
  }

  private static boolean isWithin(Neighbor from, Message.Range range, long fileLength) {
    boolean within = range.end() <= fileLength;
    if (!within) {
      from.count("wants_out_of_range");
    }
    return within;
  }

  private static boolean isHeld(Neighbor from, Message.Range range, Transfer transfer) {
    boolean held = transfer.isVerified(range);
    if (!held) {
      from.count("wants_not_yet_held");
    }
    return held;
  }

  private void send(
      Neighbor from,
      int window,
      List<Message.Range> ranges,
      Predicate<Message.Range> served,
      Consumer<Message.Range> sender) {
    int allowed = Math.min(window, Limits.WINDOW_PACKETS_MAX);
    int payload = Codec.dataBytes(from.mtu());
    for (Message.Range range : ranges) {
      if (!served.test(range)) {
        continue;
      }
      int wanted = (int) Math.min(allowed, (range.length() + payload - 1L) / payload);
      int packets = from.serve(wanted, tile.now);
      if (packets == 0) {
        from.count("wants_over_window");
        return;
      }
      allowed -= packets;
      int length = (int) Math.min(range.length(), (long) packets * payload);
      sender.accept(new Message.Range(range.offset(), length));
    }
  }

  private Optional<Transfer> served(List<LiveEntry> entries, int key) {
    return entries.isEmpty() ? streaming.served(key) : Optional.empty();
  }

  private void none(Neighbor from, List<LiveEntry> entries, int key) {
    if (entries.isEmpty() && streaming.isToBeServed(from, key)) {
      from.count("wants_not_yet_held");
      return;
    }
    Reason reason = entries.isEmpty() ? Reason.NOT_HELD : Reason.AMBIGUOUS_KEY;
    from.count("wants_not_held");
    tile.send(from, new Message.None(key, reason));
  }
}
