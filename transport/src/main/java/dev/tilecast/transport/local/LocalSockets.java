package dev.tilecast.transport.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Switch;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * The sockets of a tile for other programs on it (PACKETS.md, Sockets for programs): {@code
 * svc/NN}, whose one owner sends and gets the packets of that service in all directions; {@code
 * mfm}, the same for those of the simulation; and {@code tile/DIR}, where everybody hears when the
 * link of that direction comes and goes. One thread serves all of them, and waits for no program.
 */
public final class LocalSockets implements LinkEvents, Closeable {
  /** The longest path of a socket that Linux and macOS both take. */
  private static final int PATH_BYTES_MAX = 103;

  private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** No number of a service: who owns this one owns the packets of the simulation. */
  private static final int MFM = 0;

  /** How soon a packet of the simulation that waits for room is looked at again. */
  private static final long HELD_MILLIS = 1;

  private final Switch links;
  private final Selector selector;
  private final Thread thread;
  private final List<Door> doors = new ArrayList<>();

  /** Programs for which something was queued while nothing waited: at most one entry each. */
  private final Queue<Program> written = new ConcurrentLinkedQueue<>();

  private final Set<Program> programs = ConcurrentHashMap.newKeySet();
  private final AtomicLongArray counters = new AtomicLongArray(LocalCount.values().length);

  /** Owners by service; of the thread of the sockets. */
  private final Map<Integer, Owner> owners = new HashMap<>();

  /** Of the thread of the sockets. */
  private Optional<Held> held = Optional.empty();

  private final Listeners listeners = new Listeners(this::queue);
  private final Outgoing outgoing;

  /** One socket, and what who connects to it gets. */
  private record Door(Path path, ServerSocketChannel server, Use use) {}

  private sealed interface Use {
    /** To own a service. */
    record Owning(int service) implements Use {}

    /** To own the packets of the simulation. */
    record Simulating() implements Use {}

    /** To hear of the link of a direction. */
    record Hearing(Direction direction) implements Use {}
  }

  /** The program that has a service. */
  private final class Owner implements LinkEvents {
    /** Its number, or {@link #MFM}. */
    final int service;

    final Program program;

    Owner(int service, Program program) {
      this.service = service;
      this.program = program;
    }

    @Override
    public void up(Direction direction) {
      // Told by the socket of the direction.
    }

    @Override
    public void down(Direction direction, String why) {
      // The same.
    }

    @Override
    public void received(Direction direction, byte[] packet) {
      if (service != MFM) {
        // How a link spells the number is no concern of a program.
        packet[1] = (byte) service;
      }
      queue(program, packet);
    }
  }

  private LocalSockets(Switch links, ThreadFactory threads) throws IOException {
    this.links = links;
    this.outgoing = new Outgoing(links, listeners::isUp, this::count);
    this.selector = Selector.open();
    this.thread = threads.newThread(this::loop);
  }

  /** Whether the sockets of a tile can have paths below {@code run}. */
  public static boolean fit(Path run) {
    Path longest = service(run.toAbsolutePath().normalize(), ServiceForm.SERVICE_MAX);
    return longest.toString().getBytes(UTF_8).length <= PATH_BYTES_MAX;
  }

  /**
   * Listens for programs from now on: one socket for each service that is still free in {@code
   * links}, and one for each direction that has a link. To be called before the links start.
   *
   * @param run the folder of the daemon; sockets that a dead one left are replaced
   * @param rights who may use them
   * @param threads makes the one thread
   */
  public static LocalSockets open(Path run, Switch links, Rights rights, ThreadFactory threads)
      throws IOException {
    Path folder = run.toAbsolutePath().normalize();
    LocalSockets sockets = new LocalSockets(links, threads);
    try {
      rights.openRun(folder);
      for (String name : List.of("svc", "tile")) {
        rights.makeFolder(folder.resolve(name));
        clear(folder.resolve(name));
      }
      sockets.bind(folder.resolve("mfm"), new Use.Simulating());
      for (Direction direction : links.directions()) {
        Path path = folder.resolve("tile").resolve(direction.name());
        sockets.bind(path, new Use.Hearing(direction));
      }
      // Last: who finds the socket of a service finds those of all directions, too.
      for (int service = 1; service <= ServiceForm.SERVICE_MAX; service++) {
        if (links.isFree(service)) {
          sockets.bind(service(folder, service), new Use.Owning(service));
        }
      }
      for (Door door : sockets.doors) {
        rights.openSocket(door.path());
      }
      rights.openFolder(folder.resolve("svc"));
      rights.openFolder(folder.resolve("tile"));
    } catch (IOException | RuntimeException e) {
      sockets.close();
      throw e;
    }
    links.watch(sockets);
    sockets.thread.start();
    return sockets;
  }

  static Path service(Path run, int service) {
    return run.resolve("svc").resolve(String.format(Locale.ROOT, "%02d", service));
  }

  /** A socket that a dead daemon left, and that this one does not have, must not stay. */
  private static void clear(Path folder) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      for (Path path : left) {
        Files.deleteIfExists(path);
      }
    }
  }

  private void bind(Path path, Use use) throws IOException {
    Files.deleteIfExists(path);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    Door door = new Door(path, server, use);
    doors.add(door);
    server.bind(UnixDomainSocketAddress.of(path));
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT, door);
  }

  /** What has been counted so far, by the names of PACKETS.md, put into {@code counts}. */
  public void addCounters(Map<String, Long> counts) {
    for (LocalCount count : LocalCount.values()) {
      counts.put(count.counter(), counters.get(count.ordinal()));
    }
  }

  private void count(LocalCount what) {
    counters.incrementAndGet(what.ordinal());
  }

  @Override
  public void up(Direction direction) {
    listeners.tell(direction, true);
  }

  @Override
  public void down(Direction direction, String why) {
    listeners.tell(direction, false);
  }

  @Override
  public void received(Direction direction, byte[] packet) {
    throw new IllegalStateException("whoever only watches links gets no packets");
  }

  private void queue(Program program, byte[] packet) {
    if (program.offer(packet)) {
      written.add(program);
      selector.wakeup();
    }
  }

  private void loop() {
    try {
      while (selector.isOpen()) {
        selector.select(held.isPresent() ? HELD_MILLIS : 0);
        flushWritten();
        sendHeld();
        List<SelectionKey> ready = new ArrayList<>(selector.selectedKeys());
        selector.selectedKeys().clear();
        for (SelectionKey key : ready) {
          serve(key);
        }
      }
    } catch (ClosedSelectorException | IOException e) {
      // Closed: nobody is served any more.
    }
  }

  private void flushWritten() {
    for (Program program = written.poll(); program != null; program = written.poll()) {
      try {
        program.flush();
      } catch (CancelledKeyException e) {
        leave(program);
      }
    }
  }

  private void serve(SelectionKey key) {
    if (key.attachment() instanceof Door door) {
      welcome(door);
      return;
    }
    Seat seat = (Seat) key.attachment();
    try {
      if (key.isValid() && key.isWritable()) {
        seat.program.flush();
      }
      if (key.isValid() && key.isReadable() && !read(seat)) {
        leave(seat.program);
      }
    } catch (CancelledKeyException e) {
      leave(seat.program);
    }
  }

  /** A program and the door that it came by. */
  private record Seat(Door door, Program program) {}

  /** A packet of the simulation for which there is no room yet. */
  private static final class Held {
    private final Seat seat;
    private final byte[] packet;

    Held(Seat seat, byte[] packet) {
      this.seat = seat;
      this.packet = packet;
    }

    Seat seat() {
      return seat;
    }

    byte[] packet() {
      return packet;
    }
  }

  private void welcome(Door door) {
    Program program;
    try {
      SocketChannel channel = door.server().accept();
      if (channel == null) {
        return;
      }
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      program = new Program(channel, key, this::count);
      key.attach(new Seat(door, program));
      programs.add(program);
    } catch (IOException e) {
      // Most likely out of descriptors: some must be freed first.
      LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
      return;
    }
    Optional<String> refusal = seat(door.use(), program);
    if (refusal.isPresent()) {
      programs.remove(program);
      program.refuse(refusal.get());
    } else {
      count(LocalCount.PROGRAMS);
    }
  }

  /** Gives {@code program} what it came for, or the reason why not. */
  private Optional<String> seat(Use use, Program program) {
    if (use instanceof Use.Owning own) {
      return own(own.service(), program);
    } else if (use instanceof Use.Hearing hearing) {
      return listeners.add(hearing.direction(), program);
    }
    return simulate(program);
  }

  private Optional<String> simulate(Program program) {
    if (owners.containsKey(MFM)) {
      return Optional.of("the simulation has its socket already; one program at a time");
    } else if (!links.directions().isEmpty()
        && links.directions().stream().noneMatch(to -> links.link(to).get().carriesMfm())) {
      return Optional.of(
          "no link of this tile carries packets of the simulation: where there is a packet device,"
              + " they have device nodes of their own, such as /dev/itc/mfm/ET");
    }
    Owner owner = new Owner(MFM, program);
    owners.put(MFM, owner);
    links.registerMfm(owner);
    return Optional.empty();
  }

  private Optional<String> own(int service, Program program) {
    Owner owner = new Owner(service, program);
    if (owners.containsKey(service) || !links.isFree(service)) {
      return Optional.of("service " + service + " has an owner already; one program at a time");
    }
    owners.put(service, owner);
    links.register(service, owner);
    return Optional.empty();
  }

  /** False where the program has left. */
  private boolean read(Seat seat) {
    boolean stays = seat.program.fill();
    for (Optional<byte[]> next = next(seat); next.isPresent(); next = next(seat)) {
      Optional<String> fault = take(seat, next.get());
      if (fault.isPresent()) {
        refuse(seat, fault.get());
        return true;
      }
    }
    // Who has closed its end may have sent more than there is room for yet.
    return stays || isHeld(seat.program);
  }

  /** What is wrong with a packet of a program, if it is garbage. */
  private Optional<String> take(Seat seat, byte[] packet) {
    if (seat.door.use() instanceof Use.Owning own) {
      return outgoing.send(own.service(), packet);
    } else if (seat.door.use() instanceof Use.Simulating) {
      return simulate(seat, packet);
    }
    return Optional.of("nothing can be sent here: this socket only tells");
  }

  /** Sends a packet of the simulation, or holds it, and its program, until there is room. */
  private Optional<String> simulate(Seat seat, byte[] packet) {
    Outgoing.Outcome outcome = outgoing.simulate(packet);
    if (outcome instanceof Outgoing.Outcome.Garbage garbage) {
      return Optional.of(garbage.why());
    } else if (outcome instanceof Outgoing.Outcome.NoRoom) {
      held = Optional.of(new Held(seat, packet));
      seat.program.pause(true);
    }
    return Optional.empty();
  }

  private void sendHeld() {
    if (held.isEmpty()) {
      return;
    }
    Held waiting = held.get();
    held = Optional.empty();
    simulate(waiting.seat(), waiting.packet());
    if (held.isEmpty()) {
      waiting.seat().program.pause(false);
      try {
        // What it has sent already wakes nobody.
        if (!read(waiting.seat())) {
          leave(waiting.seat().program);
        }
      } catch (CancelledKeyException e) {
        leave(waiting.seat().program);
      }
    }
  }

  private boolean isHeld(Program program) {
    return held.isPresent() && held.get().seat().program == program;
  }

  private Optional<byte[]> next(Seat seat) {
    if (isHeld(seat.program)) {
      return Optional.empty();
    }
    Optional<Integer> length = seat.program.nextLength();
    if (length.isPresent() && length.get() < PacketHeader.BYTES) {
      refuse(seat, "a frame of length " + length.get() + ", expected 2 to 65535");
      return Optional.empty();
    }
    return seat.program.next();
  }

  private void refuse(Seat seat, String reason) {
    forget(seat.program);
    seat.program.refuse(reason);
  }

  private void leave(Program program) {
    forget(program);
    program.close();
  }

  private void forget(Program program) {
    programs.remove(program);
    owners
        .values()
        .removeIf(
            owner -> {
              boolean left = owner.program == program;
              if (left && owner.service == MFM) {
                links.releaseMfm(owner);
                held = Optional.empty();
              } else if (left) {
                links.release(owner.service, owner);
              }
              return left;
            });
    listeners.forget(program);
  }

  /** Closes all connections and removes the sockets. */
  @Override
  public void close() throws IOException {
    selector.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    programs.forEach(Program::close);
    for (Door door : doors) {
      door.server().close();
      Files.deleteIfExists(door.path());
    }
  }
}
