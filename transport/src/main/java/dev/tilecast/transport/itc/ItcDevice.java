package dev.tilecast.transport.itc;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.QueueTimes;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 * has no lock between two; {@code itc-watch} looks at the driver's files and at a write that is
 * stuck.
 */
public final class ItcDevice {
  /** Twice in the second within which a change must be seen. */
  static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Packets that waited in the driver since before we were there are read within this. */
  static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long CLOSE_MILLIS_MAX = 250;

  /** More than any packet, so that one that is too long is seen to be. */
  private static final int READ_BYTES = 512;

  private final ItcSettings settings;
  private final PacketNode node;
  private final ItcTime time;
  private final Consumer<String> told;
  private final DriverFiles files;
  private final Lanes lanes;
  private final DriverCounts counts;
  private final Map<Direction, ItcLink> links = new EnumMap<>(Direction.class);
  private final List<Thread> threads = new ArrayList<>();
  private final LongAdder opens = new LongAdder();
  private final LongAdder unwired = new LongAdder();
  private int linksStarted;
  private int linksClosed;

  /** Held while the state of links is looked at, changed and told; guards what follows. */
  private final Object states = new Object();

  private Map<Direction, Long> syncs = new EnumMap<>(Direction.class);
  private long openedAt;
  private String troubleTold = "";

  /** Of the thread that watches. */
  private boolean stuckTold;

  private Optional<Direction> stallTold = Optional.empty();

  ItcDevice(ItcSettings settings, PacketNode node, ItcTime time, Consumer<String> told) {
    this.settings = settings;
    this.node = node;
    this.time = time;
    this.told = told;
    files = new DriverFiles(settings.status(), settings.statistics());
    lanes = new Lanes(settings, time);
    counts = new DriverCounts(files::counts, read -> lanes.told(read.bytesSent()));
    for (Direction direction : settings.directions()) {
      links.put(direction, new ItcLink(direction, this));
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

  synchronized void started() {
    if (++linksStarted == links.size()) {
      addThread("itc", this::serve);
      addThread("itc-out", this::write);
      addThread("itc-watch", this::watch);
      threads.forEach(Thread::start);
    }
  }

  /** One of the links is closed; with the last one, all ends. */
  void closed() {
    synchronized (this) {
      if (++linksClosed < links.size()) {
        return;
      }
    }
    lanes.end().ifPresent(this::close);
    links.values().forEach(link -> link.dropped.add(lanes.goDown(link.direction())));
    try {
      for (Thread thread : threads) {
        thread.join(CLOSE_MILLIS_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int offer(ItcLink link, byte[] packet, Urgency urgency) {
    return lanes.offer(link.direction(), packet, urgency);
  }

  boolean hasRoom(ItcLink link, int service) {
    return lanes.hasRoom(link.direction(), service);
  }

  /** How long packets have waited for {@code link}. */
  QueueTimes times(ItcLink link) {
    return lanes.times(link.direction());
  }

  /** What is of the device, and the same at each of its links. */
  Map<String, Long> counters() {
    return new TreeMap<>(
        Map.of(
            "itc_opens", opens.sum(),
            "itc_status_garbage", files.garbage(),
            "itc_from_unwired", unwired.sum()));
  }

  private void addThread(String name, Work body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  /** The body of {@code itc}. */
  private void serve() throws InterruptedException {
    ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
    while (!lanes.hasEnded()) {
      String why;
      try {
        PacketNode.Opened device = node.open();
        if (!begin(device)) {
          return;
        }
        why = receive(device, in);
        lanes.cease(device);
        close(device);
      } catch (IOException e) {
        why = words(e);
      }
      if (!lanes.hasEnded()) {
        told.accept(why);
      }
      allDown(why);
      lanes.pause(RETRY_NANOS);
    }
  }

  private boolean begin(PacketNode.Opened device) {
    synchronized (states) {
      openedAt = time.nanoTime();
    }
    boolean begun = lanes.begin(device);
    if (begun) {
      opens.increment();
    } else {
      close(device);
    }
    return begun;
  }

  /** Reads until the device ends; returns why it did. */
  private String receive(PacketNode.Opened device, ByteBuffer in) {
    try {
      while (true) {
        in.clear();
        if (device.read(in) < 0) {
          return settings.device()
              + " has ended, as no packet device does while its driver runs; opening it again";
        } else if (in.position() > ItcLink.MTU) {
          return "%s gives %d bytes at once, and a packet device at most %d; name the right one under [itc] in tilecast.toml"
              .formatted(settings.device(), in.position(), ItcLink.MTU);
        }
        byte[] packet = new byte[in.flip().remaining()];
        in.get(packet);
        deliver(packet);
      }
    } catch (IOException e) {
      return settings.device() + " cannot be read: " + words(e) + "; opening it again";
    }
  }

  /** A channel that another thread has closed says nothing. */
  private static String words(IOException e) {
    return e.getMessage() == null ? "it was closed" : e.getMessage();
  }

  private void deliver(byte[] packet) {
    ItcLink link = packet.length == 0 ? null : links.get(Direction.ofCode(packet[0]));
    if (link == null) {
      unwired.increment();
    } else if (!link.tellReceived(packet)) {
      link.drained.increment();
    }
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
    link.dropped.add(lanes.goDown(link.direction()));
    link.tellDown(why);
  }

  private void up(ItcLink link) {
    lanes.comeUp(link.direction());
    link.tellUp();
  }

  /** The body of {@code itc-out}. */
  private void write() throws InterruptedException {
    while (true) {
      Lanes.Turn turn = lanes.await();
      if (turn instanceof Lanes.Turn.Write write) {
        write(write);
      } else if (turn instanceof Lanes.Turn.Look) {
        counts.look();
      } else {
        return;
      }
    }
  }

  private void write(Lanes.Turn.Write turn) {
    ItcLink link = links.get(turn.to());
    try {
      switch (turn.device().write(turn.packet())) {
        case TAKEN -> {
          lanes.written();
          link.packetsSent.increment();
          link.bytesSent.add(turn.packet().length);
        }
        case LATER -> {
          link.later.increment();
          lanes.later(turn);
        }
        case UNREACHABLE -> unreachable(turn, link);
      }
    } catch (IOException e) {
      failed(turn, link, e);
    }
  }

  private void failed(Lanes.Turn.Write turn, ItcLink link, IOException e) {
    if (!files.up().map(up -> up.get(turn.to())).orElse(true)) {
      // In the words of another language.
      unreachable(turn, link);
      return;
    }
    lanes.refused(turn);
    link.dropped.increment();
    // Closed meanwhile by another thread, it needs no words.
    if (lanes.cease(turn.device())) {
      told.accept(settings.device() + " cannot be written: " + e.getMessage());
      // The reader notices, and opens it again.
      close(turn.device());
    }
  }

  private void unreachable(Lanes.Turn.Write turn, ItcLink link) {
    lanes.refused(turn);
    link.unreachable.increment();
    link.dropped.increment();
    synchronized (states) {
      down(link, "the driver reaches nobody there");
    }
  }

  /** The body of {@code itc-watch}. */
  private void watch() throws InterruptedException {
    while (!lanes.hasEnded()) {
      lookAtWrite();
      Optional<PacketNode.Opened> device = lanes.device();
      if (device.isPresent() && !node.isThere()) {
        lanes.cease(device.get());
        close(device.get());
      }
      synchronized (states) {
        // Looked at again: what is told while no device is open would stay.
        if (lanes.device().isPresent() && time.nanoTime() - openedAt >= SETTLE_NANOS) {
          lookAtStatus();
        }
      }
      lanes.pause(POLL_NANOS);
    }
  }

  private void lookAtWrite() {
    Optional<Lanes.Stuck> stuck = lanes.stuck();
    long patience = TimeUnit.SECONDS.toNanos(settings.stuckSeconds());
    if (stuck.isEmpty()) {
      lookForStall(patience);
    }
    boolean isStuck = stuck.isPresent() && stuck.get().nanos() >= patience;
    if (isStuck && !stuckTold) {
      links.get(stuck.get().to()).stuck.increment();
      told.accept(
          "a packet to %s has waited %d s in the driver, and all others behind it"
              .formatted(stuck.get().to(), TimeUnit.NANOSECONDS.toSeconds(stuck.get().nanos())));
    }
    stuckTold = isStuck;
  }

  private void lookForStall(long patience) {
    Optional<Direction> stalled = lanes.stalled(patience);
    if (stalled.isPresent() && !stalled.equals(stallTold)) {
      links.get(stalled.get()).stuck.increment();
      told.accept(
          "the driver has passed on nothing to %s for %d s, by what %s tells; nothing more is sent there until it does"
              .formatted(stalled.get(), settings.stuckSeconds(), settings.statistics()));
    }
    stallTold = stalled;
  }

  private void lookAtStatus() {
    Optional<Map<Direction, Boolean>> status = files.up();
    if (status.isEmpty()) {
      String trouble = files.trouble();
      if (!trouble.equals(troubleTold)) {
        troubleTold = trouble;
        told.accept(trouble + "; links stay as they were");
      }
      return;
    }
    troubleTold = "";
    Map<Direction, Long> syncsNow = counts.look().syncs();
    for (ItcLink link : links.values()) {
      look(link, status.get().get(link.direction()), syncsNow.get(link.direction()));
    }
    syncs = syncsNow;
  }

  private void look(ItcLink link, boolean isUp, Long counted) {
    if (!isUp) {
      down(link, "nobody is there");
      return;
    }
    Long before = syncs.get(link.direction());
    if (lanes.isUp(link.direction())
        && before != null
        && counted != null
        && !before.equals(counted)) {
      link.bounces.increment();
      down(link, "it dropped for a moment");
    }
    up(link);
  }
}
