package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Reason;
import java.util.List;
import java.util.Optional;

/**
 * Answers requests for manifests and bytes. Serves live versions only: their whole files were
 * checked (P3). Requests name the object themselves, so no state is kept of who asks.
 */
final class Serving {
  private final TileState tile;

  Serving(TileState tile) {
    this.tile = tile;
  }

  void manifestWant(Neighbor from, Message.ManifestWant want) {
    Optional<LiveEntry> entry = find(from, want.key());
    if (entry.isEmpty()) {
      return;
    }
    int length = Math.min(want.length(), ManifestHead.BYTES_MAX);
    tile.out.add(
        new Effect.SendManifest(
            from.direction,
            from.mtu(),
            entry.get().version().name(),
            entry.get().manifestId(),
            want.unit(),
            want.offset(),
            length));
  }

  void want(Neighbor from, Message.Want want) {
    Optional<LiveEntry> entry = find(from, want.key());
    if (entry.isEmpty()) {
      return;
    }
    int packets = Math.min(want.window(), Limits.WINDOW_PACKETS_MAX);
    int payload = Codec.dataBytes(from.mtu());
    for (Message.Range range : want.ranges()) {
      if (tile.rot.touches(entry.get(), range)) {
        from.count("wants_rotten");
        tile.send(from, new Message.None(want.key(), Reason.NOT_HELD));
        return;
      }
      if (range.end() > entry.get().fileLength()) {
        from.count("wants_out_of_range");
        continue;
      }
      int length = (int) Math.min(range.length(), (long) packets * payload);
      if (length == 0) {
        from.count("wants_over_window");
        return;
      }
      packets -= (length + payload - 1) / payload;
      tile.out.add(
          new Effect.SendData(
              from.direction,
              from.mtu(),
              entry.get().version().name(),
              entry.get().manifestId(),
              new Message.Range(range.offset(), length)));
    }
  }

  private Optional<LiveEntry> find(Neighbor from, int key) {
    List<LiveEntry> entries = tile.catalog.byKey(key);
    if (entries.size() == 1) {
      return Optional.of(entries.get(0));
    }
    Reason reason = entries.isEmpty() ? Reason.NOT_HELD : Reason.AMBIGUOUS_KEY;
    from.count("wants_not_held");
    tile.send(from, new Message.None(key, reason));
    return Optional.empty();
  }
}
