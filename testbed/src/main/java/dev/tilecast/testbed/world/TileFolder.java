package dev.tilecast.testbed.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.core.Limits;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.daemon.Settings;
import dev.tilecast.engine.files.TileHome;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.Seal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real home as the disk of a tile. What the tile makes of it is the affair of {@link DiskShell};
 * here is what people and accidents do to it, and what lies in it.
 *
 * <p>The machine below keeps whatever was written, so a power cut takes from here what a kill
 * takes, and no more; what power takes of unsynced writes is tried on simulated disks.
 */
final class TileFolder implements TileDisk {
  private static final String MFZ = ".mfz";

  /** A staging file of a transfer, and its manifest id. */
  private static final Pattern PULLED = Pattern.compile("([0-9a-f]{64})\\.part");

  private static final String PART = ".part";
  private static final int FILLER_BYTES = 1 << 16;

  private final Path home;
  private final int number;
  private final Mint mint;
  private final KeyPress press;
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final PrintStream diary = new PrintStream(told, true, UTF_8);
  private final Map<Name, Seen> live = new TreeMap<>();

  /** Dropped files whose verdict has not fallen, by file name. */
  private final Map<String, SimFile> dropped = new LinkedHashMap<>();

  private Optional<Trust> keys = Optional.empty();

  /** Manifest ids of the staging files that the tile has read to their end, or is about to. */
  private Supplier<Set<Bytes>> inspected = Set::of;

  /** A file in {@code live/} as it was when it was read last. */
  private record Seen(String identity, SimFile file) {}

  /**
   * The home of a new tile, at {@code home}.
   *
   * @param mint knows every file that there is
   * @param press has the keys
   */
  TileFolder(Path home, Mint mint, KeyPress press) {
    this(home, 1, mint, press);
  }

  private TileFolder(Path home, int number, Mint mint, KeyPress press) {
    this.home = requireNonNull(home);
    this.number = number;
    this.mint = requireNonNull(mint);
    this.press = requireNonNull(press);
    try {
      TileHome.create(root(), Settings.template("world", List.of(), false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The home. */
  Path root() {
    return number == 1 ? home : home.resolveSibling(home.getFileName() + "-disk-" + number);
  }

  /** Where the tile tells what it does. */
  PrintStream out() {
    return diary;
  }

  @Override
  public String diary() {
    return told.toString(UTF_8);
  }

  @Override
  public Software boot(SimTile tile) throws IOException {
    TileModel model = tile.model();
    Files.writeString(root().resolve(TileHome.SETTINGS_FILE), settings(model));
    Files.writeString(root().resolve("tile-id"), tile.tileId().toHex() + "\n");
    trust(model.trust());
    return DiskShell.open(tile, this);
  }

  private static String settings(TileModel model) {
    Limits limits = model.limits();
    return """
        group = "%s"
        [limits]
        file-bytes-max = %d
        transfers-max = %d
        catalog-names-max = %d
        reserve-bytes = 0
        inbox-rest-millis = %d
        scrub-seconds = %d
        """
        .formatted(
            model.group(),
            limits.fileBytesMax(),
            limits.transfersMax(),
            limits.catalogNamesMax(),
            TimeUnit.NANOSECONDS.toMillis(model.restNanos()),
            TimeUnit.NANOSECONDS.toSeconds(model.scrubNanos()));
  }

  /** Makes {@code keys/} say {@code now}; a tile that runs finds that out by itself. */
  void trust(Trust now) throws IOException {
    if (keys.equals(Optional.of(now))) {
      return;
    }
    KeyFolder folder = new KeyFolder(root().resolve("keys"));
    StringBuilder rules = new StringBuilder();
    try {
      for (Trust.Signer before : keys.map(Trust::signers).orElse(List.of())) {
        folder.remove(new Handle(before.handle()));
      }
      for (Trust.Signer signer : now.signers()) {
        folder.add(press.publicKey(signer.handle()));
        String globs = String.join(" ", signer.globs().stream().map(Glob::pattern).toList());
        rules.append(globs.isEmpty() ? "" : "\"" + signer.handle() + "\" = " + globs + "\n");
      }
    } catch (KeyException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    Files.writeString(folder.rulesFile(), rules);
    keys = Optional.of(now);
  }

  @Override
  public Map<Name, SimFile> files() {
    Map<Name, SimFile> files = new TreeMap<>();
    live.forEach((name, seen) -> files.put(name, seen.file()));
    return files;
  }

  /** Reads {@code live/} again; what has another file now than it had before. */
  List<SimFile> refresh() throws IOException {
    List<SimFile> changed = new ArrayList<>();
    Map<Name, Seen> found = new TreeMap<>();
    try (Stream<Path> entries = Files.list(root().resolve("live"))) {
      for (Path entry : entries.filter(path -> path.toString().endsWith(MFZ)).sorted().toList()) {
        Name name = new Name(entry.getFileName().toString());
        String identity = identity(entry);
        Optional<Seen> before =
            Optional.ofNullable(live.get(name)).filter(seen -> seen.identity().equals(identity));
        if (before.isEmpty()) {
          changed.add(read(name, entry));
        }
        found.put(
            name, before.orElseGet(() -> new Seen(identity, changed.get(changed.size() - 1))));
      }
    }
    live.clear();
    live.putAll(found);
    return changed;
  }

  private static String identity(Path file) throws IOException {
    BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
    return of.fileKey() + " " + of.size() + " " + of.lastModifiedTime();
  }

  /** The file that lies there; with false bytes it passes for the one that was there before. */
  private SimFile read(Name name, Path entry) throws IOException {
    Bytes content = Bytes.copyOf(Files.readAllBytes(entry));
    return mint.byContent(content)
        .orElseGet(
            () -> {
              SimFile meant =
                  Optional.ofNullable(live.get(name))
                      .map(Seen::file)
                      .or(() -> mint.newest(name))
                      .orElseThrow(
                          () -> new IllegalStateException("nobody made a file for " + entry));
              return meant.rotten(content);
            });
  }

  @Override
  public void drop(SimFile file) {
    String fileName = file.name().text();
    Path inbox = root().resolve("inbox");
    try {
      if (file.seal().isPresent()) {
        Seal seal = new Seal(file.manifest(), file.seal().get());
        Files.write(inbox.resolve(fileName + Seal.SUFFIX), seal.encode().toArray());
      }
      Path part = Files.write(inbox.resolve(fileName + PART), file.content().toArray());
      Files.move(part, inbox.resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    dropped.put(fileName, file);
  }

  @Override
  public boolean hasDropped() {
    return !dropped.isEmpty();
  }

  /** What was dropped and has no verdict yet, by file name. */
  Map<String, SimFile> dropped() {
    return dropped;
  }

  @Override
  public void cut(RandomGenerator chance) {
    // See above: this is the machine's disk, and that has power.
  }

  @Override
  public boolean reaches(CutPoint point) {
    return CutPoint.ON_FOLDERS.contains(point);
  }

  @Override
  public TileDisk replaced() {
    return new TileFolder(home, number + 1, mint, press);
  }

  @Override
  public void loseStore() {
    try (Stream<Path> entries = Files.list(root().resolve("store"))) {
      for (Path entry : entries.toList()) {
        Files.delete(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void full(boolean nowFull) {
    requireOwnDisk("filled");
    Path filler = home.resolveSibling("filler");
    try {
      if (nowFull) {
        fill(filler, Files.getFileStore(root()).getUsableSpace());
      } else {
        Files.deleteIfExists(filler);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void capacity(long bytes) {
    requireOwnDisk("made smaller");
    Path filler = home.resolveSibling("filler");
    try {
      Files.deleteIfExists(filler);
      fill(filler, Files.getFileStore(root()).getUsableSpace() - bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireOwnDisk(String what) {
    if (home.getFileSystem().equals(FileSystems.getDefault())) {
      throw new UnsupportedOperationException(
          root() + " is on the disk of this machine, which cannot be " + what + " for one tile");
    }
  }

  private static void fill(Path filler, long bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      byte[] piece = new byte[FILLER_BYTES];
      for (long left = bytes; left > 0; left -= piece.length) {
        ByteBuffer next = ByteBuffer.wrap(piece, 0, (int) Math.min(left, piece.length));
        channel.write(next, channel.size());
      }
    }
  }

  /** The software that runs here tells which staging files it inspects. */
  void inspected(Supplier<Set<Bytes>> ids) {
    inspected = ids;
  }

  /**
   * One bit of each staging file of a transfer turns over. What rots after its inspection is as
   * good as live, and {@link #rotLive} is for that.
   */
  @Override
  public Set<Bytes> rotStaging(RandomGenerator chance) {
    Set<Bytes> rotten = new LinkedHashSet<>();
    Set<Bytes> spared = inspected.get();
    try (Stream<Path> entries = Files.list(root().resolve("staging"))) {
      for (Path entry : entries.sorted().toList()) {
        Matcher pulled = PULLED.matcher(entry.getFileName().toString());
        if (pulled.matches() && !spared.contains(Bytes.ofHex(pulled.group(1)))) {
          rot(entry, chance);
          rotten.add(Bytes.ofHex(pulled.group(1)));
        }
      }
      return rotten;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void deleteStaging() {
    try (Stream<Path> entries = Files.list(root().resolve("staging"))) {
      for (Path entry : entries.sorted().toList()) {
        Files.delete(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The machine below notes when: a tile that starts finds such a file changed, and looks at it.
   */
  @Override
  public boolean rotLive(Name name, RandomGenerator chance) {
    Path file = root().resolve("live").resolve(name.text());
    if (!Files.exists(file)) {
      return false;
    }
    try {
      rot(file, chance);
      refresh();
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean deleteLive(Name name) {
    try {
      boolean there = Files.deleteIfExists(root().resolve("live").resolve(name.text()));
      refresh();
      return there;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void rot(Path file, RandomGenerator chance) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long at = chance.nextLong(channel.size());
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ (1 << chance.nextInt(8))));
      channel.write(one.rewind(), at);
    }
  }
}
