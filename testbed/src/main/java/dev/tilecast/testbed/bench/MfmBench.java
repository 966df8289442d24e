package dev.tilecast.testbed.bench;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.QueueTimes;
import dev.tilecast.transport.SendOrder;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What a packet of the simulation waits longer for ours than it would without: the queues of a link
 * in front of a wire of a set rate, in a time of their own, the wire full of both.
 */
final class MfmBench implements Bench {
  private static final int BYTES_PER_SECOND = 64_000;
  private static final int LONGEST = 255;
  private static final int SHORTEST = 20;
  private static final double MFM_LOAD = 0.4;
  private static final double URGENT_LOAD = 0.1;
  private static final long SPAN_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final double NANOS_PER_MILLI = 1e6;

  /** What one run came to. */
  private static final class Outcome {
    private final long[] waits;
    private int taken;
    private long oursBytes;
    private long mfmBytes;

    Outcome(int packets) {
      waits = new long[packets];
    }
  }

  @Override
  public void run(Consumer<Figure> figures) {
    Outcome alone = run(false);
    Outcome beside = run(true);
    double longest = 0;
    double sum = 0;
    int packets = Math.min(alone.taken, beside.taken);
    for (int i = 0; i < packets; i++) {
      double added = (beside.waits[i] - alone.waits[i]) / NANOS_PER_MILLI;
      longest = Math.max(longest, added);
      sum += added;
    }
    double packetMillis = 1e3 * LONGEST / BYTES_PER_SECOND;
    figures.accept(
        Figure.atMost(packetMillis, "mfm.added-longest", longest, "ms").bound(packetMillis));
    figures.accept(Figure.told("mfm.added-mean", sum / packets, "ms"));
    double capacity = BYTES_PER_SECOND * (SPAN_NANOS / 1e9);
    double left = capacity - beside.mfmBytes;
    figures.accept(Figure.atLeast(0.99, "mfm.rest-used", beside.oursBytes / left, "").bound(1));
    figures.accept(Figure.told("mfm.load", 100.0 * beside.mfmBytes / capacity, "%"));
  }

  /** The same packets of the simulation at the same instants, with ours or without. */
  private static Outcome run(boolean ours) {
    SplittableRandom mfmChance = new SplittableRandom(1);
    SplittableRandom urgentChance = new SplittableRandom(2);
    SplittableRandom lengths = new SplittableRandom(3);
    Outcome outcome = new Outcome((int) (SPAN_NANOS / 1e9 * BYTES_PER_SECOND / SHORTEST));
    SendOrder order = new SendOrder(ServiceForm.PLAIN, new QueueTimes());
    long now = 0;
    long mfmAt = gap(mfmChance, MFM_LOAD);
    long urgentAt = ours ? gap(urgentChance, URGENT_LOAD) : Long.MAX_VALUE;
    // Instants at which those packets of the simulation came that wait, oldest first.
    long[] came = new long[SendOrder.MFM_PACKETS_MAX];
    int first = 0;
    int waiting = 0;
    while (now < SPAN_NANOS) {
      while (mfmAt <= now && order.hasMfmRoom()) {
        order.offer(packet(mfmChance.nextInt(SHORTEST, LONGEST + 1), true), Urgency.MFM, mfmAt);
        came[(first + waiting++) % came.length] = mfmAt;
        mfmAt += gap(mfmChance, MFM_LOAD);
      }
      while (urgentAt <= now) {
        order.offer(packet(SHORTEST, false), Urgency.URGENT, urgentAt);
        urgentAt += gap(urgentChance, URGENT_LOAD);
      }
      while (ours && order.hasRoom(8, LONGEST)) {
        order.offer(packet(lengths.nextInt(SHORTEST, LONGEST + 1), false), Urgency.BULK, now);
      }
      if (order.isEmpty()) {
        now = Math.min(mfmAt, urgentAt);
        continue;
      }
      boolean isMfm = order.nextUrgency() == Urgency.MFM;
      byte[] packet = order.take(now);
      if (isMfm) {
        outcome.waits[outcome.taken++] = now - came[first];
        first = (first + 1) % came.length;
        waiting--;
        outcome.mfmBytes += packet.length;
      } else {
        outcome.oursBytes += packet.length;
      }
      now += Math.round(1e9 * packet.length / BYTES_PER_SECOND);
    }
    return outcome;
  }

  /** To the next packet, drawn so that all together need this share of the wire. */
  private static long gap(SplittableRandom chance, double load) {
    double meanBytes = load == MFM_LOAD ? (SHORTEST + LONGEST) / 2.0 : SHORTEST;
    double mean = 1e9 * meanBytes / (load * BYTES_PER_SECOND);
    return 1 + Math.round(-mean * Math.log(1 - chance.nextDouble()));
  }

  private static byte[] packet(int length, boolean mfm) {
    byte[] packet = new byte[length];
    PacketHeader header =
        mfm
            ? new PacketHeader.Routed(Direction.ET, true, false, false, 0)
            : PacketHeader.toService(Direction.ET, 8, ServiceForm.PLAIN);
    header.writeInto(packet);
    return packet;
  }
}
