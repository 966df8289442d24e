package dev.tilecast.testbed.crash;

import dev.tilecast.engine.daemon.NewHome;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.files.TileHome;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Keyring;
import dev.tilecast.engine.mfz.PublicKey;
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

  /** Of a file that is being copied into an inbox: the tile leaves it alone. */
  static final String PART_SUFFIX = ".part";

  private static final int KEY_BITS = 2048;
  private static final String HOME = "/tile";
  private static final String KEY_FILE = "/signer.pub";

  private Homes() {}

  /** Where the tile lives on every disk. */
  static Path root(RecordingFileSystem fileSystem) {
    return fileSystem.getPath(HOME);
  }

  /** Changes files below the home. */
  interface Edit {
    void apply(Path root) throws IOException;
  }

  /** A disk with nothing on it but the public key of the signer. */
  static Disk empty(Bytes key) throws IOException {
    RecordingFileSystem fileSystem = new RecordingFileSystem(Disk.empty(), CAPACITY_BYTES);
    Files.write(fileSystem.getPath(KEY_FILE), key.toArray());
    return fileSystem.snapshot();
  }

  /** A home that no daemon has seen yet. */
  static Disk fresh(Bytes key) throws IOException, SettingsException, KeyException {
    RecordingFileSystem fileSystem = new RecordingFileSystem(empty(key), CAPACITY_BYTES);
    make(root(fileSystem));
    return fileSystem.snapshot();
  }

  /** What a person types: {@code tilecast init}, {@code keys add} and {@code keys allow}. */
  static void make(Path root) throws IOException, SettingsException, KeyException {
    if (!Files.exists(root.resolve(TileHome.SETTINGS_FILE))) {
      NewHome.of("crash", List.of(), false, false).create(root);
    }
    KeyFolder keys = new KeyFolder(root.resolve("keys"));
    PublicKey known = keys.add(root.getFileSystem().getPath(KEY_FILE));
    keys.allow(known.handle(), "*.mfz");
  }

  /**
   * What a person types who makes a key here, and takes another one back: {@code tilecast keys
   * generate}, {@code keys add}, {@code keys allow}, {@code keys remove}. Where it is typed again,
   * what was done already may be said to be done, and nothing else.
   */
  static void changeKeys(Path root, Handle made, Handle removed) throws IOException, KeyException {
    KeyFolder keys = new KeyFolder(root.resolve("keys"));
    try {
      keys.generate(made, KEY_BITS);
    } catch (KeyException e) {
      keys.signingKey(made);
    }
    PublicKey known = keys.add(root.getFileSystem().getPath(KEY_FILE));
    keys.allow(known.handle(), "*.mfz");
    keys.allow(made, "made-*.mfz");
    if (Files.exists(keys.publicFile(removed))) {
      keys.remove(removed);
    }
    Keyring now = keys.load();
    if (!now.warnings().isEmpty() || now.keys().size() != 2 || !now.hasRules()) {
      throw new KeyException("keys/ holds " + now.keys() + ", and says " + now.warnings());
    }
  }

  /** The same with a key that was made there. */
  static Disk withKey(Disk disk, Handle handle) throws IOException, KeyException {
    RecordingFileSystem fileSystem = new RecordingFileSystem(disk.copy(), CAPACITY_BYTES);
    new KeyFolder(root(fileSystem).resolve("keys")).generate(handle, KEY_BITS);
    return fileSystem.snapshot();
  }

  /** What was refused for want of room is dropped once more. */
  static void dropRefused(Path root, List<Story.Drop> drops) throws IOException {
    for (Story.Drop drop : drops) {
      Path refused = root.resolve("refused").resolve(drop.fileName());
      if (drop.accepted() && Files.exists(refused)) {
        Files.deleteIfExists(refused.resolveSibling(drop.fileName() + ".reason.txt"));
        Files.move(
            refused,
            root.resolve("inbox").resolve(drop.fileName()),
            StandardCopyOption.ATOMIC_MOVE);
      }
    }
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
    Path part = inbox.resolve(fileName + PART_SUFFIX);
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
