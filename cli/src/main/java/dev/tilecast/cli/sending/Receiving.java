package dev.tilecast.cli.sending;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.sending.FileCodec;
import dev.tilecast.engine.sending.FileEffect;
import dev.tilecast.engine.sending.Objection;
import dev.tilecast.engine.sending.Opening;
import dev.tilecast.engine.sending.Receiver;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What neighbors send: carries out what the {@link Receiver} decides. */
public final class Receiving {
  private final Receiver receiver;
  private final ReceivedFolder folder;
  private final Outlet outlet;
  private final Consumer<FileEffect.Told> told;
  private final BiConsumer<Direction, IOException> trouble;
  private long damaged;

  /**
   * Receives into {@code folder}.
   *
   * @param told hears what becomes of each file
   * @param trouble hears what the disk says where it fails
   */
  public Receiving(
      Receiver receiver,
      ReceivedFolder folder,
      Outlet outlet,
      Consumer<FileEffect.Told> told,
      BiConsumer<Direction, IOException> trouble) {
    this.receiver = receiver;
    this.folder = folder;
    this.outlet = outlet;
    this.told = told;
    this.trouble = trouble;
  }

  /** Takes a packet of the service, header included. */
  public void received(Direction from, byte[] packet, long now) {
    if (FileCodec.decode(packet) instanceof FileCodec.Decoded.Good good) {
      List<FileEffect> out = new ArrayList<>();
      receiver.received(from, good.message(), now, out);
      carryOut(out, now);
    } else {
      damaged++;
    }
  }

  /** Takes note of the time. */
  public void tick(long now) {
    List<FileEffect> out = new ArrayList<>();
    receiver.tick(now, out);
    carryOut(out, now);
  }

  /** Whether {@link #work} is to be called again at once. */
  public boolean hasWork() {
    return folder.hasWork();
  }

  /** Takes what takes long a little further. */
  public void work(long now) {
    for (ReceivedFolder.Found found : folder.work()) {
      List<FileEffect> out = new ArrayList<>();
      take(found, now, out);
      carryOut(out, now);
    }
  }

  /** When {@link #tick} is due, or {@link Long#MAX_VALUE}. */
  public long wakeAtNanos() {
    return receiver.wakeAtNanos();
  }

  /** Nothing is received any more; what has come is kept. */
  public void stop(long now) {
    List<FileEffect> out = new ArrayList<>();
    receiver.stop(out);
    carryOut(out, now);
  }

  /** What comes just now. */
  public List<Receiver.Coming> coming() {
    return receiver.coming();
  }

  /** What has happened, by name. */
  public Map<String, Long> counters() {
    Map<String, Long> counters = new TreeMap<>(receiver.counters());
    counters.put("bad_packets", damaged);
    return counters;
  }

  /** In order, with what each leads to behind all that was decided before. */
  private void carryOut(List<FileEffect> effects, long now) {
    Queue<FileEffect> left = new ArrayDeque<>(effects);
    while (!left.isEmpty()) {
      List<FileEffect> more = new ArrayList<>();
      carryOut(left.remove(), now, more);
      left.addAll(more);
    }
  }

  private void carryOut(FileEffect effect, long now, List<FileEffect> more) {
    if (effect instanceof FileEffect.Send send) {
      Packets.send(outlet, send.to(), send.message());
    } else if (effect instanceof FileEffect.Told line) {
      told.accept(line);
    } else if (effect instanceof FileEffect.Open open) {
      opening(open).ifPresent(opening -> receiver.opened(open.from(), opening, now, more));
    } else if (effect instanceof FileEffect.Write write) {
      write(write.from(), write.offset(), write.bytes(), now, more);
    } else if (effect instanceof FileEffect.Keep keep) {
      onOpen(keep.from(), now, more, () -> folder.keep(keep.from(), keep.held()));
    } else if (effect instanceof FileEffect.Discard discard) {
      onOpen(discard.from(), now, more, () -> folder.discard(discard.from()));
    } else if (effect instanceof FileEffect.Finish finish) {
      onOpen(finish.from(), now, more, () -> folder.finish(finish.from()));
    } else if (effect instanceof FileEffect.Close close) {
      end(close.from(), () -> folder.close(close.from()));
    } else if (effect instanceof FileEffect.Remove remove) {
      end(remove.from(), () -> folder.remove(remove.from()));
    } else {
      throw new AssertionError(effect);
    }
  }

  private interface DiskWork {
    void run() throws IOException;
  }

  private Optional<Opening> opening(FileEffect.Open open) {
    try {
      return folder.open(open.from(), open.offer());
    } catch (IOException e) {
      trouble.accept(open.from(), e);
      return Optional.of(new Opening.Refused(Objection.DISK_FAILED));
    }
  }

  private void write(Direction from, int offset, Bytes bytes, long now, List<FileEffect> more) {
    onOpen(from, now, more, () -> folder.write(from, offset, bytes));
  }

  private void take(ReceivedFolder.Found found, long now, List<FileEffect> more) {
    Direction from = found.from();
    if (found instanceof ReceivedFolder.Found.Opened opened) {
      receiver.opened(from, opened.opening(), now, more);
    } else if (found instanceof ReceivedFolder.Found.Finished) {
      receiver.finished(from, now, more);
    } else if (found instanceof ReceivedFolder.Found.NotFinished not) {
      receiver.notFinished(from, not.why(), now, more);
    } else if (found instanceof ReceivedFolder.Found.Failed failed) {
      if (failed.isPart()) {
        failed(from, failed.failure(), now, more);
      } else {
        trouble.accept(from, failed.failure());
        receiver.opened(from, new Opening.Refused(Objection.DISK_FAILED), now, more);
      }
    } else {
      throw new AssertionError(found);
    }
  }

  /** Nothing is done for a file of which an earlier write of the same batch has failed. */
  private void onOpen(Direction from, long now, List<FileEffect> more, DiskWork work) {
    if (!folder.isOpen(from)) {
      return;
    }
    try {
      work.run();
    } catch (IOException e) {
      failed(from, e, now, more);
    }
  }

  private void failed(Direction from, IOException failure, long now, List<FileEffect> more) {
    trouble.accept(from, failure);
    end(from, () -> folder.close(from));
    boolean isFull = String.valueOf(failure.getMessage()).endsWith("No space left on device");
    receiver.diskFailed(from, isFull ? Objection.NO_ROOM : Objection.DISK_FAILED, now, more);
  }

  private void end(Direction from, DiskWork work) {
    try {
      work.run();
    } catch (IOException e) {
      trouble.accept(from, e);
    }
  }
}
