package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which bytes of {@code live/} are read again, and when: slowly round the whole catalog, and at
 * once what somebody has reason to doubt (PROTOCOL.md, Scrub). One bounded slice at a time. What is
 * found wrong goes into the {@link RotBook}; {@link Mending} does the rest.
 */
final class Scrub {
  private record Slice(LiveEntry entry, int firstChunk, boolean asked) {}

  private final TileState tile;
  private final Gossip gossip;

  /** Files to be read whole at once, each with the chunk that is next. */
  private final Map<Name, Integer> asked = new LinkedHashMap<>();

  /** When each name was last read because of a neighbor's word; names of the catalog only. */
  private final Map<Name, Long> blamedAt = new LinkedHashMap<>();

  /** Names with wrong chunks that found no room in the book, while they are read whole. */
  private final Set<Name> unnoted = new TreeSet<>();

  private Optional<Slice> running = Optional.empty();

  /** Whether what the running slice reads was replaced meanwhile, so that it begins anew. */
  private boolean outdated;

  /** Where the round is: the last name that was begun, and the next chunk of it. */
  private Optional<Name> cursor = Optional.empty();

  private int nextChunk;

  /** Whether a slice of the round was read in this run. */
  private boolean hasRead;

  private long slicedAt;
  private long sliceBytes = Limits.SCRUB_SLICE_BYTES;
  private long dueAt = Long.MAX_VALUE;

  Scrub(TileState tile, Gossip gossip) {
    this.tile = tile;
    this.gossip = gossip;
    this.slicedAt = tile.now;
    // The boot id is drawn at each start, so many short runs come round as one long run does.
    long chance = tile.settings.bootId() >>> 1;
    sliceBytes = Math.min(sliceBytes, averageBytes());
    long wait = waitFor(sliceBytes);
    if (wait < Long.MAX_VALUE) {
      dueAt = tile.now + chance % (wait + 1);
      List<LiveEntry> entries = new ArrayList<>(tile.catalog.entries());
      cursor = Optional.of(entries.get((int) (chance % entries.size())).version().name());
    }
  }

  private long averageBytes() {
    return (long)
        tile.catalog.entries().stream()
            .mapToLong(LiveEntry::fileLength)
            .average()
            .orElse(Limits.SCRUB_SLICE_BYTES);
  }

  /** How long {@code bytes} of the catalog last, where all of it lasts one round. */
  private long waitFor(long bytes) {
    long total = 0;
    for (LiveEntry entry : tile.catalog.entries()) {
      total += entry.fileLength();
    }
    if (total == 0 || tile.settings.scrubNanos() == 0) {
      return Long.MAX_VALUE;
    }
    return (long) ((double) tile.settings.scrubNanos() * Math.min(bytes, total) / total);
  }

  /** Somebody here wants {@code name}, or all that is live, to be read now. */
  void asked(Optional<Name> name) {
    tile.count("scrubs_asked");
    for (LiveEntry entry : tile.catalog.entries()) {
      if (name.isEmpty() || name.get().equals(entry.version().name())) {
        readAgain(entry.version().name());
      }
    }
  }

  /**
   * Somebody has a reason to ask whether {@code name}, which is live, is whole now: what was read
   * of it before this moment does not answer that.
   */
  void readAgain(Name name) {
    asked.put(name, 0);
    unnoted.remove(name);
    outdated |= running.filter(slice -> slice.entry.version().name().equals(name)).isPresent();
  }

  /** Whether {@code name} is being read whole, or will be. */
  boolean isAsked(Name name) {
    return asked.containsKey(name);
  }

  /** Something else lies under {@code name} than before: read whole before it is served again. */
  void doubted(Name name) {
    if (tile.catalog.get(name).isEmpty()) {
      return;
    }
    tile.rot.doubt(name);
    readAgain(name);
  }

  /** {@code from} says that bytes of {@code entry} are wrong: read at once, but rarely. */
  void blamed(Neighbor from, LiveEntry entry) {
    Name name = entry.version().name();
    if (tile.rot.get(name).isPresent() || asked.containsKey(name)) {
      return;
    }
    Long before = blamedAt.get(name);
    if (before != null && tile.now - before < Limits.BLAME_GAP_NANOS) {
      from.count("blames_too_often");
      return;
    }
    blamedAt.put(name, tile.now);
    from.count("blames_heard");
    asked.put(name, 0);
  }

  /** The names that are being read whole, or will be. */
  List<Name> waiting() {
    return List.copyOf(asked.keySet());
  }

  /** The file of {@code entry} is another one now, and was checked. */
  void wentLive(LiveEntry entry) {
    asked.remove(entry.version().name());
    unnoted.remove(entry.version().name());
    tile.rot.known(entry.version().name());
    if (!hasRead) {
      sliceBytes = Math.min(Limits.SCRUB_SLICE_BYTES, averageBytes());
    }
    long wait = waitFor(sliceBytes);
    if (wait < Long.MAX_VALUE) {
      dueAt = Math.min(dueAt, slicedAt + wait);
    }
  }

  /** Begins the next slice, where one is due and none is being read. */
  void advance() {
    if (running.isPresent()) {
      return;
    }
    if (!asked.isEmpty()) {
      Map.Entry<Name, Integer> first = asked.entrySet().iterator().next();
      Optional<LiveEntry> entry = tile.catalog.get(first.getKey());
      if (entry.isEmpty()) {
        throw new IllegalStateException(first.getKey() + " is to be read and is not live");
      }
      begin(new Slice(entry.get(), first.getValue(), true));
    } else if (tile.now >= dueAt && !tile.rot.isFull()) {
      next().ifPresent(entry -> begin(new Slice(entry, nextChunk, false)));
    }
  }

  private void begin(Slice slice) {
    running = Optional.of(slice);
    tile.out.add(
        new Effect.Scrub(
            slice.entry.version().name(),
            slice.entry.manifestId(),
            slice.firstChunk,
            Limits.SCRUB_SLICE_BYTES));
  }

  /** The file that the round goes on with. */
  private Optional<LiveEntry> next() {
    if (nextChunk > 0) {
      Optional<LiveEntry> same = cursor.flatMap(tile.catalog::get);
      if (same.isPresent()) {
        return same;
      }
    }
    nextChunk = 0;
    Optional<LiveEntry> first = Optional.empty();
    for (LiveEntry entry : tile.catalog.entries()) {
      if (cursor.isEmpty() || entry.version().name().compareTo(cursor.get()) > 0) {
        return Optional.of(entry);
      }
      if (first.isEmpty()) {
        first = Optional.of(entry);
      }
    }
    return first;
  }

  /** Takes what a slice has found. */
  void scrubbed(Input.Scrubbed found) {
    if (running.isEmpty()) {
      throw new IllegalStateException("nobody has asked for " + found);
    }
    Slice slice = running.get();
    running = Optional.empty();
    boolean anew = outdated;
    outdated = false;
    tile.count("scrub_bytes", found.bytes());
    Name name = slice.entry.version().name();
    if (!slice.asked) {
      cursor = Optional.of(name);
      nextChunk = found.last() ? 0 : found.nextChunk();
      hasRead = true;
      slicedAt = tile.now;
      sliceBytes = Math.max(1, found.bytes());
      dueAt = tile.now + waitFor(sliceBytes);
    }
    boolean isLive =
        tile.catalog.get(name).filter(e -> e.manifestId().equals(found.manifestId())).isPresent();
    if (!isLive) {
      return;
    }
    found.manifest().ifPresent(manifest -> note(slice, found, manifest));
    if (slice.asked && asked.containsKey(name) && !anew) {
      if (found.last()) {
        asked.remove(name);
        // What is known to be wrong and stands nowhere stays doubted.
        boolean doubted = !unnoted.remove(name) && tile.rot.known(name);
        Optional<Rot> rot = tile.rot.get(name);
        if (rot.isPresent()) {
          wholeRead(rot.get());
        } else if (doubted) {
          // Whoever has asked for it meanwhile was told that it is not here.
          tile.catalog.get(name).ifPresent(gossip::wholeAgain);
        }
      } else {
        asked.put(name, found.nextChunk());
      }
    }
  }

  private void note(Slice slice, Input.Scrubbed found, Manifest manifest) {
    Name name = slice.entry.version().name();
    Optional<Rot> known = tile.rot.get(name);
    if (known.isEmpty() && found.isGood()) {
      return;
    }
    if (known.isEmpty() && tile.rot.isFull()) {
      tile.count("rotten_over_limit");
      unnoted.add(name);
      return;
    }
    Rot rot = known.orElseGet(() -> new Rot(slice.entry, manifest, tile.now));
    rot.wrong.clear(found.firstChunk(), found.nextChunk());
    found.wrong().forEach(rot.wrong::set);
    rot.misplaced = found.misplaced();
    if (known.isEmpty()) {
      tile.rot.put(rot);
      tile.count("files_rotten");
      tell(rot);
      if (!slice.asked) {
        // Where one chunk has rotted, others may have: they are all to be known before any is
        // pulled.
        asked.putIfAbsent(name, 0);
      }
    }
  }

  private void tell(Rot rot) {
    tile.event(
        TileEvent.Kind.TROUBLE,
        rot.name().text(),
        rot.misplaced
            .map(misplaced -> misplacedWords(rot, misplaced))
            .orElseGet(() -> changedWords(rot, rot.wrong.nextSetBit(0))));
  }

  private static String misplacedWords(Rot rot, Misplaced misplaced) {
    String what = misplaced.words(rot.name());
    if (misplaced == Misplaced.LONGER) {
      return what + "; it is put right again";
    }
    return what
        + "; nothing of it is served, and it is pulled again from a neighbor that has stamp "
        + rot.entry.version().stamp()
        + (misplaced.blocks() ? ", once somebody has moved the folder away" : "");
  }

  private static String changedWords(Rot rot, int chunk) {
    return "the disk has changed live/"
        + rot.name()
        + ": chunk "
        + chunk
        + " of "
        + rot.chunkCount()
        + " ("
        + Counted.bytes(rot.chunk(chunk).length())
        + " at "
        + rot.offset(chunk)
        + ") is not what its manifest says; what is wrong is not served, and is pulled again"
        + " from a neighbor that has stamp "
        + rot.entry.version().stamp();
  }

  private void wholeRead(Rot rot) {
    if (rot.wrong.isEmpty() && rot.misplaced.isEmpty()) {
      tile.rot.remove(rot.name());
      tile.event(
          TileEvent.Kind.TROUBLE,
          rot.name().text(),
          "live/" + rot.name() + " was read once more, and now every chunk is as it should be");
      // While it was rotten it was told to nobody.
      tile.catalog.get(rot.name()).ifPresent(gossip::wholeAgain);
    } else if (!rot.scanned) {
      rot.scanned = true;
      tile.count("chunks_rotten", rot.wrong.cardinality());
    }
  }

  long wakeAt() {
    return running.isPresent() || tile.rot.isFull() ? Long.MAX_VALUE : dueAt;
  }
}
