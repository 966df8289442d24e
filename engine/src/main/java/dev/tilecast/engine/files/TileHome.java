package dev.tilecast.engine.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Bytes;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The folder that holds everything of one tile (ARCHITECTURE.md, Files, Home). It is a home when
 * its settings file is there, which is written last; folders that are missing are made again.
 */
public final class TileHome {
  /** The settings, inside the home. */
  public static final String SETTINGS_FILE = "tilecast.toml";

  private static final String TILE_ID_FILE = "tile-id";
  private static final int TILE_ID_BYTES = 16;
  private static final List<String> FOLDERS =
      List.of(
          "inbox", "staging", "live", "active", "archive", "refused", "marks", "keys", "store",
          "run");

  /** Folders that only the daemon's user may enter. */
  private static final Set<String> PRIVATE = Set.of("staging", "keys", "store", "run");

  private final Path root;

  private TileHome(Path root) {
    this.root = root;
  }

  /**
   * Makes a home, with {@code settings} as its settings file. One whose making was cut short is
   * finished.
   *
   * @throws IOException where {@code root} is there already and not an empty folder
   */
  public static TileHome create(Path root, String settings) throws IOException {
    TileHome home = new TileHome(root.toAbsolutePath().normalize());
    if (Files.exists(home.settingsFile())) {
      throw new IOException(
          home.root + " is a tile's home already; use it as it is, or choose another --home");
    }
    if (Files.exists(home.root) && !isEmptyOrBegun(home)) {
      throw new IOException(
          home.root + " exists and is not an empty folder; choose another --home, or empty it");
    }
    makeRoot(home.root);
    home.makeFolders();
    DurableFile.write(home.settingsFile(), settings.getBytes(UTF_8));
    return home;
  }

  /**
   * The home at {@code root}.
   *
   * @throws IOException where it is none, or where its folders cannot serve
   */
  public static TileHome open(Path root) throws IOException {
    TileHome home = new TileHome(root.toAbsolutePath().normalize());
    if (!Files.isRegularFile(home.settingsFile())) {
      throw new IOException(
          home.root
              + " is not a tile's home, since it has no "
              + SETTINGS_FILE
              + "; make one with: tilecast init --home "
              + home.root);
    }
    home.makeFolders();
    if (!Files.getFileStore(home.staging()).equals(Files.getFileStore(home.live()))) {
      throw new AtomicMoveNotSupportedException(
          home.staging().toString(),
          home.live().toString(),
          "both must be on one disk, since a version goes live by a rename");
    }
    return home;
  }

  private void makeFolders() throws IOException {
    boolean posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
    boolean made = false;
    for (String name : FOLDERS) {
      Path folder = root.resolve(name);
      if (Files.isDirectory(folder)) {
        continue;
      }
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(
            folder + " is there but is not a folder; move it away, and it is made again");
      }
      FileAttribute<?>[] rights =
          posix && PRIVATE.contains(name)
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
              }
              : new FileAttribute<?>[0];
      Files.createDirectory(folder, rights);
      made = true;
    }
    if (made) {
      DurableFile.syncFolder(root);
    }
  }

  /** Each folder on the way synced: whatever a tile promises later hangs on these names. */
  private static void makeRoot(Path root) throws IOException {
    if (Files.isDirectory(root)) {
      return;
    }
    Path parent = root.getParent();
    makeRoot(parent);
    Files.createDirectory(root);
    DurableFile.syncFolder(parent);
  }

  /** Nothing is there, or only what a making that was cut short has left. */
  private static boolean isEmptyOrBegun(TileHome home) throws IOException {
    return Files.isDirectory(home.root)
        && entries(home.root).stream().allMatch(entry -> isBegun(home, entry));
  }

  private static boolean isBegun(TileHome home, Path entry) {
    if (entry.equals(DurableFile.temporaryFor(home.settingsFile()))) {
      return true;
    }
    try {
      return FOLDERS.contains(entry.getFileName().toString())
          && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
          && entries(entry).isEmpty();
    } catch (IOException e) {
      // What we may not look into is somebody's.
      return false;
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
      found.forEach(entries::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return entries;
  }

  /**
   * Makes this process the one daemon of the home, until the lock is closed or the process ends.
   *
   * @throws IOException where another one is it, naming its pid
   */
  public HomeLock lock() throws IOException {
    return HomeLock.take(root, run().resolve("lock"));
  }

  /** The tile's id, 16 bytes, drawn from {@code random} at the first call and then kept. */
  public Bytes tileId(RandomGenerator random) throws IOException {
    Path file = root.resolve(TILE_ID_FILE);
    if (!Files.exists(file)) {
      byte[] drawn = new byte[TILE_ID_BYTES];
      random.nextBytes(drawn);
      Bytes id = Bytes.copyOf(drawn);
      DurableFile.write(file, (id.toHex() + "\n").getBytes(US_ASCII));
      return id;
    }
    String text = Files.readString(file, UTF_8).strip();
    if (!text.matches("[0-9a-f]{" + 2 * TILE_ID_BYTES + "}")) {
      throw new IOException(
          file
              + " does not hold "
              + 2 * TILE_ID_BYTES
              + " hex digits; delete it, and the tile draws a new id");
    }
    return Bytes.ofHex(text);
  }

  /** The home itself, absolute. */
  public Path root() {
    return root;
  }

  /** The settings file. */
  public Path settingsFile() {
    return root.resolve(SETTINGS_FILE);
  }

  /** Where people drop files. */
  public Path inbox() {
    return root.resolve("inbox");
  }

  /** Files that are not verified yet; on the same disk as {@link #live()}. */
  public Path staging() {
    return root.resolve("staging");
  }

  /** Verified files, one a name. */
  public Path live() {
    return root.resolve("live");
  }

  /** What activation unpacks. */
  public Path active() {
    return root.resolve("active");
  }

  /** Previous versions of live files. */
  public Path archive() {
    return root.resolve("archive");
  }

  /** Files that were not accepted, with reasons. */
  public Path refused() {
    return root.resolve("refused");
  }

  /** The highest version ever live, one small file a name. */
  public Path marks() {
    return root.resolve("marks");
  }

  /** Keys and rules. */
  public Path keys() {
    return root.resolve("keys");
  }

  /** The database. */
  public Path store() {
    return root.resolve("store");
  }

  /** Sockets and the lock of the running daemon. */
  public Path run() {
    return root.resolve("run");
  }
}
