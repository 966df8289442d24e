package dev.tilecast.testbed.crash;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import dev.tilecast.transport.Direction;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One tile on one disk, with its neighbor if it has one, on the way to the goal of a story. */
final class Stage implements Closeable {
  /** The later version is offered when so much of the first one has come. */
  private static final int LATER_PART = 3;

  /** So long a tile waits before somebody comes to its help. */
  private static final long RELIEF_NANOS = TimeUnit.MINUTES.toNanos(3);

  private final Story story;
  private final RecordingFileSystem fileSystem;
  private final VirtualTime time;
  private final Optional<Neighbor> neighbor;
  private final WireEnd end;
  private final VirtualTile tile;
  private Optional<Runnable> relief = Optional.empty();

  /**
   * Starts the tile that lives on {@code fileSystem}.
   *
   * @param tap sees each packet that the tile sends
   */
  Stage(
      Story story,
      RecordingFileSystem fileSystem,
      VirtualTime time,
      Optional<Neighbor> neighbor,
      Consumer<byte[]> tap)
      throws ViolationException {
    this.story = story;
    this.fileSystem = fileSystem;
    this.time = time;
    this.neighbor = neighbor;
    this.end = new WireEnd(Direction.ET, tap);
    prepare(Homes.root(fileSystem));
    this.tile =
        VirtualTile.start(
            Homes.root(fileSystem),
            time,
            neighbor.map(n -> end),
            time.nanos(),
            story.machine().beside());
    neighbor.ifPresent(n -> n.plug(end));
  }

  private void prepare(Path root) throws ViolationException {
    try {
      story.preparation().run(root);
    } catch (IOException | SettingsException | KeyException e) {
      throw new ViolationException("what was cut short cannot be done again: " + e, e);
    }
  }

  VirtualTile tile() {
    return tile;
  }

  Path root() {
    return tile.root();
  }

  /**
   * Somebody does {@code help} once where the tile has not reached its goal after a while, and
   * tries again what was refused.
   */
  void whenItHasWaited(Runnable help) {
    relief = Optional.of(help);
  }

  /**
   * Lets both tiles work and time pass until the goal is reached.
   *
   * @param afterEach runs after each piece of work
   * @param publishesLater whether the neighbor has its later version still to publish
   */
  void toGoal(Runnable afterEach, boolean publishesLater) throws ViolationException, IOException {
    boolean later = publishesLater && story.offeredLater().isPresent();
    long begin = time.nanos();
    long deadline = begin + VirtualTile.PATIENCE_NANOS;
    while (true) {
      if (later && isTimeForLater()) {
        // The neighbor works alone meanwhile: the tile is caught in the middle of its transfer.
        Homes.publish(neighbor.orElseThrow().tile(), story.offeredLater().orElseThrow());
        later = false;
      }
      boolean worked = work();
      if (fileSystem.isKilled()) {
        throw new ViolationException("the tile was killed");
      }
      if (worked) {
        afterEach.run();
        continue;
      }
      if (isReached()) {
        return;
      }
      if (relief.isPresent() && time.nanos() > begin + RELIEF_NANOS) {
        relief.get().run();
        relief = Optional.empty();
        prepare(root());
      }
      if (time.nanos() > deadline) {
        throw new ViolationException(
            "the goal is not reached: live is "
                + live(tile.report())
                + ", the inbox holds "
                + inbox());
      }
      time.advanceTo(dueAtNanos());
    }
  }

  private boolean work() throws ViolationException {
    boolean worked = tile.step();
    if (worked && story.machine().writesBehind()) {
      tile.writeBehind();
    }
    if (neighbor.isPresent()) {
      worked |= neighbor.get().tile().step();
    }
    return worked;
  }

  private long dueAtNanos() {
    return Math.min(
        tile.dueAtNanos(), neighbor.map(n -> n.tile().dueAtNanos()).orElse(Long.MAX_VALUE));
  }

  /** A part of the first version has come; or all of it, before the power was cut. */
  private boolean isTimeForLater() {
    TileReport report = tile.report();
    return report.transfers().stream()
            .anyMatch(t -> t.verifiedBytes() > t.fileLength() / LATER_PART)
        || story.offered().stream().anyMatch(p -> live(report).contains(p.version()));
  }

  private boolean isReached() throws IOException {
    TileReport report = tile.report();
    Set<Version> goal =
        story.goal().stream().map(Published::version).collect(Collectors.toUnmodifiableSet());
    return live(report).equals(goal) && report.transfers().isEmpty() && inbox().isEmpty();
  }

  static Set<Version> live(TileReport report) {
    return report.live().stream()
        .map(live -> live.entry().version())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What lies in the inbox, but for the copies that a power cut kept from their names. */
  private Set<String> inbox() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root().resolve("inbox"))) {
      Set<String> names = new TreeSet<>();
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.endsWith(Homes.PART_SUFFIX)) {
          names.add(name);
        }
      }
      return names;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** Publishes what was accepted once more, as people do who saw no answer. */
  void dropAgain() throws ViolationException, IOException {
    for (Story.Drop drop : story.drops()) {
      if (drop.accepted()) {
        Homes.drop(root(), drop.fileName(), drop.content());
      }
    }
    toGoal(() -> {}, false);
  }

  /** Stops the tile in good order. */
  @Override
  public void close() {
    tile.close();
  }
}
