package dev.tilecast.testbed.check;

import dev.tilecast.engine.core.Limits;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.TileSizes;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.Watch;
import dev.tilecast.testbed.world.World;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The promises P1 to P6 and P8 as invariants of a world, judged at each event that could break one:
 * what went live, what was sent, what was answered, what a start found. (P5's end is a {@link Goals
 * goal}; P7 is the links'.)
 *
 * <p>It keeps its own book of what each tile has promised, outside of the world, so that nothing
 * that happens to a tile's disk can make it forget.
 */
public final class Promises implements Watch {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** More than six links at ten megabytes a second could cause by packets. */
  private static final long TURNS_PER_MILLI_MAX = 2000;

  /** Of one neighbor: those that nothing speaks against, as many others, and one behind each. */
  private static final long CLAIMS_MAX = 4L * Limits.CLAIMS_MAX;

  private final World world;
  private final Map<Place, Book> books = new HashMap<>();
  private long judged;
  private final Map<SimTile, Long> saves = new LinkedHashMap<>();
  private Optional<LastSave> lastSave = Optional.empty();

  /** Spelled out only when somebody asks: there are many more commits than questions. */
  private record LastSave(SimTile tile, long at, List<Save> committed) {
    @Override
    public String toString() {
      return "by tile " + tile + " at " + seconds(at) + ": " + committed;
    }
  }

  /** What one tile has promised, and what was done to it that excuses it. */
  private static final class Book {
    final Map<Name, Version> highest = new TreeMap<>();
    final Map<Name, Version> promised = new TreeMap<>();

    /** Manifest ids of files of which bits were turned over on the disk. */
    final Set<Bytes> rotten = new HashSet<>();

    /** What is live by our account. */
    final Map<Name, SimFile> live = new TreeMap<>();

    /** What another version has just replaced, until the tile's rows say so: it may be told. */
    final Map<Name, SimFile> leaving = new TreeMap<>();

    final List<Name> left = new ArrayList<>();

    /** What is live as far as the tile's decisions know; the files may be ahead of that. */
    final Map<Name, Version> rows = new TreeMap<>();

    /**
     * Promotions whose beginning is saved; where rows are not shown to us, {@link #saves} is no.
     */
    final Set<Version> intended = new HashSet<>();

    boolean saves;

    /** Manifest ids of what was pulled when its bits were turned over, after they were checked. */
    final Set<Bytes> rottenStaged = new HashSet<>();

    Trust trust;
    long milli;
    long turnsOfMilli;

    Book(Trust trust) {
      this.trust = trust;
    }
  }

  /** Watches over {@code world} from now on. */
  public Promises(World world) {
    this.world = world;
  }

  /** How many times something was judged. */
  public long judged() {
    return judged;
  }

  /** How many times rows were committed, on all tiles together. */
  public long saves() {
    return saves.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many times each tile has committed rows. */
  public Map<SimTile, Long> savesByTile() {
    return new LinkedHashMap<>(saves);
  }

  /** Who committed which rows last, for a person. */
  public String lastSave() {
    return lastSave.map(LastSave::toString).orElse("none");
  }

  @Override
  public void saved(SimTile tile, List<Save> committed) {
    saves.merge(tile, 1L, Long::sum);
    lastSave = Optional.of(new LastSave(tile, world.now(), List.copyOf(committed)));
    Book book = book(tile);
    book.saves = true;
    for (Save save : committed) {
      if (save instanceof Save.Live live) {
        // Until the end of this turn: what was decided before it is sent after it.
        book.left.add(live.entry().version().name());
        book.intended.remove(live.entry().version());
        book.rows.put(live.entry().version().name(), live.entry().version());
      } else if (save instanceof Save.Intent intent) {
        book.intended.add(intent.version());
      } else if (save instanceof Save.TransferBegun begun) {
        judgeBegun(tile, book, begun.head());
      }
    }
  }

  /**
   * Who has no key can make a tile do nothing more than look at a signature; and what it has, or
   * could not keep, it does not pull.
   */
  private void judgeBegun(SimTile tile, Book book, ManifestHead head) {
    judged++;
    Version version = head.version();
    boolean signed =
        world.mint().files().stream()
            .map(file -> file.manifest().head())
            .anyMatch(
                known ->
                    known.version().equals(version) && known.signature().equals(head.signature()));
    if (!signed) {
      throw broken("P6", tile, "pulls " + version + ", which nobody has signed");
    }
    Version live = book.rows.get(version.name());
    if (live != null && !version.isNewerThan(live)) {
      throw broken("P6", tile, "pulls " + version + ", and has " + live);
    }
    bound(tile, "bytes of a file", head.fileLength(), tile.model().limits().fileBytesMax());
  }

  private Book book(SimTile tile) {
    return books.computeIfAbsent(tile.place(), place -> new Book(tile.model().trust()));
  }

  /** {@code tile} got a new disk: whatever it promised, nobody can hold it to that. */
  public void newDisk(SimTile tile) {
    books.put(tile.place(), new Book(tile.model().trust()));
  }

  /** Bits of that live file are turned over, or it is deleted, behind the tile's back. */
  public void rotted(SimTile tile, Name name) {
    Book book = book(tile);
    book.rotten.add(tile.live().get(name).id());
    // A start moves it aside; what holds from then on is what was promised, or marked.
    book.highest.remove(name);
    if (book.promised.containsKey(name)) {
      book.highest.put(name, book.promised.get(name));
    }
  }

  @Override
  public void stagingRotted(SimTile tile, Set<Bytes> manifestIds) {
    book(tile).rottenStaged.addAll(manifestIds);
  }

  @Override
  public void wentLive(SimTile tile, SimFile file, Bytes content) {
    judged++;
    Book book = book(tile);
    Version version = file.version();
    if (!world.mint().genuine(file.id(), content).isPresent()) {
      throw broken("P1", tile, version + " went live with bytes that nobody signed");
    }
    Optional<Refusal> objection =
        book.trust.objectionTo(file.manifest().head().fingerprint(), file.name());
    if (objection.isPresent()
        && tile.model()
            .trust()
            .objectionTo(file.manifest().head().fingerprint(), file.name())
            .isPresent()) {
      throw broken("P1", tile, version + " went live, though " + objection.get().text());
    }
    Version before = book.highest.get(file.name());
    if (before != null && before.isNewerThan(version)) {
      throw broken("P2", tile, version + " went live below " + before);
    }
    if (book.saves && !book.intended.contains(version)) {
      throw broken("P4", tile, version + " went live, and no row says that this was to happen");
    }
    book.highest.put(file.name(), version);
    SimFile replaced = book.live.put(file.name(), file);
    if (replaced != null) {
      book.leaving.put(file.name(), replaced);
    }
  }

  @Override
  public void started(SimTile tile) {
    if (!tile.isHonest()) {
      return;
    }
    judged++;
    Book book = book(tile);
    book.trust = tile.model().trust();
    Map<Name, SimFile> live = tile.live();
    book.leaving.clear();
    book.intended.clear();
    book.live.clear();
    book.live.putAll(live);
    book.rows.clear();
    live.forEach((name, file) -> book.rows.put(name, file.version()));
    live.values().forEach(file -> judgeFound(tile, book, file));
    // A rename that was never marked nor told may be lost, and leaves what was told, or no name.
    book.highest.keySet().removeIf(n -> !live.containsKey(n) && !book.promised.containsKey(n));
    book.highest.replaceAll((n, v) -> live.containsKey(n) ? v : book.promised.get(n));
    // It is in refused/ now, and is not put back when the key comes back.
    book.promised.values().removeIf(p -> !live.containsKey(p.name()) && isNoMoreTrusted(tile, p));
    for (Version promised : book.promised.values()) {
      SimFile file = live.get(promised.name());
      if (isRotten(book, promised)) {
        continue;
      }
      if (file == null || promised.isNewerThan(file.version())) {
        String found = file == null ? "none" : file.version().toString();
        throw broken("P4", tile, promised + " was promised, and after the start it has " + found);
      }
    }
    // A start syncs what it finds and marks it, before anybody hears of it.
    live.values().stream()
        .filter(this::isWhole)
        .forEach(file -> promise(tile, file.version(), "found at the start"));
  }

  private boolean isWhole(SimFile file) {
    return world.mint().genuine(file.id(), file.content()).isPresent();
  }

  /** Whether it rotted, or a newer one that had taken its place before anything was said of it. */
  private boolean isRotten(Book book, Version version) {
    return world.mint().files().stream()
        .filter(file -> file.name().equals(version.name()))
        .filter(file -> !version.isNewerThan(file.version()))
        .anyMatch(file -> book.rotten.contains(file.id()));
  }

  /** What must be verified anew is refused where its key was taken away (ARCHITECTURE.md). */
  private boolean isNoMoreTrusted(SimTile tile, Version version) {
    return world.mint().files().stream()
        .filter(file -> file.version().equals(version))
        .map(file -> file.manifest().head().fingerprint())
        .anyMatch(f -> tile.model().trust().objectionTo(f, version.name()).isPresent());
  }

  private void judgeFound(SimTile tile, Book book, SimFile file) {
    if (!isWhole(file) && !book.rotten.contains(file.id())) {
      throw broken("P1", tile, file.version() + " is live after the start, with false bytes");
    }
    Version before = book.highest.get(file.name());
    // A rename that was never synced nor told may be lost; what was promised is judged above.
    if (before == null || file.version().isNewerThan(before)) {
      book.highest.put(file.name(), file.version());
    } else if (before.isNewerThan(file.version())) {
      Version promised = book.promised.get(file.name());
      if (promised == null || !promised.isNewerThan(file.version())) {
        book.highest.put(file.name(), file.version());
      }
    }
  }

  @Override
  public void settled(SimTile tile, Version version) {
    // Only now: until its rename is synced, a power cut may bring the rotten one back.
    Book book = book(tile);
    SimFile file = tile.live().get(version.name());
    if (file != null && isWhole(file)) {
      book.rotten.remove(file.id());
    }
    promise(tile, version, "settled");
  }

  @Override
  public void answered(SimTile tile, SimFile file, Verdict verdict) {
    judged++;
    if (verdict instanceof Verdict.Live live) {
      promise(tile, live.entry().version(), "answered live");
    } else if (verdict instanceof Verdict.AlreadyLive live) {
      promise(tile, live.entry().version(), "answered already live");
    } else if (verdict instanceof Verdict.Mended live) {
      promise(tile, live.entry().version(), "answered live again");
    }
  }

  @Override
  public void activated(SimTile tile, LiveEntry entry) {
    judged++;
    SimFile file = tile.live().get(entry.version().name());
    if (file == null || entry.version().isNewerThan(file.version())) {
      throw broken("P1", tile, entry.version() + " is to be activated and is not live");
    }
  }

  private void promise(SimTile tile, Version version, String how) {
    SimFile file = tile.live().get(version.name());
    if (file == null || version.isNewerThan(file.version())) {
      throw broken("P4", tile, version + " was " + how + " and is not live");
    }
    Book book = book(tile);
    Version before = book.promised.get(version.name());
    if (before == null || version.isNewerThan(before)) {
      book.promised.put(version.name(), version);
    }
  }

  @Override
  public void sent(SimTile tile, Direction to, Message message) {
    if (!tile.isHonest()) {
      return;
    }
    judged++;
    if (message instanceof Message.Data data) {
      SimFile file = served(tile, data.key(), "bytes");
      judgeBytes(tile, file, data);
    } else if (message instanceof Message.Advertisement ad) {
      judgeAdvertisement(tile, ad);
    } else if (message instanceof Message.ManifestPart part) {
      judgePart(tile, part);
    } else if (message instanceof Message.Want want) {
      if (want.window() > Limits.WINDOW_PACKETS_MAX) {
        throw broken("P6", tile, "asks for " + want.window() + " packets at once");
      }
    }
  }

  /** The live file of this key, or a sealed one that comes in; nothing else may be served. */
  private SimFile served(SimTile tile, int key, String what) {
    for (SimFile file : tile.live().values()) {
      if (file.id().firstInt() == key) {
        return file;
      }
    }
    for (SimFile file : book(tile).leaving.values()) {
      if (file.id().firstInt() == key) {
        return file;
      }
    }
    for (SimFile file : world.mint().files()) {
      // What was deleted behind the tile's back still has its manifest in the rows.
      boolean known = isStreamedBy(tile, file) || book(tile).rotten.contains(file.id());
      if (file.id().firstInt() == key && known) {
        return file;
      }
    }
    throw broken("P3", tile, "serves " + what + " of a file that is neither live nor sealed");
  }

  /** Whether {@code tile} may hand on what it has of {@code file} before it has all. */
  private boolean isStreamedBy(SimTile tile, SimFile file) {
    Bytes signer = file.manifest().head().fingerprint();
    // Whose keys have just changed may not have found that out.
    return file.seal().isPresent()
        && (book(tile).trust.objectionTo(signer, file.name()).isEmpty()
            || tile.model().trust().objectionTo(signer, file.name()).isEmpty());
  }

  private void judgeBytes(SimTile tile, SimFile file, Message.Data data) {
    int from = Math.toIntExact(data.offset());
    int to = from + data.bytes().length();
    boolean same =
        to <= file.content().length()
            && world
                .mint()
                .byManifest(file.id())
                .map(original -> original.content().slice(from, to).equals(data.bytes()))
                .orElse(false);
    boolean rotted =
        book(tile).rotten.contains(file.id())
            || (book(tile).rottenStaged.contains(file.id()) && !tile.live().containsValue(file));
    if (!same && !rotted) {
      throw broken("P3", tile, "serves false bytes of " + file.version() + " at " + from);
    }
  }

  private void judgeAdvertisement(SimTile tile, Message.Advertisement ad) {
    if (!ad.isWhole()) {
      boolean streams =
          world
              .mint()
              .byManifest(ad.manifestId())
              .filter(file -> isStreamedBy(tile, file))
              .isPresent();
      if (!ad.sealed() || !streams) {
        throw broken("P3", tile, "offers " + ad.name() + " " + ad.stamp() + ", and it is unsealed");
      }
      return;
    }
    SimFile file = tile.live().get(ad.name());
    SimFile leaving = book(tile).leaving.get(ad.name());
    if (leaving != null && leaving.id().equals(ad.manifestId())) {
      return;
    }
    if (file == null && book(tile).rotten.contains(ad.manifestId())) {
      // Somebody has deleted it, and the tile may not have missed it yet.
      return;
    }
    if (file == null || !file.id().equals(ad.manifestId())) {
      throw broken("P3", tile, "advertises " + ad.name() + " " + ad.stamp() + ", not live here");
    }
    promise(tile, file.version(), "advertised");
  }

  private void judgePart(SimTile tile, Message.ManifestPart part) {
    SimFile file = served(tile, part.key(), "a manifest");
    ManifestHead head = file.manifest().head();
    Bytes unit =
        switch (part.unit()) {
          case Message.ManifestWant.HEAD -> head.encode();
          case Message.ManifestWant.SEAL -> file.seal().orElse(Bytes.empty());
          default -> file.manifest().pages().get(part.unit()).encode();
        };
    int end = part.offset() + part.bytes().length();
    if (end > unit.length() || !unit.slice(part.offset(), end).equals(part.bytes())) {
      throw broken("P3", tile, "serves a false manifest of " + file.version());
    }
  }

  @Override
  public void turned(SimTile tile) {
    Book book = book(tile);
    book.left.forEach(book.leaving::remove);
    book.left.clear();
    judgeRest(tile, book);
    tile.sizes().ifPresent(sizes -> judgeBounds(tile, sizes));
  }

  /** A tile that is due again and again without anything to do would burn its processor. */
  private void judgeRest(SimTile tile, Book book) {
    long milli = world.now() / NANOS_PER_MILLI;
    if (milli != book.milli) {
      book.milli = milli;
      book.turnsOfMilli = 0;
    }
    book.turnsOfMilli++;
    bound(tile, "turns within a millisecond", book.turnsOfMilli, TURNS_PER_MILLI_MAX);
  }

  private void judgeBounds(SimTile tile, TileSizes sizes) {
    judged++;
    Limits limits = tile.model().limits();
    bound(tile, "transfers", sizes.running(), sizes.runningMax());
    bound(tile, "transfers that may run", sizes.runningMax(), limits.transfersMax() + 1);
    bound(tile, "parked transfers", sizes.parked(), 2 * Limits.PARKED_MAX + sizes.runningMax());
    bound(tile, "live names", sizes.live(), limits.catalogNamesMax());
    bound(tile, "refusals shown", sizes.refusals(), Limits.REFUSALS_SHOWN_MAX);
    bound(tile, "claims of one neighbor", sizes.claims(), CLAIMS_MAX);
    bound(tile, "packets in flight", sizes.windowPackets(), Limits.WINDOW_PACKETS_MAX);
  }

  private void bound(SimTile tile, String what, long measured, long max) {
    if (measured > max) {
      throw broken("P6", tile, measured + " " + what + ", at most " + max);
    }
  }

  private BrokenPromiseException broken(String promise, SimTile tile, String words) {
    return new BrokenPromiseException(
        promise, "tile " + tile + " at " + seconds(world.now()) + ": " + words);
  }

  static String seconds(long nanos) {
    return String.format(java.util.Locale.ROOT, "%.3fs", nanos / 1e9);
  }
}
