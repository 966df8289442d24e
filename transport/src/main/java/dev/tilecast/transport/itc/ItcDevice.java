package dev.tilecast.transport.itc;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The packet device of a T2 tile, opened once for all its directions (PACKETS.md, ITC). Threads:
 * {@code itc} opens, reads and tells; {@code itc-out} is the only one that writes, since the driver
 * has no lock between two; {@code itc-watch} looks at the status file and at a write that is stuck.
 */
public final class ItcDevice {
  static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Packets that waited in the driver since before we were there are read within this. */
  static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long CLOSE_MILLIS_MAX = 250;
  private static final int READ_BYTES = 512;

  private final ItcSettings settings;
  private final PacketNode node;
  private final ItcTime time;
  private final Consumer<String> told;
  private final Map<Direction, ItcLink> links = new EnumMap<>(Direction.class);
  private final List<Thread> threads = new ArrayList<>();
  private final LongAdder opens = new LongAdder();
  private final LongAdder garbage = new LongAdder();
  private final LongAdder unwired = new LongAdder();

  /** Guards what follows. Nothing is told while it is held. */
  private final Object lock = new Object();

  private final Map<Direction, Lane> lanes = new EnumMap<>(Direction.class);
  private Optional<PacketNode.Opened> opened = Optional.empty();
  private long openedAt;
  private int next;
  private int linksStarted;
  private int linksClosed;
  private boolean ended;
  private Optional<Direction> writing = Optional.empty();
  private long writingSince;
  private boolean stuckTold;

  /** Held while the state of links is looked at, changed and told. */
  private final Object states = new Object();

  private Map<Direction, Long> syncs = new EnumMap<>(Direction.class);
  private String troubleTold = "";

  ItcDevice(ItcSettings settings, PacketNode node, ItcTime time, Consumer<String> told) {
    this.settings = settings;
    this.node = node;
    this.time = time;
    this.told = told;
    for (Direction direction : settings.directions()) {
      links.put(direction, new ItcLink(direction, this));
      lanes.put(
          direction,
          new Lane(settings.queuedBytesMax(), settings.drainBytesPerSecond(), time.nanoTime()));
    }
  }

  /**
   * The links of the device, one for each direction; it is opened when all of them are started.
   *
   * @param told hears of troubles that no single link has, from threads of the device
   */
  public static List<Link> links(ItcSettings settings, Consumer<String> told) {
    NodeFile node = new NodeFile(settings.device());
    return List.copyOf(new ItcDevice(settings, node, ItcTime.real(), told).links.values());
  }

  List<ItcLink> links() {
    return List.copyOf(links.values());
  }

  void started() {
    synchronized (lock) {
      if (++linksStarted == links.size()) {
        addThread("itc", this::serve);
        addThread("itc-out", this::write);
        addThread("itc-watch", this::watch);
        threads.forEach(Thread::start);
      }
    }
  }

  void closed() {
    Optional<PacketNode.Opened> open;
    synchronized (lock) {
      if (++linksClosed < links.size()) {
        return;
      }
      ended = true;
      open = opened;
      opened = Optional.empty();
      lanes.forEach((direction, lane) -> links.get(direction).dropped.add(lane.goDown()));
      lock.notifyAll();
    }
    open.ifPresent(this::close);
    try {
      for (Thread thread : threads) {
        thread.join(CLOSE_MILLIS_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int offer(ItcLink link, byte[] packet, Urgency urgency) {
    synchronized (lock) {
      lock.notifyAll();
      return lanes.get(link.direction()).offer(packet, urgency);
    }
  }

  boolean hasRoom(ItcLink link) {
    synchronized (lock) {
      return lanes.get(link.direction()).hasRoom();
    }
  }

  /** What is of the device, and the same at each of its links. */
  Map<String, Long> counters() {
    return new TreeMap<>(
        Map.of(
            "itc_opens", opens.sum(),
            "itc_status_garbage", garbage.sum(),
            "itc_from_unwired", unwired.sum()));
  }

  private void addThread(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    threads.add(thread);
  }

  /** The body of {@code itc}. */
  private void serve() {
    ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
    try {
      while (!isEnded()) {
        String why;
        try {
          PacketNode.Opened device = node.open();
          if (!begin(device)) {
            return;
          }
          why = receive(device, in);
          gone(device);
        } catch (IOException e) {
          why = String.valueOf(e.getMessage());
        }
        allDown(why);
        synchronized (lock) {
          if (!ended) {
            time.await(lock, RETRY_NANOS);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isEnded() {
    synchronized (lock) {
      return ended;
    }
  }

  private boolean begin(PacketNode.Opened device) {
    synchronized (lock) {
      if (!ended) {
        opened = Optional.of(device);
        openedAt = time.nanoTime();
        opens.increment();
        lock.notifyAll();
        return true;
      }
    }
    close(device);
    return false;
  }

  /** Reads until the device ends; returns why it did. */
  private String receive(PacketNode.Opened device, ByteBuffer in) {
    try {
      while (true) {
        in.clear();
        if (device.read(in) < 0) {
          return settings.device() + " has ended; it will be opened again";
        }
        byte[] packet = new byte[in.flip().remaining()];
        in.get(packet);
        deliver(packet);
      }
    } catch (IOException e) {
      return settings.device() + " cannot be read: " + e.getMessage() + "; opening it again";
    }
  }

  private void deliver(byte[] packet) {
    ItcLink link = packet.length == 0 ? null : links.get(Direction.ofCode(packet[0]));
    if (link == null) {
      unwired.increment();
    } else if (!link.tellReceived(packet)) {
      link.drained.increment();
    }
  }

  private void gone(PacketNode.Opened device) {
    synchronized (lock) {
      opened = Optional.empty();
    }
    close(device);
  }

  private void close(PacketNode.Opened device) {
    try {
      device.close();
    } catch (IOException e) {
      told.accept(settings.device() + " could not be closed: " + e.getMessage());
    }
  }

  private void allDown(String why) {
    synchronized (states) {
      links.values().forEach(link -> down(link, why));
    }
  }

  private void down(ItcLink link, String why) {
    synchronized (lock) {
      link.dropped.add(lanes.get(link.direction()).goDown());
    }
    link.tellDown(why);
  }

  private void up(ItcLink link) {
    synchronized (lock) {
      lanes.get(link.direction()).comeUp();
    }
    link.tellUp();
  }

  /** The body of {@code itc-out}. */
  private void write() {
    try {
      while (true) {
        Optional<PacketNode.Opened> device;
        ItcLink link;
        byte[] packet;
        synchronized (lock) {
          Optional<Direction> ready = awaitReady();
          if (ready.isEmpty()) {
            return;
          }
          long now = time.nanoTime();
          device = opened;
          link = links.get(ready.get());
          packet = lanes.get(ready.get()).take(now).orElseThrow();
          writing = ready;
          writingSince = now;
          stuckTold = false;
        }
        write(device.orElseThrow(), link, packet);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The next direction in turn whose packet may go; empty once ended. Holds the lock. */
  private Optional<Direction> awaitReady() throws InterruptedException {
    List<Direction> order = List.copyOf(lanes.keySet());
    while (!ended) {
      long now = time.nanoTime();
      long first = Long.MAX_VALUE;
      for (int i = 0; opened.isPresent() && i < order.size(); i++) {
        int turn = (next + i) % order.size();
        long readyAt = lanes.get(order.get(turn)).readyAt(now);
        if (readyAt <= now) {
          next = turn + 1;
          return Optional.of(order.get(turn));
        }
        first = Math.min(first, readyAt);
      }
      time.await(lock, first == Long.MAX_VALUE ? RETRY_NANOS : first - now);
    }
    return Optional.empty();
  }

  private void write(PacketNode.Opened device, ItcLink link, byte[] packet) {
    try {
      switch (device.write(packet)) {
        case TAKEN -> {
          link.packetsSent.increment();
          link.bytesSent.add(packet.length);
        }
        case LATER -> {
          link.later.increment();
          synchronized (lock) {
            lanes.get(link.direction()).later(packet, time.nanoTime());
          }
        }
        case UNREACHABLE -> {
          link.unreachable.increment();
          link.dropped.increment();
          synchronized (states) {
            down(link, "the driver reaches nobody there");
          }
        }
      }
    } catch (IOException e) {
      link.dropped.increment();
      told.accept(settings.device() + " cannot be written: " + e.getMessage());
      // The reader notices, and opens it again.
      close(device);
    } finally {
      synchronized (lock) {
        writing = Optional.empty();
      }
    }
  }

  /** The body of {@code itc-watch}. */
  private void watch() {
    try {
      while (!isEnded()) {
        poll();
        synchronized (lock) {
          if (!ended) {
            time.await(lock, POLL_NANOS);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void poll() {
    Optional<PacketNode.Opened> device;
    boolean settled;
    synchronized (lock) {
      device = opened;
      settled = device.isPresent() && time.nanoTime() - openedAt >= SETTLE_NANOS;
    }
    lookAtWrite();
    if (device.isPresent() && !node.isThere()) {
      close(device.get());
    } else if (settled) {
      synchronized (states) {
        lookAtStatus();
      }
    }
  }

  private void lookAtWrite() {
    long nanos;
    Direction direction;
    synchronized (lock) {
      nanos = time.nanoTime() - writingSince;
      if (writing.isEmpty()
          || stuckTold
          || nanos < TimeUnit.SECONDS.toNanos(settings.stuckSeconds())) {
        return;
      }
      stuckTold = true;
      direction = writing.get();
    }
    links.get(direction).stuck.increment();
    told.accept(
        "a packet to %s has waited %d s in the driver, and all others behind it"
            .formatted(direction, TimeUnit.NANOSECONDS.toSeconds(nanos)));
  }

  private void lookAtStatus() {
    String text = read(settings.status()).orElse("");
    Optional<Map<Direction, Boolean>> status = StatusText.up(text);
    if (status.isEmpty()) {
      garbage.increment();
      String trouble =
          "%s says '%s', expected eight hex digits; links stay as they were"
              .formatted(settings.status(), StatusText.shown(text));
      if (!trouble.equals(troubleTold)) {
        troubleTold = trouble;
        told.accept(trouble);
      }
      return;
    }
    troubleTold = "";
    Map<Direction, Long> counted = StatusText.syncs(read(settings.statistics()).orElse(""));
    for (ItcLink link : links.values()) {
      look(link, status.get().get(link.direction()), counted.get(link.direction()));
    }
    syncs = counted;
  }

  private void look(ItcLink link, boolean isUp, Long counted) {
    Long before = syncs.get(link.direction());
    boolean wasUp;
    synchronized (lock) {
      wasUp = lanes.get(link.direction()).isUp();
    }
    if (!isUp) {
      down(link, "nobody is there");
      return;
    }
    if (wasUp && before != null && counted != null && !before.equals(counted)) {
      link.bounces.increment();
      down(link, "the link dropped, and came back");
    }
    up(link);
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      // Garbage in it is no text either; whoever needs it tells.
      return Optional.empty();
    }
  }
}
