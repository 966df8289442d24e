package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes a rotten live file whole again: pulls its wrong chunks from neighbors that have the same
 * version into a staging file, lets the good ones be copied there, and has that file take the place
 * of the rotten one (PROTOCOL.md, Scrub). One file at a time, one chunk at a time, each from one
 * neighbor: it is rare, and in nobody's way.
 */
final class Mending {
  private final TileState tile;
  private final Gossip gossip;
  private final Promotions promotions;
  private Optional<Mend> current = Optional.empty();

  Mending(TileState tile, Gossip gossip, Promotions promotions) {
    this.tile = tile;
    this.gossip = gossip;
    this.promotions = promotions;
  }

  /** Begins with a rotten file, or goes on with the one that is being made whole. */
  void advance() {
    if (current.isEmpty() && tile.rot.isEmpty()) {
      return;
    }
    current
        .filter(m -> m.phase != Mend.Phase.PROMOTION)
        .filter(m -> m.rot.isBlocked() || !tile.rot.get(m.rot.name()).equals(Optional.of(m.rot)))
        .ifPresent(this::abandon);
    if (current.isEmpty()) {
      // Who has waited longest comes first: one that fails again and again must not be it always.
      tile.rot.all().stream()
          .filter(this::isReady)
          .min(Comparator.comparingLong(rot -> rot.triedAt))
          .ifPresent(this::begin);
    } else if (current.get().phase == Mend.Phase.CHUNKS && !current.get().checking) {
      pull(current.get());
    }
    List<Name> wanted = new ArrayList<>();
    tile.rot.all().stream().filter(this::isStuck).forEach(rot -> seek(rot, wanted));
    if (!wanted.isEmpty()) {
      gossip.askWhoHas(wanted);
    }
  }

  /** Nobody is known who would make it whole: its neighbors hear that, and are asked. */
  private void seek(Rot rot, List<Name> wanted) {
    gossip.takeBack(rot.entry);
    if (tile.now >= rot.soughtAgainAt && !tile.living().isEmpty() && isWanted(rot)) {
      rot.soughtAgainAt = tile.now + retryNanos(rot.seeks++);
      wanted.add(rot.name());
    }
  }

  /** Whether no neighbor is known that has this very version and may be asked for it. */
  private boolean isWanted(Rot rot) {
    return !rot.isBlocked() && sources(rot).isEmpty();
  }

  private static long retryNanos(int times) {
    return Math.min(Limits.MEND_RETRY_MAX_NANOS, Limits.MEND_RETRY_NANOS << Math.min(times, 10));
  }

  private boolean isReady(Rot rot) {
    return rot.scanned
        && tile.now >= rot.retryAt
        && !rot.isBlocked()
        && !promotions.isRunning(rot.name())
        && (rot.wrong.isEmpty() || !sources(rot).isEmpty());
  }

  /** The file was found whole again, or is another one, or nothing can take its place. */
  private void abandon(Mend mend) {
    current = Optional.empty();
    tile.out.add(new Effect.DropStaging(mend.id()));
  }

  private void begin(Rot rot) {
    current = Optional.of(new Mend(rot, tile.now));
    rot.triedAt = tile.now;
    tile.out.add(new Effect.OpenStaging(rot.entry.manifestId(), rot.manifest.head()));
  }

  /** Who has shown to have this very version, and has not failed of late. */
  private List<Neighbor> sources(Rot rot) {
    List<Neighbor> sources = new ArrayList<>();
    for (Neighbor neighbor : tile.living()) {
      Long until = rot.shunnedUntil.get(neighbor.direction);
      if (has(neighbor, rot) && (until == null || tile.now >= until)) {
        sources.add(neighbor);
      }
    }
    sources.sort(
        Comparator.<Neighbor>comparingInt(n -> rot.shuns.getOrDefault(n.direction, 0))
            .thenComparingInt(n -> n.demerits));
    return sources;
  }

  private boolean has(Neighbor neighbor, Rot rot) {
    boolean sameCatalog = neighbor.root().equals(Optional.of(tile.catalog.root()));
    return sameCatalog || Rank.of(rot.entry.version()).equals(neighbor.has.get(rot.name()));
  }

  boolean stagingOpened(Bytes id, Optional<Refusal> refusal) {
    Optional<Mend> mend = inPhase(id, Mend.Phase.ROOM);
    mend.ifPresent(
        m -> {
          if (refusal.isPresent()) {
            putOff(m, refusal.get().text());
          } else {
            m.phase = Mend.Phase.CHUNKS;
          }
        });
    return mend.isPresent();
  }

  private void pull(Mend mend) {
    if (tile.now >= mend.progressAt + Limits.stallNanos(mend.rot.entry.fileLength())) {
      // Sources that answer a little, or offer it again and again, would keep all else rotten.
      mend.from.ifPresent(neighbor -> mend.rot.shun(neighbor.direction, tile.now));
      putOff(mend, "its neighbors give next to nothing of what is wrong; it is tried again");
      return;
    }
    if (mend.chunk < 0) {
      BitSet left = (BitSet) mend.rot.wrong.clone();
      left.andNot(mend.pulled);
      if (left.isEmpty()) {
        mend.phase = Mend.Phase.COPY;
        tile.out.add(new Effect.CopyLive(mend.rot.manifest, mend.pulled.stream().boxed().toList()));
        return;
      }
      mend.chunk = left.nextSetBit(0);
      mend.from = Optional.empty();
    }
    List<Neighbor> sources = sources(mend.rot);
    sources.removeIf(neighbor -> mend.lacks(neighbor, mend.chunk));
    if (mend.from.isPresent() && !sources.contains(mend.from.get())) {
      mend.from = Optional.empty();
    }
    if (mend.from.isEmpty()) {
      if (sources.isEmpty()) {
        mend.lacking.keySet().forEach(neighbor -> mend.rot.shun(neighbor, tile.now));
        putOff(
            mend,
            "no neighbor gives what is wrong; it is tried again now and then, and when a neighbor"
                + " offers this version");
        return;
      }
      askFirst(mend, sources.get(0));
    } else if (tile.now >= mend.answeredAt + Limits.MEND_ANSWER_NANOS) {
      late(mend, mend.from.get());
    }
  }

  /** All of the chunk from one neighbor, so that it is known whose bytes are wrong. */
  private void askFirst(Mend mend, Neighbor neighbor) {
    mend.from = Optional.of(neighbor);
    mend.missing = Ranges.whole(mend.rot.chunk(mend.chunk).length());
    mend.unanswered = 0;
    ask(mend, neighbor);
  }

  private void late(Mend mend, Neighbor neighbor) {
    neighbor.count("requests_expired");
    neighbor.demerit(1);
    if (++mend.unanswered >= Limits.UNANSWERED_MAX) {
      mend.rot.shun(neighbor.direction, tile.now);
      mend.from = Optional.empty();
      pull(mend);
    } else {
      ask(mend, neighbor);
    }
  }

  private void ask(Mend mend, Neighbor neighbor) {
    int payload = Codec.dataBytes(neighbor.mtu());
    int start = mend.missing.firstStart();
    int end = Math.min(mend.missing.firstEnd(), start + Limits.MEND_PACKETS_MAX * payload);
    mend.askedEnd = end;
    mend.answeredAt = tile.now;
    Message.Range range = new Message.Range(mend.rot.offset(mend.chunk) + start, end - start);
    int packets = (end - start + payload - 1) / payload;
    tile.send(neighbor, new Message.Want(mend.key(), packets, List.of(range)));
  }

  /** Takes DATA that was asked for here; false for any other. */
  boolean data(Neighbor from, Message.Data data) {
    Optional<Mend> asked = asked(from, data.key());
    if (asked.isEmpty() || asked.get().checking) {
      return false;
    }
    Mend mend = asked.get();
    long start = data.offset() - mend.rot.offset(mend.chunk);
    long end = start + data.bytes().length();
    if (start < 0 || end > mend.rot.chunk(mend.chunk).length()) {
      return false;
    }
    if (!mend.missing.contains((int) start, (int) end)) {
      from.count("data_not_needed");
      return true;
    }
    mend.missing.remove((int) start, (int) end);
    mend.answeredAt = tile.now;
    mend.unanswered = 0;
    tile.count("bytes_received", data.bytes().length());
    tile.out.add(new Effect.WriteStaging(mend.id(), data.offset(), data.bytes()));
    if (mend.missing.isEmpty()) {
      mend.checking = true;
      tile.out.add(
          new Effect.CheckChunk(
              mend.id(), mend.chunk, mend.rot.offset(mend.chunk), mend.rot.chunk(mend.chunk)));
    } else if (mend.missing.firstStart() >= mend.askedEnd) {
      ask(mend, from);
    }
    return true;
  }

  /** Takes NONE to a request of ours; false for any other. */
  boolean none(Neighbor from, Message.None none) {
    Optional<Mend> asked = asked(from, none.key()).filter(m -> !none.reason().isRefusal());
    asked.ifPresent(
        mend -> {
          // It may have the others: it is not asked again for this one before the next attempt.
          mend.lacking.computeIfAbsent(from.direction, d -> new BitSet()).set(mend.chunk);
          mend.from = Optional.empty();
        });
    return asked.isPresent();
  }

  private Optional<Mend> asked(Neighbor from, int key) {
    return current.filter(
        m ->
            m.phase == Mend.Phase.CHUNKS
                && m.key() == key
                && m.chunk >= 0
                && m.from.equals(Optional.of(from)));
  }

  boolean chunkChecked(Bytes id, int index, boolean good) {
    Optional<Mend> found =
        inPhase(id, Mend.Phase.CHUNKS).filter(m -> m.checking && m.chunk == index);
    if (found.isEmpty()) {
      return false;
    }
    Mend mend = found.get();
    mend.checking = false;
    mend.chunk = -1;
    Optional<Neighbor> author = mend.from;
    if (good) {
      mend.pulled.set(index);
      mend.progressAt = tile.now;
      tile.count("chunks_mended");
      author.ifPresent(
          neighbor -> {
            neighbor.reward();
            mend.gave.add(neighbor.direction);
          });
      return true;
    }
    tile.count("chunks_wrong");
    author.ifPresent(neighbor -> wrong(mend, index, neighbor));
    return true;
  }

  private void wrong(Mend mend, int index, Neighbor author) {
    author.count("wrong_bytes");
    author.demerit(8);
    mend.rot.shun(author.direction, tile.now);
    Direction before = mend.rot.wrongFrom.put(index, author.direction);
    if (author.direction.equals(before)) {
      tile.send(author, new Message.None(mend.key(), Reason.NOT_AS_CLAIMED));
    }
  }

  boolean stagingFailed(Bytes id, Refusal refusal) {
    Optional<Mend> mend = current.filter(m -> m.id().equals(id) && m.phase != Mend.Phase.ROOM);
    mend.ifPresent(m -> putOff(m, refusal.text()));
    return mend.isPresent();
  }

  boolean stagingLost(Bytes id) {
    return current.filter(m -> m.id().equals(id)).isPresent()
        && stagingFailed(id, TransferSteps.stagingLost(current.get().rot.entry.version().name()));
  }

  /** The good chunks are copied, but for those that were found wrong now. */
  void liveCopied(Input.LiveCopied copied) {
    Optional<Mend> found = inPhase(copied.manifestId(), Mend.Phase.COPY);
    if (found.isEmpty()) {
      return;
    }
    Mend mend = found.get();
    if (copied.refusal().isPresent()) {
      putOff(mend, copied.refusal().get().text());
    } else if (!copied.wrong().isEmpty()) {
      copied.wrong().forEach(mend.rot.wrong::set);
      mend.phase = Mend.Phase.CHUNKS;
    } else {
      mend.phase = Mend.Phase.INSPECTION;
      tile.out.add(new Effect.Inspect(mend.rot.manifest));
    }
  }

  boolean inspected(Bytes id, Optional<Refusal> refusal) {
    Optional<Mend> found = inPhase(id, Mend.Phase.INSPECTION);
    if (found.isEmpty()) {
      return false;
    }
    Mend mend = found.get();
    if (refusal.isPresent()) {
      putOff(mend, refusal.get().text());
    } else if (promotions.mended(mend.rot.manifest)) {
      mend.phase = Mend.Phase.PROMOTION;
    } else {
      putOff(mend, "another version of it is just going live");
    }
    return true;
  }

  void promotionFailed(Bytes id, Refusal refusal) {
    inPhase(id, Mend.Phase.PROMOTION).ifPresent(mend -> putOff(mend, refusal.text()));
  }

  /** The file of {@code entry} took the place of whatever was live, the rotten one included. */
  void wentLive(Source source, LiveEntry entry) {
    Name name = entry.version().name();
    tile.rot.remove(name);
    if (source instanceof Source.Redropped) {
      tile.count("files_mended");
      tile.event(
          TileEvent.Kind.TROUBLE,
          name.text(),
          "live/" + name + " is whole again: the same file from the inbox took its place");
    }
    Optional<Mend> found = current.filter(m -> m.rot.name().equals(name));
    if (found.isEmpty()) {
      return;
    }
    Mend mend = found.get();
    if (!(source instanceof Source.Mended)) {
      abandon(mend);
      return;
    }
    current = Optional.empty();
    tile.count("files_mended");
    tile.event(
        TileEvent.Kind.TROUBLE, name.text(), "live/" + name + " is whole again: " + whence(mend));
  }

  private static String whence(Mend mend) {
    if (mend.pulled.isEmpty()) {
      return "nothing of it had to be pulled";
    }
    long bytes = mend.pulled.stream().mapToLong(i -> mend.rot.chunk(i).length()).sum();
    return mend.pulled.cardinality()
        + " of "
        + Counted.chunks(mend.rot.chunkCount())
        + " ("
        + Counted.bytes(bytes)
        + ") came from "
        + mend.gave.stream().map(Direction::name).collect(Collectors.joining(" and "));
  }

  /** Somebody here wants it done, or keys have changed: what was put off is tried at once. */
  void tryNow(Optional<Name> name) {
    for (Rot rot : tile.rot.all()) {
      if (name.isEmpty() || name.get().equals(rot.name())) {
        rot.retryAt = tile.now;
        rot.soughtAgainAt = tile.now;
        rot.putOffs = 0;
        rot.seeks = 0;
        rot.shunnedUntil.clear();
      }
    }
  }

  /** {@code from} says that it has what is live here, by that very manifest. */
  void offered(Neighbor from, Message.Advertisement ad) {
    tile.rot
        .get(ad.name())
        .filter(rot -> rot.entry.manifestId().equals(ad.manifestId()))
        .filter(rot -> !rot.wrongFrom.containsValue(from.direction))
        .ifPresent(
            rot -> {
              rot.shunnedUntil.remove(from.direction);
              current.filter(m -> m.rot == rot).ifPresent(m -> m.lacking.remove(from.direction));
              rot.retryAt = Math.min(rot.retryAt, rot.triedAt + Limits.MEND_RETRY_NANOS);
            });
  }

  /** It comes to nothing now: what was pulled goes, and the live file stays as it is. */
  private void putOff(Mend mend, String obstacle) {
    Rot rot = mend.rot;
    current = Optional.empty();
    tile.out.add(new Effect.DropStaging(mend.id()));
    rot.retryAt = tile.now + retryNanos(rot.putOffs++);
    boolean first = rot.obstacle.isEmpty();
    rot.obstacle = obstacle;
    if (first) {
      tile.event(
          TileEvent.Kind.TROUBLE,
          rot.name().text(),
          "live/" + rot.name() + " stays rotten for now: " + obstacle);
    }
  }

  private Optional<Mend> inPhase(Bytes id, Mend.Phase phase) {
    return current.filter(m -> m.id().equals(id) && m.phase == phase);
  }

  /** What is known, and done, of each rotten file. */
  List<TileReport.Rotten> report() {
    List<TileReport.Rotten> report = new ArrayList<>();
    for (Rot rot : tile.rot.all()) {
      report.add(
          new TileReport.Rotten(
              rot.entry.version(),
              rot.wrong.cardinality(),
              rot.chunkCount(),
              rot.wrongBytes(),
              tile.now - rot.foundAt,
              isStuck(rot),
              state(rot),
              rot.misplaced.map(misplaced -> misplaced.words(rot.name())).orElse("")));
    }
    return List.copyOf(report);
  }

  private boolean isStuck(Rot rot) {
    boolean inHand = current.filter(m -> m.rot == rot).isPresent();
    return rot.scanned && !inHand && !isReady(rot);
  }

  private String state(Rot rot) {
    Optional<Mend> mend = current.filter(m -> m.rot == rot);
    if (!rot.scanned) {
      return "it is being read whole, to know all that is wrong";
    }
    if (mend.isPresent()) {
      return switch (mend.get().phase) {
        case ROOM -> "a new copy waits for room in staging";
        case CHUNKS ->
            mend.get().pulled.cardinality()
                + " of "
                + rot.wrong.cardinality()
                + " wrong chunks are pulled again"
                + mend.get().from.map(n -> ", the next one comes from " + n.direction).orElse("");
        case COPY -> "the good chunks are being copied beside those that were pulled";
        case INSPECTION -> "the new copy is being checked";
        case PROMOTION -> "the new copy is taking its place";
      };
    }
    if (rot.isBlocked()) {
      return "no file can take the place of a folder: move away what lies at live/"
          + rot.name()
          + ", and it is pulled again";
    }
    if (isReady(rot)) {
      return "the wrong chunks will be pulled next";
    }
    boolean somebody = tile.living().stream().anyMatch(neighbor -> has(neighbor, rot));
    if (somebody && !rot.obstacle.isEmpty()) {
      return rot.obstacle;
    }
    return "no neighbor is known to have this version; it stays as it is until one offers it";
  }

  long wakeAt() {
    long at = Long.MAX_VALUE;
    if (current.isPresent()) {
      Mend mend = current.get();
      boolean waits = mend.phase == Mend.Phase.CHUNKS && !mend.checking && mend.from.isPresent();
      return waits ? mend.answeredAt + Limits.MEND_ANSWER_NANOS : at;
    }
    for (Rot rot : tile.rot.all()) {
      at = Math.min(at, later(rot.retryAt));
      if (isStuck(rot) && isWanted(rot)) {
        at = Math.min(at, later(rot.soughtAgainAt));
      }
      for (long until : rot.shunnedUntil.values()) {
        at = Math.min(at, later(until));
      }
    }
    return at;
  }

  private long later(long at) {
    return at > tile.now ? at : Long.MAX_VALUE;
  }
}
