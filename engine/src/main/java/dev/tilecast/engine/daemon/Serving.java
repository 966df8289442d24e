package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.files.LiveFolder;
import dev.tilecast.engine.files.Staging;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.DataPacket;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.store.Store;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.Switch;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Sends: messages as they are, bytes of live files and of their manifests as packets of the MTU.
 */
final class Serving {
  private final LongAdder withoutRoom = new LongAdder();
  private final Switch links;
  private final LiveFolder live;
  private final Staging staging;
  private final Seals seals;
  private final Store store;
  private final InputQueue inputs;
  private final Diary diary;
  private final Consumer<Throwable> fatal;

  Serving(
      Switch links,
      LiveFolder live,
      Staging staging,
      Seals seals,
      Store store,
      InputQueue inputs,
      Diary diary,
      Consumer<Throwable> fatal) {
    this.links = links;
    this.live = live;
    this.staging = staging;
    this.seals = seals;
    this.store = store;
    this.inputs = inputs;
    this.diary = diary;
    this.fatal = fatal;
  }

  void send(Direction to, Message message, Urgency urgency) {
    links
        .link(to)
        .ifPresent(link -> link.send(Codec.encode(message, to, serviceByte(link)), urgency));
  }

  private static int serviceByte(Link link) {
    return link.serviceForm().byteOf(Tile.SERVICE);
  }

  /** Requests that were cut short, since the link had no room for their answers. */
  long withoutRoom() {
    return withoutRoom.sum();
  }

  void data(Effect.SendData wanted) {
    boolean all =
        isInPlace(wanted.name())
            && packets(
                wanted.to(),
                wanted.mtu(),
                wanted.manifestId().firstInt(),
                wanted.range(),
                (at, into) -> live.read(wanted.name(), wanted.manifestId(), at, into));
    if (!all) {
      Message none = new Message.None(wanted.manifestId().firstInt(), Reason.NOT_HELD);
      send(wanted.to(), none, Urgency.URGENT);
    }
  }

  /** Looks once for a range that was asked for, not for each packet of it. */
  private boolean isInPlace(Name name) {
    try {
      if (live.isReplaced(name)) {
        inputs.answer(new Input.LiveDoubted(name));
      }
      return !live.isUntold(name);
    } catch (IOException e) {
      diary.trouble("serving", DurableFile.words(e));
      return false;
    }
  }

  /** Where it goes live at this very moment, it is found in one place or the other. */
  void staged(Effect.SendStaged wanted) {
    Bytes id = wanted.manifestId();
    packets(
        wanted.to(),
        wanted.mtu(),
        id.firstInt(),
        wanted.range(),
        (at, into) -> {
          if (!staging.isOpen(id)) {
            return isInPlace(wanted.name()) && live.read(wanted.name(), id, at, into);
          }
          staging.read(id, at, into);
          return true;
        });
  }

  /** Where the bytes of packets come from. */
  private interface Source {
    /** Fills {@code into} with the bytes from {@code at} on; false where they are not there. */
    boolean read(long at, ByteBuffer into) throws IOException;
  }

  /** Whether the source had all of it. */
  private boolean packets(Direction to, int mtu, int key, Message.Range range, Source source) {
    Optional<Link> link = links.link(to);
    int payload = Codec.dataBytes(mtu);
    for (long at = range.offset(); at < range.end(); at += payload) {
      if (!link.map(its -> its.hasRoom(Tile.SERVICE)).orElse(false)) {
        // Asked for more than the link carries: the disk is not read for packets that would drop.
        withoutRoom.increment();
        return true;
      }
      int length = (int) Math.min(payload, range.end() - at);
      DataPacket packet = new DataPacket(key, at, length, to, serviceByte(link.get()));
      if (!read(source, at, packet.bytes())) {
        return false;
      }
      link.get().send(packet.finish(), Urgency.BULK);
    }
    return true;
  }

  private boolean read(Source source, long at, ByteBuffer into) {
    try {
      return source.read(at, into);
    } catch (IOException e) {
      diary.trouble("serving", e.getMessage());
      return false;
    }
  }

  void manifest(Effect.SendManifest wanted) {
    int key = wanted.manifestId().firstInt();
    Optional<Bytes> unit = unit(wanted);
    if (unit.isEmpty() || wanted.offset() >= unit.get().length()) {
      send(wanted.to(), new Message.None(key, Reason.NOT_HELD), Urgency.URGENT);
      return;
    }
    int payload = Codec.partBytes(wanted.mtu());
    int total = unit.get().length();
    int end = Math.min(total, wanted.offset() + wanted.length());
    for (int at = wanted.offset(); at < end; at += payload) {
      Bytes part = unit.get().slice(at, Math.min(end, at + payload));
      send(
          wanted.to(),
          new Message.ManifestPart(key, wanted.unit(), at, total, part),
          Urgency.URGENT);
    }
  }

  private Optional<Bytes> unit(Effect.SendManifest wanted) {
    if (wanted.unit() == Message.ManifestWant.SEAL) {
      return seals.signature(wanted.name(), wanted.manifestId());
    }
    try {
      return store.manifestUnit(wanted.manifestId(), wanted.unit());
    } catch (IOException e) {
      // A live file without its manifest is of no use to anybody: the next start makes it again.
      fatal.accept(e);
      return Optional.empty();
    }
  }
}
