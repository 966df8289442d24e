package dev.tilecast.transport;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What waits to be sent to one neighbor, in the order in which it goes (PACKETS.md, Queues and
 * drops): all of MFM, then all that is urgent, then bulk, of which the services take turns by
 * deficit round robin (Shreedhar and Varghese, 1995), so that each that has something to send gets
 * as many bytes as any other, or one of them a share of its own. Each queue is bounded, and drops
 * its oldest. Not thread-safe.
 */
public final class SendOrder {
  /** The most packets of MFM that wait: whoever sends them asks first whether there is room. */
  public static final int MFM_PACKETS_MAX = 64;

  /** The most urgent packets that wait: eight rounds of everything that a tile says at once. */
  public static final int URGENT_PACKETS_MAX = 256;

  /** The most bulk packets of one service that wait: a few windows of one neighbor. */
  public static final int BULK_PACKETS_MAX = 128;

  /** The most bytes of bulk packets that wait, so that eight links cannot fill a small heap. */
  public static final int BULK_BYTES_MAX = 4 << 20;

  /** Of a byte, by which a small share of a short packet is still one. */
  private static final int PARTS = 1024;

  private final ServiceForm form;

  /** What a service may send in one turn: the longest packet so far, so that each can send one. */
  private int quantum;

  private final QueueTimes times;
  private final Fifo mfm = new Fifo(MFM_PACKETS_MAX);
  private final Fifo urgent = new Fifo(URGENT_PACKETS_MAX);
  private final Map<Integer, Fifo> services = new LinkedHashMap<>();

  /** Services that have something to send, in turn; the deficit of the first counts. */
  private final ArrayDeque<Fifo> round = new ArrayDeque<>();

  private int bulkBytes;

  private final BulkLimits limits;

  /** When the last bulk packet has been paid for at that rate. */
  private long bulkPaidAt = Long.MIN_VALUE;

  /** Packets of one kind, each with the instant since when it waits. */
  private static final class Fifo {
    final ArrayDeque<byte[]> packets = new ArrayDeque<>();

    /** Instants, as many as packets from {@link #oldest} on, round and round. */
    private final long[] since;

    private int oldest;
    int bytes;

    /** In parts of a byte, {@link #PARTS}. */
    long deficit;

    Fifo(int packetsMax) {
      since = new long[packetsMax];
    }

    boolean isFull() {
      return packets.size() == since.length;
    }

    void add(byte[] packet, long now) {
      since[(oldest + packets.size()) % since.length] = now;
      packets.addLast(packet);
      bytes += packet.length;
    }

    long waitsSince() {
      return since[oldest];
    }

    byte[] remove() {
      byte[] packet = packets.removeFirst();
      oldest = (oldest + 1) % since.length;
      bytes -= packet.length;
      return packet;
    }

    int clear() {
      int count = packets.size();
      packets.clear();
      bytes = 0;
      deficit = 0;
      return count;
    }
  }

  /**
   * An empty one.
   *
   * @param form by which bulk packets name their service
   * @param times hears how long each packet has waited
   * @param limits what bulk may take of the link
   */
  public SendOrder(ServiceForm form, QueueTimes times, BulkLimits limits) {
    this.form = form;
    this.times = times;
    this.limits = limits;
  }

  /** One whose bulk may take all that is left. */
  public SendOrder(ServiceForm form, QueueTimes times) {
    this(form, times, BulkLimits.NONE);
  }

  /** Takes {@code packet} in; returns how many packets were dropped for it. */
  public int offer(byte[] packet, Urgency urgency, long now) {
    return switch (urgency) {
      case MFM -> offer(mfm, packet, now);
      case URGENT -> offer(urgent, packet, now);
      case BULK -> offerBulk(packet, now);
    };
  }

  private static int offer(Fifo queue, byte[] packet, long now) {
    int dropped = 0;
    if (queue.isFull()) {
      queue.remove();
      dropped++;
    }
    queue.add(packet, now);
    return dropped;
  }

  private int offerBulk(byte[] packet, long now) {
    Fifo own =
        services.computeIfAbsent(form.serviceOf(packet[1]), service -> new Fifo(BULK_PACKETS_MAX));
    int dropped = 0;
    if (own.isFull()) {
      bulkBytes -= own.remove().length;
      dropped++;
    }
    while (bulkBytes + packet.length > BULK_BYTES_MAX) {
      // Whoever has most of it, so that a flood of one service pushes out no other.
      Fifo longest = own;
      for (Fifo each : round) {
        longest = each.bytes > longest.bytes ? each : longest;
      }
      bulkBytes -= longest.remove().length;
      dropped++;
      if (longest.packets.isEmpty() && longest != own) {
        leave(longest);
      }
    }
    if (!round.contains(own)) {
      round.addLast(own);
    }
    own.add(packet, now);
    quantum = Math.max(quantum, packet.length);
    bulkBytes += packet.length;
    return dropped;
  }

  private void leave(Fifo service) {
    round.remove(service);
    service.deficit = 0;
  }

  /**
   * Whether a bulk packet of {@code service} and so many bytes would push out none of its own.
   * Below its even share of the bytes, somebody else has more, and loses them: floods of others
   * cannot keep a service out.
   */
  public boolean hasRoom(int service, int bytes) {
    Fifo own = services.get(service);
    if (own == null || own.packets.isEmpty()) {
      return bulkBytes + bytes <= BULK_BYTES_MAX || bytes <= BULK_BYTES_MAX / (round.size() + 1);
    }
    return !own.isFull()
        && (bulkBytes + bytes <= BULK_BYTES_MAX
            || own.bytes + bytes <= BULK_BYTES_MAX / round.size());
  }

  /** Whether a packet of MFM would push none out. */
  public boolean hasMfmRoom() {
    return !mfm.isFull();
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return mfm.packets.isEmpty() && urgent.packets.isEmpty() && round.isEmpty();
  }

  /** How the next packet is to be sent; there must be one. */
  public Urgency nextUrgency() {
    if (!mfm.packets.isEmpty()) {
      return Urgency.MFM;
    }
    return urgent.packets.isEmpty() ? Urgency.BULK : Urgency.URGENT;
  }

  /** The length of the next packet, in bytes, or 0 where none waits. */
  public int nextLength() {
    Fifo next = next();
    return next == null ? 0 : next.packets.getFirst().length;
  }

  /**
   * When the next packet may go: now, or once the bulk before it is paid for. There must be one.
   */
  public long readyAt(long now) {
    return nextUrgency() == Urgency.BULK ? Math.max(now, bulkPaidAt) : now;
  }

  /** The next packet, which waits no more; there must be one. */
  public byte[] take(long now) {
    Fifo next = next();
    times.add(nextUrgency(), now - next.waitsSince());
    byte[] packet = next.remove();
    if (next != mfm && next != urgent) {
      bulkBytes -= packet.length;
      next.deficit -= (long) packet.length * PARTS;
      if (limits.bytesPerSecond() > 0) {
        bulkPaidAt =
            Math.max(now, bulkPaidAt) + packet.length * 1_000_000_000L / limits.bytesPerSecond();
      }
      if (next.packets.isEmpty()) {
        leave(next);
      }
    }
    return packet;
  }

  /** What the next packet stands in, or null. Asked again it is the same. */
  private Fifo next() {
    if (!mfm.packets.isEmpty()) {
      return mfm;
    } else if (!urgent.packets.isEmpty()) {
      return urgent;
    }
    Fifo first = round.peekFirst();
    while (first != null && first.deficit < (long) first.packets.getFirst().length * PARTS) {
      round.addLast(round.removeFirst());
      first.deficit += turnOf(first);
      first = round.getFirst();
    }
    return first;
  }

  /**
   * What is added to the deficit of {@code service} when its turn ends: the quantum, or less for
   * whoever has the smaller share.
   */
  private long turnOf(Fifo service) {
    long full = (long) quantum * PARTS;
    Fifo favored = limits.percent() == 0 ? null : services.get(limits.service());
    int others = round.size() - 1;
    if (favored == null || favored.packets.isEmpty() || others == 0) {
      return full;
    }
    int its = limits.percent() * others;
    int ofEachOther = 100 - limits.percent();
    int weight = service == favored ? its : ofEachOther;
    return full * weight / Math.max(its, ofEachOther);
  }

  /** Drops everything; returns how many packets that were. */
  public int clear() {
    int dropped = mfm.clear() + urgent.clear();
    for (Fifo service : services.values()) {
      dropped += service.clear();
    }
    round.clear();
    bulkBytes = 0;
    return dropped;
  }
}
