package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.daemon.Tile;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Urgency;
import java.util.Optional;

/** Sends bytes of files and of their manifests, as the daemon's does, out of a simulated disk. */
final class SimServing {
  private final SimTile tile;
  private final SimDisk disk;

  SimServing(SimTile tile, SimDisk disk) {
    this.tile = tile;
    this.disk = disk;
  }

  void data(Effect.SendData e) {
    int key = e.manifestId().firstInt();
    SimDisk.Held held = disk.live().get(e.name());
    if (held == null || !held.file().id().equals(e.manifestId())) {
      tile.send(e.to(), new Message.None(key, Reason.NOT_HELD), Urgency.URGENT);
      return;
    }
    packets(e.to(), e.mtu(), key, e.range(), held.content()::slice);
  }

  void staged(Effect.SendStaged e) {
    Bytes id = e.manifestId();
    SimDisk.Held held = disk.live().get(e.name());
    if (disk.isStaged(id)) {
      packets(e.to(), e.mtu(), id.firstInt(), e.range(), (from, to) -> disk.staged(id, from, to));
    } else if (held != null && held.file().id().equals(id)) {
      packets(e.to(), e.mtu(), id.firstInt(), e.range(), held.content()::slice);
    }
  }

  private interface Slicing {
    Bytes slice(int from, int to);
  }

  private void packets(Direction to, int mtu, int key, Message.Range range, Slicing content) {
    int payload = Codec.dataBytes(mtu);
    for (long at = range.offset(); at < range.end(); at += payload) {
      if (!tile.port(to).hasRoom(Tile.SERVICE)) {
        return;
      }
      int from = Math.toIntExact(at);
      int end = Math.toIntExact(Math.min(at + payload, range.end()));
      tile.send(to, new Message.Data(key, at, content.slice(from, end)), Urgency.BULK);
    }
  }

  void manifest(Effect.SendManifest e) {
    int key = e.manifestId().firstInt();
    Optional<Bytes> unit = unit(e);
    if (unit.isEmpty() || e.offset() >= unit.get().length()) {
      tile.send(e.to(), new Message.None(key, Reason.NOT_HELD), Urgency.URGENT);
      return;
    }
    int total = unit.get().length();
    int payload = Codec.partBytes(e.mtu());
    int end = Math.min(total, e.offset() + e.length());
    for (int at = e.offset(); at < end; at += payload) {
      Bytes part = unit.get().slice(at, Math.min(end, at + payload));
      tile.send(e.to(), new Message.ManifestPart(key, e.unit(), at, total, part), Urgency.URGENT);
    }
  }

  private Optional<Bytes> unit(Effect.SendManifest e) {
    SimRows.LiveRow row = disk.rows().live().get(e.name());
    if (row == null || !row.entry().manifestId().equals(e.manifestId())) {
      return Optional.empty();
    }
    Manifest manifest = row.manifest();
    if (e.unit() == Message.ManifestWant.SEAL) {
      return Optional.ofNullable(disk.live().get(e.name()))
          .filter(held -> held.sealed() && held.file().id().equals(e.manifestId()))
          .flatMap(held -> held.file().seal());
    }
    if (e.unit() == Message.ManifestWant.HEAD) {
      return Optional.of(manifest.head().encode());
    }
    return e.unit() < manifest.pages().size()
        ? Optional.of(manifest.pages().get(e.unit()).encode())
        : Optional.empty();
  }
}
