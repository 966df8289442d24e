package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TileSizes;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One simulated tile: its place, its links' ends, its disk, and whatever software runs on it at the
 * moment. Its monotonic clock begins somewhere else at each start, and its power may go at any
 * instant.
 */
public final class SimTile implements LinkEvents {
  private static final int SERVICE = 8;

  /** Turns at one instant before others get one: a tile must not stop the time of its world. */
  private static final int TURNS_MAX = 64;

  private final World world;
  private final Place place;
  private final String label;
  private final SimPorts device;
  private String idOf;
  private TileDisk disk;
  private TileModel model;
  private Maker maker = Maker.HONEST;
  private Optional<Software> software = Optional.empty();
  private Optional<SimCounter> counter = Optional.empty();
  private Optional<CutPoint> armed = Optional.empty();

  /** Counts starts and ends: what was planned in an earlier one does not happen in a later. */
  private int life;

  private Duration clockError = Duration.ZERO;
  private boolean frozen;
  private long clockOffset;
  private long tickAt = Long.MAX_VALUE;
  private boolean turnPlanned;
  private long slowFreeAt;

  /** Slow work that would have ended while the tile was frozen. */
  private final List<Runnable> stoodStill = new ArrayList<>();

  /** Makes what runs on a tile when it starts. */
  @FunctionalInterface
  interface Maker {
    /** The core, in the shell that goes with the tile's disk. */
    Maker HONEST = tile -> tile.disk.boot(tile);

    Software make(SimTile tile) throws IOException;
  }

  /** What a tile does while its power may go, and its disk may fail it. */
  interface Work {
    void run() throws IOException;
  }

  SimTile(World world, Place place, TileModel model, DeviceSettings device, TileDisk disk) {
    this.world = world;
    this.place = place;
    this.label = place.toString();
    this.idOf = label;
    this.device = new SimPorts(world.timeline(), label, device);
    this.disk = disk;
    model(model);
  }

  World world() {
    return world;
  }

  /** Where it lies. */
  public Place place() {
    return place;
  }

  /** As its place is printed. */
  @Override
  public String toString() {
    return label;
  }

  /** What it is like. */
  public TileModel model() {
    return model;
  }

  /** From its next start on it is like this. */
  public void model(TileModel next) {
    model = next.trusting(world.mint().own(next.trust()));
  }

  TileDisk disk() {
    return disk;
  }

  /** The files in its {@code live/}, whoever runs. */
  public Map<Name, SimFile> live() {
    return disk.files();
  }

  /** What it has told people, of all its lives; empty on a simulated disk. */
  public String diary() {
    return disk.diary();
  }

  /** Its link device. */
  public SimPorts device() {
    return device;
  }

  /** A port of which the tile knows nothing yet, with whatever runs on it at its reading end. */
  public SimPort openPort(Direction direction) {
    boolean known = device.ports().stream().anyMatch(port -> port.direction() == direction);
    SimPort port = device.port(direction);
    if (!known && isRunning()) {
      port.start(this);
    }
    return port;
  }

  SimPort port(Direction direction) {
    return device.port(direction);
  }

  /** Its own monotonic instant. */
  long nanos() {
    return world.now() + clockOffset;
  }

  /** Whether something runs on it. */
  public boolean isRunning() {
    return software.isPresent();
  }

  /** Whether the core runs on it. */
  public boolean isHonest() {
    return maker == Maker.HONEST;
  }

  /** The report of what runs on it, if that is the core. */
  public Optional<TileReport> report() {
    return software.flatMap(Software::report);
  }

  /** How much what runs on it keeps, if that is the core; cheaper than its report. */
  public Optional<TileSizes> sizes() {
    return software.flatMap(Software::sizes);
  }

  /** The newest version of {@code name} that was ever live on it, as the core says. */
  public Optional<Version> mark(Name name) {
    return software.flatMap(runs -> runs.mark(name));
  }

  Bytes tileId() {
    return Bytes.sha256(idOf.getBytes(java.nio.charset.StandardCharsets.UTF_8)).prefix(16);
  }

  /** It has the tile id of {@code other} from its next start on. */
  void idOf(SimTile other) {
    idOf = other.idOf;
  }

  /** The time of day that it believes in; nothing is decided by it. */
  Instant clock() {
    return World.BEGIN.plusNanos(world.now()).plus(clockError);
  }

  /** Its clock says {@code time} from now on, until it is set again. */
  void clock(Instant time) {
    clockError = Duration.between(World.BEGIN.plusNanos(world.now()), time);
  }

  /** Other keys and rules, at once where it runs. */
  void trust(Trust trust) {
    model(model.trusting(trust));
    tell(running -> running.trust(model.trust()));
  }

  /** Its program of service 1, which begins now if it has none, has this counter. */
  void counter(long value) {
    if (counter.isEmpty()) {
      SimCounter begun = new SimCounter(this, world.timeline());
      counter = Optional.of(begun);
      device.ports().stream()
          .filter(port -> isRunning() && port.isUp())
          .forEach(port -> begun.up(port.direction()));
    }
    counter.get().set(value);
  }

  /** The counter of the neighbor in {@code direction}, as far as it has told the program here. */
  public OptionalLong toldCounter(Direction direction) {
    return counter.map(program -> program.told(direction)).orElse(OptionalLong.empty());
  }

  /** Something else runs on it from its next start on. */
  void runs(Maker other) {
    maker = other;
  }

  /** Starts what runs on it, unless it runs. */
  void start() {
    if (software.isPresent()) {
      return;
    }
    life++;
    turnPlanned = false;
    tickAt = Long.MAX_VALUE;
    slowFreeAt = world.now();
    clockOffset = world.chanceOf(this).nextLong(-1L << 60, 1L << 60);
    attempt(this::begin);
  }

  private void begin() throws IOException {
    Software made = maker.make(this);
    software = Optional.of(made);
    world.watches().forEach(watch -> watch.started(this));
    world.trace("start", label, life);
    made.start();
    device.powerOn();
    device.ports().forEach(port -> port.start(this));
    planTick(made);
  }

  /** The process ends, by itself or killed; the disk is as it is. */
  void stop(String why) {
    // Also where nothing runs: whoever meant to start it again does not any more.
    life++;
    if (software.isEmpty()) {
      return;
    }
    software.get().end();
    software = Optional.empty();
    device.ports().forEach(SimPort::close);
    counter.ifPresent(SimCounter::alone);
    frozen = false;
    stoodStill.clear();
    device.release();
    world.trace("stop", label, life);
    world.watches().forEach(watch -> watch.stopped(this, why));
  }

  /** Lets go of what runs on it: the world is over. */
  void end() {
    life++;
    software.ifPresent(Software::end);
    software = Optional.empty();
  }

  /** The power goes: what was not synced may be gone. */
  void cutPower(String why) {
    stop(why);
    disk.cut(world.chanceOf(this));
    device.powerOff();
  }

  /** The power goes when this tile next reaches {@code point}, and comes back after a while. */
  void arm(CutPoint point) {
    if (!disk.reaches(point)) {
      throw new IllegalArgumentException(
          "the work of tile " + this + " cannot be cut " + point.words() + " on real folders");
    }
    armed = Optional.of(point);
  }

  void disarm() {
    armed = Optional.empty();
  }

  /** This tile is at {@code point}. */
  void reach(CutPoint point) {
    if (armed.isPresent() && armed.get() == point) {
      armed = Optional.empty();
      throw new PowerCutException(point);
    }
  }

  void freeze() {
    if (software.isEmpty()) {
      return;
    }
    frozen = true;
    device.hold();
  }

  /** Its device is opened anew. */
  void reopen() {
    if (software.isPresent() && !frozen) {
      device.ports().forEach(SimPort::reopen);
    }
  }

  void thaw() {
    if (frozen) {
      frozen = false;
      device.release();
      List<Runnable> waited = List.copyOf(stoodStill);
      stoodStill.clear();
      waited.forEach(Runnable::run);
      plan();
    }
  }

  /** Whether it stands still: packets wait, nothing is done. */
  public boolean isFrozen() {
    return frozen;
  }

  /** Everything on its disk is gone; only while nothing runs. */
  void newDisk() {
    disk = disk.replaced();
  }

  /** A file is dropped into its inbox, and has rested enough a while later. */
  void drop(SimFile file) {
    disk.drop(file);
    lookAfter(model.restNanos(), () -> {});
  }

  /** Whether something lies in its inbox of which no verdict has fallen. */
  public boolean hasDropped() {
    return disk.hasDropped();
  }

  /** The software looks at the inbox a while later, after {@code before}. */
  void lookAfter(long nanos, Runnable before) {
    int ofLife = life;
    world
        .timeline()
        .after(
            nanos,
            () -> {
              if (ofLife == life && software.isPresent()) {
                before.run();
                software.get().look();
              }
            });
  }

  @Override
  public void up(Direction direction) {
    counter.ifPresent(program -> program.up(direction));
    tell(running -> running.up(direction));
  }

  @Override
  public void down(Direction direction, String why) {
    counter.ifPresent(program -> program.down(direction));
    tell(running -> running.down(direction, why));
  }

  @Override
  public void received(Direction direction, byte[] packet) {
    counter.ifPresent(program -> program.received(direction, packet));
    tell(running -> running.received(direction, packet));
  }

  private void tell(java.util.function.Consumer<Software> what) {
    if (software.isPresent()) {
      what.accept(software.get());
      plan();
    }
  }

  /** Sends a message by its link. */
  void send(Direction to, Message message, Urgency urgency) {
    SimPort port = device.port(to);
    byte[] packet = Codec.encode(message, to, port.serviceForm().byteOf(SERVICE));
    telling(to, message);
    port.send(packet, urgency);
  }

  /** Tells whoever looks on that {@code message} is handed to a link. */
  void telling(Direction to, Message message) {
    world.watches().forEach(watch -> watch.sent(this, to, message));
  }

  /** Slow work, one after the other, each so long; then the tile takes a turn. */
  void slow(long nanos, Work work) {
    slowFreeAt = Math.max(slowFreeAt, world.now()) + nanos;
    int ofLife = life;
    world
        .timeline()
        .at(
            slowFreeAt,
            () -> {
              if (ofLife == life && frozen) {
                stoodStill.add(() -> finish(ofLife, work));
              } else {
                finish(ofLife, work);
              }
            });
  }

  private void finish(int ofLife, Work work) {
    if (ofLife == life) {
      attempt(
          () -> {
            work.run();
            plan();
          });
    }
  }

  private void plan() {
    if (frozen || turnPlanned || software.isEmpty()) {
      return;
    }
    if (model.turnNanos() == 0) {
      turn();
      return;
    }
    planTurnIn(model.turnNanos());
  }

  private void planTurnIn(long nanos) {
    turnPlanned = true;
    int ofLife = life;
    world
        .timeline()
        .after(
            nanos,
            () -> {
              if (ofLife == life) {
                turnPlanned = false;
                turn();
              }
            });
  }

  private void turn() {
    if (frozen || software.isEmpty()) {
      return;
    }
    Software running = software.get();
    attempt(
        () -> {
          int turns = 0;
          do {
            running.turn();
            turns++;
          } while (!running.isIdle() && turns < TURNS_MAX && isStill(running));
        });
    if (isStill(running)) {
      world.watches().forEach(watch -> watch.turned(this));
      if (!running.isIdle()) {
        planTurnIn(1);
      }
      planTick(running);
    }
  }

  private boolean isStill(Software running) {
    return software.isPresent() && software.get().equals(running);
  }

  private void planTick(Software running) {
    long wake = running.dueAtNanos();
    if (wake == Long.MAX_VALUE || wake >= tickAt) {
      return;
    }
    tickAt = wake;
    int ofLife = life;
    world
        .timeline()
        .at(
            Math.max(wake - clockOffset, world.now() + 1),
            () -> {
              if (ofLife == life && tickAt == wake) {
                tickAt = Long.MAX_VALUE;
                turn();
              }
            });
  }

  private void attempt(Work what) {
    int ofLife = life;
    try {
      what.run();
    } catch (PowerCutException e) {
      cutPower(e.getMessage());
      startLater();
    } catch (IOException e) {
      if (ofLife == life) {
        stop("its disk failed it: " + e.getMessage());
        startLater();
      }
    }
  }

  private void startLater() {
    int ofLife = life;
    world
        .timeline()
        .after(
            model.respawnNanos(),
            () -> {
              if (ofLife == life) {
                start();
              }
            });
  }
}
