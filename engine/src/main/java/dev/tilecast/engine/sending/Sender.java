package dev.tilecast.engine.sending;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Optional;

/**
 * Decides for one file that is sent: offers it until the neighbor asks, serves what it asks for,
 * ends with its word. Not thread-safe; without clock and I/O.
 */
public final class Sender {
  /** How it ended. */
  public sealed interface Ending {
    /** The neighbor has the whole file, with the digest that was offered. */
    record Delivered() implements Ending {}

    /** Nobody has answered. */
    record Unanswered() implements Ending {}

    /** The neighbor has asked, and then fallen silent. */
    record Silent() implements Ending {}

    /** The neighbor does not take it. */
    record Refused(Objection objection) implements Ending {}

    /** The neighbor asked again and again for what it had been sent. */
    record Insatiable() implements Ending {}

    /** It was ended here. */
    record Stopped(Objection objection) implements Ending {}
  }

  private final FileMessage.Offer offer;
  private final int key;
  private final Direction to;
  private final long answerNanos;
  private Optional<Ending> ending = Optional.empty();
  private long usefulAt;
  private long nextOfferAt;
  private long offerGap = FileLimits.OFFER_FIRST_NANOS;
  private boolean wanted;
  private boolean busy;
  private int heldThere;
  private long servedBytes;
  private long ignored;

  /**
   * Begins at {@code now}.
   *
   * @param answerNanos how long it may take until the neighbor asks for something
   */
  public Sender(FileMessage.Offer offer, Direction to, long answerNanos, long now) {
    this.offer = requireNonNull(offer);
    this.key = offer.key();
    this.to = requireNonNull(to);
    this.answerNanos = answerNanos;
    this.usefulAt = now;
    this.nextOfferAt = now;
  }

  /** Empty while it goes on. */
  public Optional<Ending> ending() {
    return ending;
  }

  /** How much of the file the neighbor has, as it says. */
  public int heldThere() {
    return heldThere;
  }

  /** Bytes of the file that went out, those again that got lost included. */
  public long servedBytes() {
    return servedBytes;
  }

  /** Messages about no file of ours, and ranges beyond it. */
  public long ignored() {
    return ignored;
  }

  /** When {@link #tick} is due, or {@link Long#MAX_VALUE} after the end. */
  public long wakeAtNanos() {
    return ending.isPresent() ? Long.MAX_VALUE : Math.min(nextOfferAt, deadline());
  }

  private long deadline() {
    return usefulAt + (wanted ? FileLimits.SILENCE_NANOS : answerNanos);
  }

  /** Takes note of the time. */
  public void tick(long now, List<FileEffect> out) {
    if (ending.isPresent()) {
      return;
    }
    if (now >= deadline()) {
      ending = Optional.of(silence());
      out.add(new FileEffect.Send(to, new FileMessage.Refuse(key, Objection.STOPPED)));
    } else if (now >= nextOfferAt) {
      out.add(new FileEffect.Send(to, offer));
      nextOfferAt = now + offerGap;
      offerGap = Math.min(FileLimits.OFFER_NANOS, 2 * offerGap);
    }
  }

  private Ending silence() {
    if (busy) {
      return new Ending.Refused(Objection.BUSY);
    }
    return wanted ? new Ending.Silent() : new Ending.Unanswered();
  }

  /** Takes a message of the neighbor. */
  public void received(FileMessage message, long now, List<FileEffect> out) {
    if (ending.isPresent() || message instanceof FileMessage.Offer || message.key() != key) {
      ignored++;
    } else if (message instanceof FileMessage.Want want) {
      want(want, now, out);
    } else if (message instanceof FileMessage.Done) {
      heldThere = offer.length();
      ending = Optional.of(new Ending.Delivered());
    } else if (message instanceof FileMessage.Checking) {
      wanted = true;
      busy = false;
      usefulAt = now;
    } else if (message instanceof FileMessage.Refuse refuse) {
      busy = !refuse.objection().ends();
      if (!busy) {
        ending = Optional.of(new Ending.Refused(refuse.objection()));
      }
    } else if (message instanceof FileMessage.Data) {
      ignored++;
    } else {
      throw new AssertionError(message);
    }
  }

  private void want(FileMessage.Want want, long now, List<FileEffect> out) {
    wanted = true;
    busy = false;
    usefulAt = now;
    nextOfferAt = now + FileLimits.OFFER_NANOS;
    heldThere = Math.min(offer.length(), want.heldBytes());
    int left = Math.min(want.window(), FileLimits.PACKETS_PER_WANT);
    for (Message.Range range : want.ranges()) {
      if (range.end() > offer.length()) {
        ignored++;
        continue;
      }
      for (int at = (int) range.offset(); at < range.end() && left > 0; left--) {
        int length = (int) Math.min(FileCodec.DATA_BYTES, range.end() - at);
        out.add(new FileEffect.Serve(to, key, at, length));
        servedBytes += length;
        at += length;
      }
    }
    long most = (long) FileLimits.SERVED_TIMES * offer.length() + FileLimits.SERVED_BYTES_MORE;
    if (servedBytes > most) {
      ending = Optional.of(new Ending.Insatiable());
      out.add(new FileEffect.Send(to, new FileMessage.Refuse(key, Objection.STOPPED)));
    }
  }

  /** Ends it from here: it was told to stop, the file changed, or cannot be read. */
  public void stop(Objection objection, List<FileEffect> out) {
    if (ending.isEmpty()) {
      ending = Optional.of(new Ending.Stopped(objection));
      out.add(new FileEffect.Send(to, new FileMessage.Refuse(key, objection)));
    }
  }
}
