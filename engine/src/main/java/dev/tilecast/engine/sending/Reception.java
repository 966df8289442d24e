package dev.tilecast.engine.sending;

import dev.tilecast.engine.core.Budget;
import dev.tilecast.engine.core.FileFetch;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.sending.FileEffect.Told.State;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What comes from one direction: nothing, or one file. */
final class Reception {
  private enum Phase {
    /** Nothing comes. */
    IDLE,
    /** A place is looked for. */
    OPENING,
    /** Bytes come. */
    PULLING,
    /** All bytes are there; their digest is taken. */
    FINISHING
  }

  private final Direction from;
  private final boolean allowed;
  private final int bytesMax;
  private final Consumer<String> counters;
  private final Budget offers = new Budget(FileLimits.OFFERS_BURST, FileLimits.OFFER_GAP_NANOS);

  private Phase phase = Phase.IDLE;
  private Optional<FileMessage.Offer> offered = Optional.empty();
  private Optional<FileFetch> fetch = Optional.empty();
  private int pulls;
  private int keptBytes;
  private long heardAt;

  /** The last offer that was decided, and how. */
  private Optional<FileMessage.Offer> decided = Optional.empty();

  private Optional<FileMessage> answer = Optional.empty();
  private long answerUntil;

  Reception(Direction from, boolean allowed, int bytesMax, Consumer<String> counters) {
    this.from = from;
    this.allowed = allowed;
    this.bytesMax = bytesMax;
    this.counters = counters;
  }

  void received(FileMessage message, long now, List<FileEffect> out) {
    if (message instanceof FileMessage.Offer offer) {
      offer(offer, now, out);
    } else if (message instanceof FileMessage.Data data) {
      data(data, now, out);
    } else if (message instanceof FileMessage.Refuse refuse) {
      refused(refuse, out);
    } else if (message instanceof FileMessage.Want
        || message instanceof FileMessage.Done
        || message instanceof FileMessage.Checking) {
      counters.accept("not_asked_for");
    } else {
      throw new AssertionError(message);
    }
  }

  private void offer(FileMessage.Offer offer, long now, List<FileEffect> out) {
    if (offered.isPresent() && offered.get().equals(offer)) {
      if (phase == Phase.OPENING || phase == Phase.FINISHING) {
        send(new FileMessage.Checking(offer.key()), out);
      }
      if (phase == Phase.PULLING && now - heardAt >= FileLimits.FORGOTTEN_NANOS) {
        fetch.orElseThrow().forgetRequests();
        ask(now, out);
      }
      return;
    }
    if (!offers.spend(now)) {
      counters.accept("offers_too_many");
      return;
    }
    if (isDecided(offer, now) && answer.orElseThrow() instanceof FileMessage.Refuse) {
      send(answer.orElseThrow(), out);
    } else if (!allowed) {
      told(offer, State.REFUSED, Objection.NOT_ALLOWED.words(), out);
      decide(offer, new FileMessage.Refuse(offer.key(), Objection.NOT_ALLOWED), now, out);
    } else if (offer.length() > bytesMax) {
      told(
          offer,
          State.REFUSED,
          offer.length() + " bytes, and no more than " + bytesMax + " are taken",
          out);
      decide(offer, new FileMessage.Refuse(offer.key(), Objection.TOO_LARGE), now, out);
    } else if (phase == Phase.IDLE || mayGiveWay(now)) {
      if (phase == Phase.PULLING) {
        counters.accept("gave_way");
        close(true, out);
      }
      phase = Phase.OPENING;
      offered = Optional.of(offer);
      out.add(new FileEffect.Open(from, offer));
    } else {
      counters.accept("busy");
      send(new FileMessage.Refuse(offer.key(), Objection.BUSY), out);
    }
  }

  private boolean isDecided(FileMessage.Offer offer, long now) {
    return decided.isPresent() && decided.get().equals(offer) && now < answerUntil;
  }

  private boolean mayGiveWay(long now) {
    return phase == Phase.PULLING && now - heardAt >= FileLimits.GIVE_WAY_NANOS;
  }

  void opened(Opening opening, long now, List<FileEffect> out) {
    require(Phase.OPENING);
    FileMessage.Offer offer = offered.orElseThrow();
    if (opening instanceof Opening.Ready ready) {
      pulls = 1;
      begin(ready.held(), now, out);
    } else if (opening instanceof Opening.Present) {
      if (!isDecided(offer, now)) {
        counters.accept("present");
        told(offer, State.RECEIVED, "it was here already", out);
      }
      idle();
      decide(offer, new FileMessage.Done(offer.key()), now, out);
    } else if (opening instanceof Opening.Refused refused) {
      told(offer, State.REFUSED, refused.why(), out);
      idle();
      decide(offer, new FileMessage.Refuse(offer.key(), refused.objection()), now, out);
    } else {
      throw new AssertionError(opening);
    }
  }

  private void begin(List<Message.Range> held, long now, List<FileEffect> out) {
    FileMessage.Offer offer = offered.orElseThrow();
    phase = Phase.PULLING;
    heardAt = now;
    keptBytes = 0;
    if (offer.length() == 0) {
      finish(out);
      return;
    }
    FileFetch fresh =
        new FileFetch(offer.id(), offer.length(), offer.sha256(), FileCodec.DATA_BYTES, from, held);
    keptBytes = fresh.heldBytes();
    told(offer, State.COMING, fresh.heldBytes() + " of " + offer.length() + " bytes are here", out);
    fetch = Optional.of(fresh);
    goOn(now, out);
  }

  private void goOn(long now, List<FileEffect> out) {
    if (fetch.orElseThrow().isComplete()) {
      finish(out);
    } else {
      ask(now, out);
    }
  }

  private void finish(List<FileEffect> out) {
    phase = Phase.FINISHING;
    out.add(new FileEffect.Finish(from));
  }

  private void data(FileMessage.Data data, long now, List<FileEffect> out) {
    if (phase != Phase.PULLING || data.key() != offered.orElseThrow().key()) {
      counters.accept("not_asked_for");
      return;
    }
    FileFetch pulled = fetch.orElseThrow();
    Bytes bytes = data.bytes();
    if (!pulled.received(data.offset(), bytes.length(), now)) {
      counters.accept("data_not_needed");
      return;
    }
    heardAt = now;
    out.add(new FileEffect.Write(from, data.offset(), bytes));
    if (pulled.heldBytes() - keptBytes >= FileLimits.KEEP_BYTES && !pulled.isComplete()) {
      keptBytes = pulled.heldBytes();
      out.add(new FileEffect.Keep(from, pulled.held()));
    }
    goOn(now, out);
  }

  private void ask(long now, List<FileEffect> out) {
    FileFetch pulled = fetch.orElseThrow();
    List<Message.Range> ranges = pulled.ask(now);
    for (int i = 0; i < ranges.size(); i += FileMessage.Want.RANGES_MAX) {
      List<Message.Range> some =
          ranges.subList(i, Math.min(ranges.size(), i + FileMessage.Want.RANGES_MAX));
      int packets = 0;
      for (Message.Range range : some) {
        packets += (range.length() + FileCodec.DATA_BYTES - 1) / FileCodec.DATA_BYTES;
      }
      int key = offered.orElseThrow().key();
      send(new FileMessage.Want(key, pulled.heldBytes(), packets, new ArrayList<>(some)), out);
    }
  }

  void finished(long now, List<FileEffect> out) {
    require(Phase.FINISHING);
    FileMessage.Offer offer = offered.orElseThrow();
    counters.accept("received");
    told(offer, State.RECEIVED, offer.length() + " bytes", out);
    idle();
    decide(offer, new FileMessage.Done(offer.key()), now, out);
  }

  void notFinished(Objection why, long now, List<FileEffect> out) {
    require(Phase.FINISHING);
    if (why == Objection.WRONG_CHECKSUM && pulls < FileLimits.PULLS_MAX) {
      pulls++;
      counters.accept("pulled_again");
      told(
          offered.orElseThrow(), State.COMING, "its SHA-256 is wrong; it is pulled once more", out);
      out.add(new FileEffect.Discard(from));
      begin(List.of(), now, out);
      return;
    }
    fail(why, now, out);
  }

  void diskFailed(Objection why, long now, List<FileEffect> out) {
    if (phase == Phase.PULLING || phase == Phase.FINISHING) {
      fail(why, now, out);
    }
  }

  private void fail(Objection why, long now, List<FileEffect> out) {
    FileMessage.Offer offer = offered.orElseThrow();
    told(offer, State.REFUSED, why.words(), out);
    out.add(new FileEffect.Remove(from));
    idle();
    decide(offer, new FileMessage.Refuse(offer.key(), why), now, out);
  }

  /** The sender has ended it. */
  private void refused(FileMessage.Refuse refuse, List<FileEffect> out) {
    if (phase != Phase.PULLING || refuse.key() != offered.orElseThrow().key()) {
      counters.accept("not_asked_for");
      return;
    }
    counters.accept("ended_there");
    told(offered.orElseThrow(), State.ENDED, "its sender says: " + refuse.objection().words(), out);
    if (refuse.objection() == Objection.CHANGED) {
      out.add(new FileEffect.Remove(from));
      idle();
    } else {
      close(true, out);
    }
  }

  void tick(long now, List<FileEffect> out) {
    if (phase != Phase.PULLING) {
      return;
    }
    if (now - heardAt >= FileLimits.SILENCE_NANOS) {
      counters.accept("stalled");
      told(offered.orElseThrow(), State.ENDED, "nothing comes any more; what is here is kept", out);
      close(true, out);
      return;
    }
    fetch.orElseThrow().expire(now);
    ask(now, out);
  }

  long wakeAtNanos() {
    return phase == Phase.PULLING
        ? Math.min(fetch.orElseThrow().wakeAtNanos(), heardAt + FileLimits.SILENCE_NANOS)
        : Long.MAX_VALUE;
  }

  Optional<Receiver.Coming> coming() {
    return fetch.map(
        pulled ->
            new Receiver.Coming(
                from,
                offered.orElseThrow().name(),
                pulled.heldBytes(),
                offered.orElseThrow().length()));
  }

  void stop(List<FileEffect> out) {
    if (phase != Phase.IDLE) {
      send(new FileMessage.Refuse(offered.orElseThrow().key(), Objection.STOPPED), out);
      close(fetch.isPresent(), out);
    }
  }

  private void close(boolean keep, List<FileEffect> out) {
    if (keep) {
      out.add(new FileEffect.Keep(from, fetch.orElseThrow().held()));
    }
    out.add(new FileEffect.Close(from));
    idle();
  }

  private void idle() {
    phase = Phase.IDLE;
    offered = Optional.empty();
    fetch = Optional.empty();
  }

  /** Answers, and remembers the answer for a while: messages get lost, and offers repeat. */
  private void decide(FileMessage.Offer offer, FileMessage said, long now, List<FileEffect> out) {
    if (said instanceof FileMessage.Refuse) {
      counters.accept("refused");
    }
    decided = Optional.of(offer);
    answer = Optional.of(said);
    answerUntil = now + FileLimits.ANSWER_NANOS;
    send(said, out);
  }

  private void send(FileMessage message, List<FileEffect> out) {
    out.add(new FileEffect.Send(from, message));
  }

  private void told(FileMessage.Offer offer, State state, String text, List<FileEffect> out) {
    out.add(new FileEffect.Told(from, offer.name(), state, text));
  }

  private void require(Phase expected) {
    if (phase != expected) {
      throw new IllegalStateException(from + ": " + phase + ", not " + expected);
    }
  }
}
