package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The gate between a checked file and {@code live/}: decides whether it moves the name up, lets one
 * promotion a name run at a time, and makes its end known.
 */
final class Promotions {
  private record Offer(long ticket, Manifest manifest, Optional<Bytes> seal) {}

  private final TileState tile;
  private final Gossip gossip;
  private final Map<Name, Source> running = new LinkedHashMap<>();
  private final Deque<Offer> waiting = new ArrayDeque<>();

  Promotions(TileState tile, Gossip gossip) {
    this.tile = tile;
    this.gossip = gossip;
  }

  boolean isRunning(Name name) {
    return running.containsKey(name);
  }

  /** A dropped file was found good: answer, or begin its promotion. */
  void offered(long ticket, Manifest manifest, Optional<Bytes> seal) {
    Version version = manifest.head().version();
    if (isRunning(version.name())) {
      waiting.add(new Offer(ticket, manifest, seal));
      return;
    }
    Optional<LiveEntry> live = tile.catalog.get(version.name());
    if (live.isPresent() && live.get().version().equals(version)) {
      same(ticket, manifest, seal, live.get());
      return;
    }
    Optional<Refusal> objection = objectionTo(manifest);
    if (objection.isPresent()) {
      tile.refused(version.name().text(), "inbox", objection.get());
      tile.out.add(new Effect.Answer(ticket, new Verdict.Refused(objection.get())));
      return;
    }
    begin(new Source.Dropped(ticket), manifest, seal);
  }

  /** The version that was dropped is live: it may still bring the seal that is lacking. */
  private void same(long ticket, Manifest manifest, Optional<Bytes> seal, LiveEntry live) {
    Verdict verdict = new Verdict.AlreadyLive(live);
    if (seal.isPresent() && !live.sealed()) {
      if (live.manifestId().equals(manifest.head().id())) {
        tile.out.add(new Effect.KeepSeal(ticket, manifest, seal.get()));
        return;
      }
      verdict =
          verdict.withSealUnused(
              "the live file has the same content in another wrapper, of which this is no seal");
    }
    tile.out.add(new Effect.Answer(ticket, verdict));
  }

  /** A pulled file was found good; false where it no longer moves the name up, or fits. */
  boolean pulled(Manifest manifest, Optional<Bytes> seal) {
    Version version = manifest.head().version();
    boolean moves =
        tile.catalog.get(version.name()).map(e -> version.isNewerThan(e.version())).orElse(true)
            && tile.catalog.mark(version.name()).map(m -> !m.isNewerThan(version)).orElse(true);
    if (moves && fits(version.name())) {
      begin(new Source.Staged(manifest.head().id()), manifest, seal);
      return true;
    }
    return false;
  }

  /** A copy of the rotten live file was found good; false where that is no longer the live one. */
  boolean mended(Manifest manifest) {
    Name name = manifest.head().version().name();
    boolean isLive =
        tile.catalog
            .get(name)
            .filter(entry -> entry.manifestId().equals(manifest.head().id()))
            .isPresent();
    if (isLive && !isRunning(name)) {
      begin(new Source.Mended(manifest.head().id()), manifest, Optional.empty());
      return true;
    }
    return false;
  }

  /** Whether {@code name} is live, or may be one more, with those that are about to be. */
  private boolean fits(Name name) {
    long coming = running.keySet().stream().filter(n -> tile.catalog.get(n).isEmpty()).count();
    return tile.catalog.get(name).isPresent()
        || tile.catalog.size() + coming < tile.limits().catalogNamesMax();
  }

  private void begin(Source source, Manifest manifest, Optional<Bytes> seal) {
    running.put(manifest.head().version().name(), source);
    tile.out.add(new Save.Intent(manifest.head().version()));
    tile.out.add(new Effect.Promote(source, manifest, seal));
  }

  /** The file is in {@code live/} and its mark is written: makes it known. */
  LiveEntry promoted(Source source, Manifest manifest, String fileIdentity, boolean sealed) {
    LiveEntry entry = LiveEntry.of(manifest.head()).withSeal(sealed);
    Name name = entry.version().name();
    running.remove(name);
    if (source instanceof Source.Mended) {
      mended(entry, manifest, fileIdentity);
      return entry;
    }
    Optional<LiveEntry> old = tile.catalog.get(name);
    old.filter(o -> o.version().equivocatesWith(entry.version()))
        .ifPresent(o -> tile.equivocation(entry, Rank.of(o.version()).digestPrefix(), "replaced"));
    tile.catalog.put(entry);
    tile.liveSince.put(name, tile.now);
    tile.count("promotions");
    tile.out.add(new Save.Live(entry, manifest, fileIdentity));
    tile.event(
        TileEvent.Kind.LIVE,
        name.text(),
        entry.version()
            + " by "
            + entry.handle()
            + " is live ("
            + entry.fileLength()
            + " bytes"
            + old.map(o -> ", was stamp " + o.version().stamp()).orElse("")
            + ")");
    gossip.announce(entry);
    if (source instanceof Source.Dropped dropped) {
      tile.out.add(new Effect.Answer(dropped.ticket(), new Verdict.Live(entry)));
    }
    tile.out.add(new Effect.Activate(entry));
    return entry;
  }

  /**
   * The file that was live without a seal has one now, unless {@code unused} says why not: from
   * here on it streams to whoever has not all of it.
   */
  void sealKept(long ticket, Manifest manifest, Optional<String> unused) {
    if (unused.isEmpty()) {
      tile.catalog.sealed(manifest.head().id());
    }
    LiveEntry entry = LiveEntry.of(manifest.head()).withSeal(unused.isEmpty());
    Verdict verdict = new Verdict.AlreadyLive(entry, unused.isEmpty(), unused);
    tile.out.add(new Effect.Answer(ticket, verdict));
  }

  /** The same version is live, whole again: whoever was refused bytes of it is told anew. */
  private void mended(LiveEntry entry, Manifest manifest, String fileIdentity) {
    tile.out.add(new Save.Live(entry, manifest, fileIdentity));
    for (Neighbor neighbor : tile.neighbors.values()) {
      neighbor.refuses.remove(entry.version().name());
    }
    gossip.announce(entry);
  }

  /** The promotion came to nothing; what was live still is. */
  void failed(Source source, Manifest manifest, Refusal refusal) {
    Version version = manifest.head().version();
    running.remove(version.name());
    tile.out.add(new Save.IntentGone(version));
    tile.count("promotions_failed");
    tile.event(TileEvent.Kind.TROUBLE, version.name().text(), refusal.text());
    if (source instanceof Source.Dropped dropped) {
      tile.refused(version.name().text(), "inbox", refusal);
      tile.out.add(new Effect.Answer(dropped.ticket(), new Verdict.Refused(refusal)));
    }
  }

  /** Takes up the offers that waited for a promotion of their name to end. */
  void resume() {
    for (int i = waiting.size(); i > 0; i--) {
      Offer offer = waiting.removeFirst();
      offered(offer.ticket(), offer.manifest(), offer.seal());
    }
  }

  private Optional<Refusal> objectionTo(Manifest manifest) {
    Version version = manifest.head().version();
    Name name = version.name();
    Optional<LiveEntry> live = tile.catalog.get(name);
    if (live.isPresent() && live.get().version().equivocatesWith(version)) {
      tile.equivocation(live.get(), Rank.of(version).digestPrefix(), "inbox");
      return refusal(
          Reason.EQUAL_STAMP,
          name
              + " has the stamp "
              + version.stamp()
              + " of the live version, but other content; make it anew, at least two seconds"
              + " later, with: tilecast make --after "
              + name);
    }
    Version floor = live.map(LiveEntry::version).or(() -> tile.catalog.mark(name)).orElse(version);
    Version mark = tile.catalog.mark(name).orElse(floor);
    Version highest = mark.isNewerThan(floor) ? mark : floor;
    if (highest.isNewerThan(version)) {
      return refusal(
          Reason.OLDER,
          name
              + " with stamp "
              + version.stamp()
              + " is older than stamp "
              + highest.stamp()
              + (live.isPresent() ? ", which is live" : ", which was live here once")
              + "; make it anew to publish it");
    }
    if (manifest.head().fileLength() > tile.limits().fileBytesMax()) {
      return refusal(
          Reason.TOO_LARGE,
          name
              + " has "
              + manifest.head().fileLength()
              + " bytes, this tile takes "
              + tile.limits().fileBytesMax()
              + "; see file-bytes-max in tilecast.toml");
    }
    if (!fits(name)) {
      return refusal(
          Reason.CATALOG_FULL,
          name
              + " would be one name more than the "
              + tile.limits().catalogNamesMax()
              + " that this tile holds; see catalog-names-max in tilecast.toml");
    }
    return Optional.empty();
  }

  private static Optional<Refusal> refusal(Reason reason, String text) {
    return Optional.of(new Refusal(reason, text));
  }
}
