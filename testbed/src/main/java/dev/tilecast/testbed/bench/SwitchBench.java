package dev.tilecast.testbed.bench;

import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.Switch;
import dev.tilecast.transport.Urgency;
import dev.tilecast.transport.tcp.HostPort;
import dev.tilecast.transport.tcp.LinkSecurity;
import dev.tilecast.transport.tcp.TcpAddress;
import dev.tilecast.transport.tcp.TcpLink;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Short packets through one tile: they come by a real link from the west, are sorted to a service,
 * and are sent on by another one to the east.
 */
final class SwitchBench implements Bench {
  private static final int SERVICE = 5;
  private static final int MTU = 255;
  private static final double PACKETS_PER_SECOND_MIN = 300_000;
  private static final long WARM_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long TIMED_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long ROOM_NANOS = 1000;

  @Override
  public void run(Consumer<Figure> figures)
      throws IOException, InterruptedException, ExpectationException {
    try (TcpLink fromWest = listen(Direction.WT);
        TcpLink toEast = listen(Direction.ET);
        TcpLink west = connect(Direction.ET, fromWest);
        TcpLink east = connect(Direction.WT, toEast);
        Switch tile = new Switch(List.of(fromWest, toEast))) {
      CountDownLatch up = new CountDownLatch(2);
      LongAdder arrived = new LongAdder();
      // A link that is closed never has room again: who waits for that would hold up the close.
      AtomicBoolean over = new AtomicBoolean();
      tile.register(SERVICE, new Forwarding(tile, toEast, over));
      tile.start();
      west.start(new Counting(up, new LongAdder()));
      east.start(new Counting(up, arrived));
      try {
        if (!up.await(Rig.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          throw new ExpectationException("the links were to come up");
        }
        measure(west, toEast, arrived, figures);
      } finally {
        over.set(true);
      }
    }
  }

  private static void measure(
      TcpLink west, TcpLink toEast, LongAdder arrived, Consumer<Figure> figures) {
    AtomicBoolean never = new AtomicBoolean();
    send(west, WARM_NANOS, never);
    long before = arrived.sum();
    long startNanos = System.nanoTime();
    send(west, TIMED_NANOS, never);
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    double packets = arrived.sum() - before;
    figures.accept(
        Figure.atLeast(PACKETS_PER_SECOND_MIN, "switch.packets", packets / seconds, "/s"));
    long dropped = west.counters().dropped() + toEast.counters().dropped();
    figures.accept(Figure.atMost(0, "switch.dropped", (double) dropped, "packets"));
  }

  private static TcpLink listen(Direction direction) throws IOException {
    TcpAddress at = new TcpAddress.Listen(new HostPort("127.0.0.1", 0), Optional.empty());
    return open(direction, at);
  }

  private static TcpLink connect(Direction direction, TcpLink to) throws IOException {
    return open(direction, new TcpAddress.Connect(to.boundAddress().orElseThrow()));
  }

  private static TcpLink open(Direction direction, TcpAddress address) throws IOException {
    return TcpLink.open(
        direction, address, MTU, new LinkSecurity.Plain(false), new SplittableRandom(1));
  }

  private static void send(TcpLink link, long nanos, AtomicBoolean over) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      awaitRoom(link, over);
      byte[] packet = new byte[MTU];
      PacketHeader.toService(link.direction(), SERVICE, link.serviceForm()).writeInto(packet);
      link.send(packet, Urgency.BULK);
    }
  }

  private static void awaitRoom(TcpLink link, AtomicBoolean over) {
    while (!link.hasRoom(SERVICE) && !over.get()) {
      LockSupport.parkNanos(ROOM_NANOS);
    }
  }

  /** The service: whatever comes goes on to the east. */
  private record Forwarding(Switch tile, TcpLink to, AtomicBoolean over) implements LinkEvents {
    @Override
    public void up(Direction direction) {}

    @Override
    public void down(Direction direction, String why) {}

    @Override
    public void received(Direction direction, byte[] packet) {
      // The link behind us waits meanwhile, so nothing is lost.
      awaitRoom(to, over);
      PacketHeader.toService(to.direction(), SERVICE, to.serviceForm()).writeInto(packet);
      tile.send(to.direction(), packet, Urgency.BULK);
    }
  }

  /** An end of the way. */
  private record Counting(CountDownLatch up, LongAdder arrived) implements LinkEvents {
    @Override
    public void up(Direction direction) {
      up.countDown();
    }

    @Override
    public void down(Direction direction, String why) {}

    @Override
    public void received(Direction direction, byte[] packet) {
      arrived.increment();
    }
  }
}
