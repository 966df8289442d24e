package dev.tilecast.testbed.crash;

import dev.tilecast.engine.daemon.NewHome;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Disks with a tile's home on them, made before anything is written down. */
final class Homes {
  /** Large enough that room is never the question. */
  static final long CAPACITY_BYTES = 1L << 30;

  private static final String HOME = "/tile";

  private Homes() {}

  /** Where the tile lives on every disk. */
  static Path root(RecordingFileSystem fileSystem) {
    return fileSystem.getPath(HOME);
  }

  /** Changes files below the home. */
  interface Edit {
    void apply(Path root) throws IOException;
  }

  /** A home that no daemon has seen yet. */
  static Disk fresh(Bytes key) throws IOException, SettingsException, KeyException {
    RecordingFileSystem fileSystem = new RecordingFileSystem(Disk.empty(), CAPACITY_BYTES);
    Path root = root(fileSystem);
    NewHome.of("crash", List.of(), false).create(root);
    Path file = fileSystem.getPath("/signer.pub");
    Files.write(file, key.toArray());
    new KeyFolder(root.resolve("keys")).add(file);
    Files.delete(file);
    return fileSystem.snapshot();
  }

  static Disk edited(Disk disk, Edit edit) throws IOException {
    RecordingFileSystem fileSystem = new RecordingFileSystem(disk.copy(), CAPACITY_BYTES);
    edit.apply(root(fileSystem));
    return fileSystem.snapshot();
  }

  /** The same with files in the inbox, dropped as people are told to: under a name at once. */
  static Disk withDrops(Disk disk, List<Story.Drop> drops) throws IOException {
    return edited(
        disk,
        root -> {
          for (Story.Drop drop : drops) {
            drop(root, drop.fileName(), drop.content());
          }
        });
  }

  static void drop(Path root, String fileName, Bytes content) throws IOException {
    Path inbox = root.resolve("inbox");
    Path part = inbox.resolve(fileName + ".part");
    Files.write(part, content.toArray());
    Files.move(part, inbox.resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The same after a daemon has published {@code versions} there, one after the other. */
  static Disk withLive(Disk disk, Published... versions) throws IOException, ViolationException {
    RecordingFileSystem fileSystem = new RecordingFileSystem(disk.copy(), CAPACITY_BYTES);
    try (VirtualTile tile =
        VirtualTile.start(root(fileSystem), new VirtualTime(), Optional.empty(), 1)) {
      for (Published version : versions) {
        publish(tile, version);
      }
    }
    return fileSystem.snapshot();
  }

  /** Drops {@code version} at {@code tile} and lets time pass until it is live there. */
  static void publish(VirtualTile tile, Published version) throws IOException, ViolationException {
    drop(tile.root(), version.name().text(), version.content());
    Path dropped = tile.root().resolve("inbox").resolve(version.name().text());
    tile.runUntil(
        () ->
            !Files.exists(dropped)
                && tile.report().live().stream()
                    .anyMatch(live -> live.entry().version().equals(version.version())),
        version.version() + " is live");
  }
}
