package dev.tilecast.engine.sending;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/** A sender, a receiver and a pair of links between them, in virtual time; one seed, one story. */
final class PlayedPair {
  static final long SECOND = 1_000_000_000L;
  private static final long BYTES_PER_SECOND = 64_000;
  private static final long LATENCY_NANOS = 2_000_000;

  private record Event(long at, long number, Runnable does) {}

  final Random random;
  final PlayedFolder folder = new PlayedFolder();
  final List<String> told = new ArrayList<>();
  final int[] sent = new int[16];
  double loss;
  double twice;
  long jitterNanos;
  boolean cut;
  boolean damages;
  long answerNanos = 10 * SECOND;
  Bytes content = Bytes.empty();
  Optional<Sender> sender = Optional.empty();
  Optional<Receiver> receiver = Optional.empty();
  long now;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          java.util.Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final long[] freeAt = new long[2];
  private long number;
  private long tickedAt = -1;
  private int ticksNow;

  PlayedPair(long seed) {
    random = new Random(seed);
  }

  void at(long when, Runnable does) {
    events.add(new Event(when, number++, does));
  }

  void receive() {
    receiver = Optional.of(new Receiver(EnumSet.of(Direction.WT), 1 << 20));
  }

  FileMessage.Offer offer(String name) {
    return new FileMessage.Offer(
        new FileName(name), content.length(), Bytes.sha256(content.toArray()));
  }

  void send(FileMessage.Offer offer) {
    sender = Optional.of(new Sender(offer, Direction.ET, answerNanos, now));
  }

  /** Until {@code end}, or until the sender's word, whichever comes first. */
  Optional<Sender.Ending> run(long end) {
    return run(end, true);
  }

  /** Until {@code end}. */
  void runAll(long end) {
    run(end, false);
  }

  private Optional<Sender.Ending> run(long end, boolean untilEnding) {
    while (true) {
      long wake =
          Math.min(
              sender.map(Sender::wakeAtNanos).orElse(Long.MAX_VALUE),
              receiver.map(Receiver::wakeAtNanos).orElse(Long.MAX_VALUE));
      long next = Math.min(wake, events.isEmpty() ? Long.MAX_VALUE : events.peek().at());
      if (next > end) {
        now = end;
        return sender.flatMap(Sender::ending);
      }
      now = Math.max(now, next);
      if (!events.isEmpty() && events.peek().at() <= now) {
        events.poll().does().run();
      } else {
        tick();
      }
      Optional<Sender.Ending> ending = sender.flatMap(Sender::ending);
      if (untilEnding && ending.isPresent()) {
        return ending;
      }
    }
  }

  private void tick() {
    ticksNow = now == tickedAt ? ticksNow + 1 : 0;
    tickedAt = now;
    if (ticksNow > 100) {
      throw new AssertionError("woken again and again at " + now + " with nothing to do");
    }
    List<FileEffect> out = new ArrayList<>();
    sender.ifPresent(one -> one.tick(now, out));
    receiver.ifPresent(one -> one.tick(now, out));
    carryOut(out);
  }

  void carryOut(List<FileEffect> effects) {
    // What is done may lead to more; all of it in order.
    List<FileEffect> todo = new ArrayList<>(effects);
    for (int i = 0; i < todo.size(); i++) {
      carryOut(todo.get(i), todo);
    }
  }

  private void carryOut(FileEffect effect, List<FileEffect> more) {
    if (effect instanceof FileEffect.Send send) {
      transmit(send.to(), FileCodec.encode(send.message(), send.to()));
    } else if (effect instanceof FileEffect.Serve serve) {
      Bytes bytes = content.slice(serve.offset(), serve.offset() + serve.length());
      FileMessage data = new FileMessage.Data(serve.key(), serve.offset(), bytes);
      transmit(serve.to(), FileCodec.encode(data, serve.to()));
    } else if (effect instanceof FileEffect.Open open) {
      receiver.orElseThrow().opened(open.from(), folder.open(open.offer()), now, more);
    } else if (effect instanceof FileEffect.Write write) {
      if (!folder.isOpen()) {
        // Of a batch, after the failure of an earlier write.
        return;
      }
      if (!folder.write(write.offset(), write.bytes())) {
        receiver.orElseThrow().diskFailed(write.from(), Objection.NO_ROOM, now, more);
      }
    } else if (effect instanceof FileEffect.Keep keep) {
      folder.keep(keep.held());
    } else if (effect instanceof FileEffect.Discard) {
      folder.discard();
    } else if (effect instanceof FileEffect.Finish finish) {
      finish(finish, more);
    } else if (effect instanceof FileEffect.Close) {
      folder.close();
    } else if (effect instanceof FileEffect.Remove) {
      folder.remove();
    } else if (effect instanceof FileEffect.Told line) {
      told.add(line.name() + ": " + line.state() + " " + line.text());
    } else {
      throw new AssertionError(effect);
    }
  }

  private void finish(FileEffect.Finish finish, List<FileEffect> more) {
    if (!folder.isOpen()) {
      return;
    }
    Objection why = folder.finish();
    if (why == null) {
      receiver.orElseThrow().finished(finish.from(), now, more);
    } else {
      receiver.orElseThrow().notFinished(finish.from(), why, now, more);
    }
  }

  private void transmit(Direction to, byte[] packet) {
    sent[packet[2] & 0x0F]++;
    int lane = to == Direction.ET ? 0 : 1;
    freeAt[lane] = Math.max(freeAt[lane], now) + packet.length * SECOND / BYTES_PER_SECOND;
    if (cut || random.nextDouble() < loss) {
      return;
    }
    int copies = random.nextDouble() < twice ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long late = jitterNanos == 0 ? 0 : random.nextLong(jitterNanos);
      byte[] arriving = packet.clone();
      if (damages && random.nextInt(10) == 0) {
        arriving[1 + random.nextInt(arriving.length - 1)] ^= (byte) (1 << random.nextInt(8));
      }
      at(freeAt[lane] + LATENCY_NANOS + late, () -> arrive(to, arriving));
    }
  }

  void arrive(Direction to, byte[] packet) {
    if (FileCodec.decode(packet) instanceof FileCodec.Decoded.Good good) {
      List<FileEffect> out = new ArrayList<>();
      if (to == Direction.ET) {
        receiver.ifPresent(one -> one.received(Direction.WT, good.message(), now, out));
      } else {
        sender.ifPresent(one -> one.received(good.message(), now, out));
      }
      carryOut(out);
    }
  }
}
