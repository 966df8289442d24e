package dev.tilecast.cli.sending;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.sending.FileCodec;
import dev.tilecast.engine.sending.FileEffect;
import dev.tilecast.engine.sending.FileMessage;
import dev.tilecast.engine.sending.Objection;
import dev.tilecast.engine.sending.Sender;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file on its way to one neighbor: carries out what its {@link Sender} decides. */
public final class Sending {
  private final SentFile file;
  private final Direction to;
  private final Sender sender;
  private final Outlet outlet;
  private String trouble = "";
  private long damaged;

  /**
   * Begins at {@code now}.
   *
   * @param answerNanos how long it may take until the neighbor asks for something
   */
  public Sending(SentFile file, Direction to, long answerNanos, Outlet outlet, long now) {
    this.file = file;
    this.to = to;
    this.outlet = outlet;
    this.sender = new Sender(file.offer(), to, answerNanos, now);
  }

  /** Takes a packet of the service, header included. */
  public void received(Direction from, byte[] packet, long now) {
    if (from != to) {
      return;
    }
    if (FileCodec.decode(packet) instanceof FileCodec.Decoded.Good good) {
      List<FileEffect> out = new ArrayList<>();
      sender.received(good.message(), now, out);
      carryOut(out);
    } else {
      damaged++;
    }
  }

  /** Takes note of the time. */
  public void tick(long now) {
    List<FileEffect> out = new ArrayList<>();
    sender.tick(now, out);
    carryOut(out);
  }

  /** When {@link #tick} is due. */
  public long wakeAtNanos() {
    return sender.wakeAtNanos();
  }

  /** Ends it from here. */
  public void stop(Objection why) {
    List<FileEffect> out = new ArrayList<>();
    sender.stop(why, out);
    carryOut(out);
  }

  /** How it ended; empty while it goes on. */
  public Optional<Sender.Ending> ending() {
    return sender.ending();
  }

  /** How much of the file the neighbor has, as it says. */
  public int heldThere() {
    return sender.heldThere();
  }

  /** Bytes of the file that went out, those again that got lost included. */
  public long servedBytes() {
    return sender.servedBytes();
  }

  /** Packets from there that were none of ours, or damaged. */
  public long damaged() {
    return damaged;
  }

  /** What the disk has said where it failed; else empty. */
  public String trouble() {
    return trouble;
  }

  private void carryOut(List<FileEffect> effects) {
    // Once for all that one message asks for: a file may change between any two reads, and the
    // digest at the other end has the last word.
    if (effects.stream().anyMatch(FileEffect.Serve.class::isInstance) && file.hasChanged()) {
      stop(Objection.CHANGED);
      return;
    }
    for (FileEffect effect : effects) {
      if (effect instanceof FileEffect.Send send) {
        Packets.send(outlet, send.to(), send.message());
      } else if (effect instanceof FileEffect.Serve serve) {
        try {
          Bytes bytes = file.read(serve.offset(), serve.length());
          Packets.send(
              outlet, serve.to(), new FileMessage.Data(serve.key(), serve.offset(), bytes));
        } catch (IOException e) {
          trouble = String.valueOf(e.getMessage());
          stop(Objection.DISK_FAILED);
          return;
        }
      } else {
        throw new AssertionError(effect);
      }
    }
  }
}
