package dev.tilecast.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.check.Promises;
import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A tile on one of the two shells, with a neighbor that does what the test says, and everything
 * that can be seen of it.
 */
final class Bench implements Watch, AutoCloseable {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1000 * MILLI;
  static final long STAMP = 1_700_000_000L;
  static final Name NAME = new Name("demo.mfz");
  static final int LENGTH = 40_000;

  /** Small enough to be filled in memory. */
  private static final long DISK_BYTES = 16 << 20;

  /** What runs around the core. */
  enum Shell {
    SIMULATED,
    DAEMON
  }

  /** A disk of the tile's own, or that of the machine, which is quicker to look into. */
  enum Room {
    OF_ITS_OWN,
    OF_THE_MACHINE
  }

  final World world;
  final SimTile tile;
  final Traces traces;
  private final Promises promises;
  private final SimTile far;
  private final List<Message> sent = new ArrayList<>();
  private final List<SimFile> wentLive = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<String> stops = new ArrayList<>();
  private final List<TileReport.Phase> phases = new ArrayList<>();
  private Optional<Script> script = Optional.empty();
  private Predicate<Message> cutAt = message -> false;

  private Bench(Disks disks, TileModel model) {
    World.Setting setting =
        new World.Setting(LinkSettings.PERFECT, DeviceSettings.INDEPENDENT, model, disks);
    world = new World(new Timeline(11), Topology.line(2), setting);
    promises = new Promises(world);
    world.watch(promises);
    world.watch(this);
    tile = world.tile(new Place(0, 0));
    far = world.tile(new Place(1, 0));
    far.runs(
        running -> {
          script = Optional.of(new Script(running, Direction.WT));
          return script.get();
        });
    traces =
        disks instanceof Disks.Folders folders
            ? new FolderTraces(folders.home(tile.place()))
            : new SimTraces(tile);
  }

  /** A tile like {@code model} that does not run, beside a neighbor that does. */
  static Bench of(Shell shell, Path folder, Room room, TileModel model) {
    Path root =
        room == Room.OF_ITS_OWN
            ? new RecordingFileSystem(Disk.empty(), DISK_BYTES).getPath("/world")
            : folder.resolve("world");
    Bench bench =
        new Bench(shell == Shell.DAEMON ? new Disks.Folders(root) : Disks.SIMULATED, model);
    bench.far.start();
    return bench;
  }

  Script neighbor() {
    return script.orElseThrow();
  }

  SimFile file(long after) {
    return world.mint().make(NAME, STAMP + after, LENGTH, TileModel.SIGNER);
  }

  void start() {
    tile.start();
    assertThat(tile.isRunning()).as(world.diaries()).isTrue();
    run(SECOND);
  }

  void run(long nanos) {
    world.run(nanos);
  }

  /** Somebody has changed or deleted the live file of {@code name}: the tile cannot keep it. */
  void excuse(Name name) {
    promises.rotted(tile, name);
  }

  /** Lets at most two minutes pass until {@code goal} holds. */
  void until(String words, BooleanSupplier goal) {
    assertThat(world.runUntil(goal, 120 * SECOND)).as("%s%n%s", words, world.diaries()).isTrue();
  }

  /** Drops {@code file} and waits until it is live. */
  void publish(SimFile file) {
    int before = verdicts.size();
    world.drop(tile, file);
    until("a verdict on " + file.version(), () -> verdicts.size() > before);
    assertThat(verdicts.get(before)).isEqualTo(new Verdict.Live(file.entry()));
  }

  void untilLive(SimFile file) {
    until(file.version() + " is live", () -> isLive(file));
  }

  boolean isInboxEmpty() {
    try {
      return traces.inbox().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isLive(SimFile file) {
    return file.equals(tile.live().get(file.name()));
  }

  /** Whether the core knows that {@code file} is live. */
  boolean isReported(SimFile file) {
    return tile.report().stream()
        .flatMap(report -> report.live().stream())
        .anyMatch(live -> live.entry().equals(file.entry()));
  }

  /** Bytes of what is being pulled that lie in staging and were checked. */
  long verifiedBytes() {
    return tile.report().stream()
        .flatMap(report -> report.transfers().stream())
        .mapToLong(TileReport.Transfer::verifiedBytes)
        .sum();
  }

  Map<String, Long> counters(Direction direction) {
    return tile.report().orElseThrow().neighbors().stream()
        .filter(neighbor -> neighbor.direction() == direction)
        .findFirst()
        .orElseThrow()
        .counters();
  }

  /** One of the whole tile; 0 where it was never raised. */
  long counter(String name) {
    return tile.report().orElseThrow().counters().getOrDefault(name, 0L);
  }

  /** The power goes when the tile is about to send such a message for the first time. */
  void cutAt(Predicate<Message> what) {
    cutAt = what;
  }

  boolean advertises(SimFile file) {
    return sent.stream().anyMatch(message -> isAdvertisementOf(file, message));
  }

  static boolean isAdvertisementOf(SimFile file, Message message) {
    return message instanceof Message.Advertisement ad && ad.manifestId().equals(file.id());
  }

  /** What the tile has sent to its neighbor. */
  List<Message> sent() {
    return sent;
  }

  /** What went live in front of everybody's eyes. */
  List<SimFile> wentLive() {
    return wentLive;
  }

  List<Verdict> verdicts() {
    return verdicts;
  }

  /** Why the tile has stopped, each time that it did. */
  List<String> stops() {
    return stops;
  }

  /** The phases of transfers between turns. */
  List<TileReport.Phase> phases() {
    return phases;
  }

  @Override
  public void sent(SimTile by, Direction to, Message message) {
    if (by.equals(tile)) {
      if (cutAt.test(message)) {
        cutAt = never -> false;
        throw new PowerCutException(CutPoint.WHILE_SENDING);
      }
      sent.add(message);
    }
  }

  @Override
  public void wentLive(SimTile on, SimFile file, dev.tilecast.engine.message.Bytes content) {
    if (on.equals(tile)) {
      wentLive.add(file);
    }
  }

  @Override
  public void answered(SimTile by, SimFile file, Verdict verdict) {
    verdicts.add(verdict);
  }

  @Override
  public void stopped(SimTile which, String why) {
    if (which.equals(tile)) {
      stops.add(why);
    }
  }

  @Override
  public void turned(SimTile which) {
    if (which.equals(tile)) {
      tile.report()
          .ifPresent(report -> report.transfers().forEach(open -> phases.add(open.phase())));
    }
  }

  @Override
  public void close() {
    world.close();
  }
}
