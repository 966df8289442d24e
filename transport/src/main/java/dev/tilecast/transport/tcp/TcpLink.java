package dev.tilecast.transport.tcp;

import static java.util.Objects.requireNonNull;

import dev.tilecast.transport.BulkLimits;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.LinkCounters;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.QueueTimes;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * A link over one TCP connection at a time (PACKETS.md, TCP), in plain text or through TLS.
 * Threads: {@code link-ET} connects, reads and tells; {@code link-ET-out} writes; where we listen,
 * {@code link-ET-accept} accepts, and {@code link-ET-tls} shakes hands.
 */
public final class TcpLink implements Link {
  /** Bytes of the longest packet where settings do not say otherwise. */
  public static final int MTU_DEFAULT = 16384;

  /** The smallest MTU: that of the hardware link. */
  public static final int MTU_MIN = 255;

  private static final long CLOSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(800);
  private static final String CLOSED = "the link was closed";

  private final Direction direction;
  private final int mtu;
  private final ConnectionSource source;
  private final List<Thread> threads = new ArrayList<>();

  private final LongAdder packetsSent = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder packetsReceived = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder connects = new LongAdder();
  private final LongAdder vanished = new LongAdder();
  private final Optional<TlsContext> tls;

  /** Held while an event is told; guards the four fields below it. */
  private final Object telling = new Object();

  private Optional<LinkEvents> events = Optional.empty();
  private String toldDown = "";
  private boolean closed;
  private boolean isUp;

  /** Guards the connection that packets go to now. */
  private final Object sending = new Object();

  private volatile BulkLimits bulk = BulkLimits.NONE;
  private final QueueTimes queueTimes = new QueueTimes();
  private Optional<Connection> current = Optional.empty();
  private boolean sendingEnded;
  private boolean mfmExpected;

  private TcpLink(Direction direction, int mtu, ConnectionSource source, Optional<TlsContext> tls) {
    this.direction = direction;
    this.mtu = mtu;
    this.source = source;
    this.tls = tls;
  }

  /**
   * Makes a link. Where we listen, the address is bound before this returns.
   *
   * @param mtu the longest packet, {@value #MTU_MIN} to 65535 bytes
   * @param security what protects its packets
   * @param random draws the waits between attempts; used by one thread of the link only
   * @throws IOException where the address cannot be bound or its file not written
   */
  public static TcpLink open(
      Direction direction,
      TcpAddress address,
      int mtu,
      LinkSecurity security,
      RandomGenerator random)
      throws IOException {
    return open(direction, address, mtu, security, random, Timing.STANDARD);
  }

  /** The same, with other times. */
  static TcpLink open(
      Direction direction,
      TcpAddress address,
      int mtu,
      LinkSecurity security,
      RandomGenerator random,
      Timing timing)
      throws IOException {
    requireNonNull(direction);
    if (mtu < MTU_MIN || mtu > PacketHeader.PACKET_BYTES_MAX) {
      throw new IllegalArgumentException("MTU of " + mtu + " bytes");
    }
    boolean everywhere = security instanceof LinkSecurity.Plain plain && plain.everywhere();
    Optional<TlsContext> tls =
        security instanceof LinkSecurity.Tls pinned
            ? Optional.of(new TlsContext(pinned, timing.handshakeNanos()))
            : Optional.empty();
    ConnectionSource source =
        address instanceof TcpAddress.Listen listen
            ? new Listener(listen, everywhere, tls, "link-" + direction + "-tls", timing)
            : new Connector(address, everywhere, tls, requireNonNull(random), timing);
    return new TcpLink(direction, mtu, source, tls);
  }

  /** Why plain text does not go to {@code address}, and what to do, for a person. */
  public static String refusedPlain(String verb, HostPort address) {
    return ("will not %s %s: it is not a loopback address, and this link is plain text without"
            + " authentication. Pair it with its neighbor, which makes it TLS: tilecast links pair."
            + " Or write plain = true in its [[link]] entry if everybody on that network may read"
            + " and send")
        .formatted(verb, address);
  }

  /** The address that was really bound, where this link listens. */
  public Optional<HostPort> boundAddress() {
    return source instanceof Listener listener ? Optional.of(listener.bound()) : Optional.empty();
  }

  /** From now on, before its start, bulk takes no more than that of the link. */
  public void limitBulk(BulkLimits limits) {
    bulk = limits;
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public int mtu() {
    return mtu;
  }

  @Override
  public ServiceForm serviceForm() {
    return ServiceForm.PLAIN;
  }

  @Override
  public void start(LinkEvents receiver) {
    synchronized (telling) {
      if (closed || events.isPresent()) {
        throw new IllegalStateException("link " + direction + " started twice, or after its close");
      }
      events = Optional.of(receiver);
      addThread("", this::serve);
      addThread("-out", this::write);
      if (source instanceof Listener listener) {
        addThread("-accept", () -> listener.accept(this::tellTrouble));
      }
      threads.forEach(Thread::start);
    }
  }

  @Override
  public void send(byte[] packet, Urgency urgency) {
    if (packet.length < PacketHeader.BYTES || packet.length > mtu) {
      throw new IllegalArgumentException(
          "packet of %d bytes on link %s, expected %d to %d"
              .formatted(packet.length, direction, PacketHeader.BYTES, mtu));
    }
    Optional<Connection> to;
    synchronized (sending) {
      to = current;
    }
    dropped.add(to.isPresent() ? to.get().send(packet, urgency) : 1);
  }

  @Override
  public boolean hasRoom(int service) {
    synchronized (sending) {
      return current.map(connection -> connection.queue().hasRoom(service, mtu)).orElse(false);
    }
  }

  @Override
  public void expectMfm(boolean expected) {
    synchronized (sending) {
      mfmExpected = expected;
      current.ifPresent(connection -> connection.expectMfm(expected));
    }
  }

  @Override
  public boolean hasMfmRoom() {
    synchronized (sending) {
      return current.map(connection -> connection.queue().hasMfmRoom()).orElse(false);
    }
  }

  @Override
  public LinkCounters counters() {
    return new LinkCounters(
        packetsSent.sum(),
        bytesSent.sum(),
        packetsReceived.sum(),
        bytesReceived.sum(),
        dropped.sum(),
        connects.sum(),
        vanished.sum(),
        tls.map(TlsContext::failed).orElse(0L),
        tls.map(TlsContext::foreignKeys).orElse(0L));
  }

  @Override
  public Map<String, Long> furtherCounters() {
    Map<String, Long> counters = new TreeMap<>();
    queueTimes.addTo(counters);
    return counters;
  }

  /** Ends all threads of the link, at the latest after 0.8 s; no event comes afterwards. */
  @Override
  public void close() {
    // First the sockets, so that whoever is stuck in one lets go of the lock.
    source.close(CLOSED);
    synchronized (telling) {
      closed = true;
    }
    synchronized (sending) {
      sendingEnded = true;
      current.ifPresent(connection -> dropped.add(connection.queue().close()));
      current = Optional.empty();
      sending.notifyAll();
    }
    awaitEnds(threads, CLOSE_NANOS_MAX);
  }

  private void addThread(String suffix, Runnable body) {
    Thread thread = new Thread(body, "link-" + direction + suffix);
    thread.setDaemon(true);
    threads.add(thread);
  }

  /** Waits until {@code ending} have ended, but for the caller's own, and no longer than told. */
  static void awaitEnds(List<Thread> ending, long nanosMax) {
    long end = System.nanoTime() + nanosMax;
    try {
      for (Thread thread : ending) {
        long left = end - System.nanoTime();
        if (thread != Thread.currentThread() && left > 0) {
          TimeUnit.NANOSECONDS.timedJoin(thread, left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The body of {@code link-ET}. */
  private void serve() {
    ByteBuffer in = ByteBuffer.allocateDirect(Connection.READ_BYTES_MAX);
    try {
      while (true) {
        Connection connection = source.next(this::tellTrouble);
        if (!begin(connection)) {
          return;
        }
        connection.receive(in, this::deliver);
        end(connection);
      }
    } catch (ClosedChannelException e) {
      // The link was closed: nothing is told any more.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The body of {@code link-ET-out}. */
  private void write() {
    ByteBuffer out = ByteBuffer.allocateDirect(Connection.WRITE_BYTES_MAX);
    Optional<Connection> previous = Optional.empty();
    try {
      while (true) {
        Optional<Connection> next = awaitOther(previous);
        if (next.isEmpty()) {
          return;
        }
        dropped.add(next.get().transmit(out, this::countSent));
        previous = next;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Connection> awaitOther(Optional<Connection> previous)
      throws InterruptedException {
    synchronized (sending) {
      while (!sendingEnded && (current.isEmpty() || current.equals(previous))) {
        sending.wait();
      }
      return current;
    }
  }

  private boolean begin(Connection connection) {
    synchronized (sending) {
      if (sendingEnded) {
        connection.close(CLOSED);
        return false;
      }
      connection.queue().begin(queueTimes, bulk);
      connection.expectMfm(mfmExpected);
      current = Optional.of(connection);
      sending.notifyAll();
    }
    connects.increment();
    synchronized (telling) {
      if (!closed) {
        isUp = true;
        toldDown = "";
        events.orElseThrow().up(direction);
      }
    }
    return true;
  }

  private void end(Connection connection) {
    synchronized (sending) {
      current = Optional.empty();
    }
    dropped.add(connection.queue().close());
    if (connection.hasVanished()) {
      vanished.increment();
    }
    synchronized (telling) {
      isUp = false;
    }
    tellTrouble(connection.reason());
  }

  private void deliver(byte[] packet) {
    PacketHeader.markReceived(packet, direction);
    packetsReceived.increment();
    bytesReceived.add(packet.length);
    synchronized (telling) {
      if (!closed) {
        events.orElseThrow().received(direction, packet);
      }
    }
  }

  /** Tells why the link is down, once for each reason. */
  private void tellTrouble(String why) {
    synchronized (telling) {
      if (!closed && !isUp && !why.equals(toldDown)) {
        toldDown = why;
        events.orElseThrow().down(direction, why);
      }
    }
  }

  private void countSent(List<byte[]> batch) {
    packetsSent.add(batch.size());
    for (byte[] packet : batch) {
      bytesSent.add(packet.length);
    }
  }
}
