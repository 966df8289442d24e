package dev.tilecast.testbed.crash;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;

/** Starts tiles on what power cuts of one recording have left. For one thread. */
final class Trial implements Closeable {
  private final Recording recording;
  private final Cast cast;
  private final VirtualTime time = new VirtualTime();
  private final Optional<Neighbor> neighbor;

  Trial(Recording recording, Cast cast) throws ViolationException {
    this.recording = recording;
    this.cast = cast;
    this.neighbor =
        recording.neighbors().isPresent()
            ? Optional.of(new Neighbor(recording.neighbors().get(), time))
            : Optional.empty();
  }

  /**
   * Starts a tile on {@code image}, lets it finish, and checks all along.
   *
   * @param rowsToo whether the database is opened once more at the end, to see its rows
   * @param promised what had been acknowledged when the power failed
   * @return whether the database was rebuilt
   * @throws ViolationException where something does not hold that must
   */
  boolean run(Disk image, Collection<Published> promised, boolean rowsToo)
      throws ViolationException {
    try {
      return checked(image, promised, rowsToo);
    } catch (IOException | RuntimeException e) {
      throw new ViolationException(e.toString(), e);
    }
  }

  private boolean checked(Disk image, Collection<Published> promised, boolean rowsToo)
      throws ViolationException, IOException {
    Story story = recording.story();
    RecordingFileSystem fileSystem = new RecordingFileSystem(image, Homes.CAPACITY_BYTES);
    Checks checks = new Checks(story, cast, Homes.root(fileSystem));
    checks.asLeft(promised);
    String diary;
    try (Stage stage = new Stage(story, fileSystem, time, neighbor, packet -> {})) {
      try {
        checks.afterStart(stage.tile().report(), promised);
        stage.toGoal(() -> {}, false);
        checks.atEnd(stage.tile().report());
        stage.dropAgain();
        TileReport report = stage.tile().report();
        checks.atEnd(report);
      } catch (ViolationException e) {
        throw new ViolationException(e.getMessage() + "\n" + stage.tile().diary(), e);
      }
      diary = stage.tile().diary();
    } finally {
      if (neighbor.isPresent()) {
        neighbor.get().rest();
      }
    }
    if (rowsToo) {
      checks.rows();
    }
    return diary.contains("it was set aside");
  }

  @Override
  public void close() {
    neighbor.ifPresent(Neighbor::close);
  }
}
