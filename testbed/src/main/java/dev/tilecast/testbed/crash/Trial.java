package dev.tilecast.testbed.crash;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** Starts tiles on what power cuts of one recording have left. For one thread. */
final class Trial implements Closeable {
  /** Says that the database failed while it was used (SCHEMA.md, Set aside). */
  private static final String DISTRUST_FILE = "store/tile.distrusted";

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
   * What a start met with.
   *
   * @param rebuilt whether the database was set aside and made anew
   * @param restarted whether the tile stopped by itself once, since the database failed
   */
  record Outcome(boolean rebuilt, boolean restarted) {}

  /**
   * Starts a tile on {@code image}, lets it finish, and checks all along.
   *
   * @param promised what had been acknowledged when the power failed
   * @param rowsToo whether the database is opened after a start and at the end, to see its rows
   * @throws ViolationException where something does not hold that must
   */
  Outcome run(Disk image, Collection<Published> promised, boolean rowsToo)
      throws ViolationException {
    if (rowsToo) {
      startAlone(image);
    }
    RecordingFileSystem fileSystem = fileSystem(image);
    Path root = Homes.root(fileSystem);
    Checks checks = new Checks(recording.story(), cast, root);
    try {
      checks.asLeft(promised);
      boolean restarted = false;
      String diary;
      try {
        diary = finish(fileSystem, checks, promised);
      } catch (ViolationException e) {
        // Damage that only showed while the database was used: the tile stops and says so, and
        // whoever supervises it starts it again. More than one such start would be too many.
        if (!Files.exists(root.resolve(DISTRUST_FILE))) {
          throw e;
        }
        restarted = true;
        diary = finish(fileSystem, checks, promised);
      }
      if (rowsToo) {
        rows(checks, diary);
      }
      return new Outcome(diary.contains("it was set aside"), restarted);
    } catch (IOException | RuntimeException e) {
      throw new ViolationException(e.toString(), e);
    }
  }

  private static void rows(Checks checks, String diary) throws IOException, ViolationException {
    try {
      checks.rows();
    } catch (ViolationException e) {
      throw new ViolationException(e.getMessage() + "\n" + diary, e);
    }
  }

  /**
   * Looks at the rows that the cut has left, on a copy of {@code image}.
   *
   * @param said what was said to be live in this recording
   */
  void rowsAsLeft(Disk image, Collection<Published> said) throws ViolationException {
    try {
      new Checks(recording.story(), cast, Homes.root(fileSystem(image.copy()))).rowsAsLeft(said);
    } catch (IOException | RuntimeException e) {
      throw new ViolationException(e.toString(), e);
    }
  }

  /** A start of which nothing comes, on a copy of {@code image}, and the rows that it leaves. */
  private void startAlone(Disk image) throws ViolationException {
    Path root = Homes.root(fileSystem(image.copy()));
    try {
      recording.story().preparation().run(root);
      TileReport report;
      try (VirtualTile tile = VirtualTile.start(root, time, Optional.empty(), time.nanos())) {
        report = tile.report();
      }
      if (!Files.exists(root.resolve(DISTRUST_FILE))) {
        new Checks(recording.story(), cast, root).rowsOfStart(report);
      }
    } catch (IOException | SettingsException | KeyException | RuntimeException e) {
      throw new ViolationException("a start alone: " + e, e);
    }
  }

  private static RecordingFileSystem fileSystem(Disk image) {
    return new RecordingFileSystem(image, Homes.CAPACITY_BYTES);
  }

  /** One start, up to a stop in good order; what the tile told. */
  private String finish(
      RecordingFileSystem fileSystem, Checks checks, Collection<Published> promised)
      throws ViolationException, IOException {
    VirtualTile tile;
    try (Stage stage = new Stage(recording.story(), fileSystem, time, neighbor, packet -> {})) {
      tile = stage.tile();
      try {
        checks.afterStart(stage.tile().report(), promised);
        stage.toGoal(() -> {}, false);
        checks.atEnd(stage.tile().report());
        stage.dropAgain();
        checks.atEnd(stage.tile().report());
      } catch (ViolationException e) {
        throw new ViolationException(e.getMessage() + "\n" + stage.tile().diary(), e);
      }
    } finally {
      if (neighbor.isPresent()) {
        neighbor.get().rest();
      }
    }
    // What went wrong while it was stopped is in it, too.
    return tile.diary();
  }

  @Override
  public void close() {
    neighbor.ifPresent(Neighbor::close);
  }
}
