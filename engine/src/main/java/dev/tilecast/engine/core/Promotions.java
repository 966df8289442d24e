package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Counted;
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
  /**
   * A dropped file that was found good.
   *
   * @param again whether the same version was found live, and was to be read again
   */
  private record Offer(long ticket, Manifest manifest, Optional<Bytes> seal, boolean again) {
    Name name() {
      return manifest.head().version().name();
    }

    Offer isAgain() {
      return new Offer(ticket, manifest, seal, true);
    }
  }

  private final TileState tile;
  private final Gossip gossip;
  private final Scrub scrub;
  private final Map<Name, Source> running = new LinkedHashMap<>();
  private final Deque<Offer> waiting = new ArrayDeque<>();

  Promotions(TileState tile, Gossip gossip, Scrub scrub) {
    this.tile = tile;
    this.gossip = gossip;
    this.scrub = scrub;
  }

  boolean isRunning(Name name) {
    return running.containsKey(name);
  }

  /** A dropped file was found good: answer, or begin its promotion. */
  void offered(long ticket, Manifest manifest, Optional<Bytes> seal) {
    take(new Offer(ticket, manifest, seal, false));
  }

  private void take(Offer offer) {
    Version version = offer.manifest.head().version();
    Optional<LiveEntry> live = tile.catalog.get(version.name());
    if (isRunning(version.name())) {
      waiting.add(offer);
    } else if (live.isPresent() && live.get().version().equals(version)) {
      again(offer, live.get());
    } else {
      objectionTo(offer.manifest)
          .ifPresentOrElse(
              objection -> refuse(offer, objection),
              () -> begin(new Source.Dropped(offer.ticket), offer.manifest, offer.seal));
    }
  }

  /**
   * Who publishes what is live may have a reason: that file is read whole before anybody says that
   * it is live. Where it is rotten, this one takes its place.
   */
  private void again(Offer offer, LiveEntry live) {
    if (!offer.again) {
      scrub.readAgain(offer.name());
    }
    if (scrub.isAsked(offer.name())) {
      waiting.add(offer.isAgain());
      return;
    }
    boolean isSame = live.manifestId().equals(offer.manifest.head().id());
    if (tile.rot.get(offer.name()).isEmpty()) {
      same(offer, live, isSame);
    } else if (isSame) {
      begin(new Source.Redropped(offer.ticket), offer.manifest, offer.seal);
    } else {
      refuse(offer, otherWrapper(live));
    }
  }

  private static Refusal otherWrapper(LiveEntry live) {
    return new Refusal(
        Reason.EQUAL_STAMP,
        live.version().name()
            + " is live here with the same signed content and is rotten, but this file has other"
            + " bytes around that content and cannot mend it; publish the very file that is live"
            + " elsewhere, or make it anew to have a newer one");
  }

  private void refuse(Offer offer, Refusal objection) {
    tile.refused(offer.name().text(), "inbox", objection);
    tile.out.add(new Effect.Answer(offer.ticket, new Verdict.Refused(objection)));
  }

  /**
   * The version that was dropped is live and whole: it may still bring the seal that is lacking.
   */
  private void same(Offer offer, LiveEntry live, boolean isSame) {
    Verdict verdict = new Verdict.AlreadyLive(live);
    if (offer.seal.isPresent() && !live.sealed()) {
      if (isSame) {
        tile.out.add(new Effect.KeepSeal(offer.ticket, offer.manifest, offer.seal.get()));
        return;
      }
      verdict =
          verdict.withSealUnused(
              "the live file has the same content in another wrapper, of which this is no seal");
    }
    tile.out.add(new Effect.Answer(offer.ticket, verdict));
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
    if (source instanceof Source.Redropped dropped) {
      mended(entry, manifest, fileIdentity);
      tile.out.add(new Effect.Answer(dropped.ticket(), new Verdict.Mended(entry)));
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
            + Counted.bytes(entry.fileLength())
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
    if (entry.sealed()) {
      tile.catalog.sealed(entry.manifestId());
    }
    tile.out.add(new Save.Live(entry, manifest, fileIdentity));
    gossip.wholeAgain(entry);
  }

  /** The promotion came to nothing; what was live still is. */
  void failed(Source source, Manifest manifest, Refusal refusal) {
    Version version = manifest.head().version();
    running.remove(version.name());
    tile.out.add(new Save.IntentGone(version));
    tile.count("promotions_failed");
    tile.event(TileEvent.Kind.TROUBLE, version.name().text(), refusal.text());
    if (source instanceof Source.Dropped dropped) {
      refused(dropped.ticket(), version, refusal);
    } else if (source instanceof Source.Redropped dropped) {
      refused(dropped.ticket(), version, refusal);
    }
  }

  private void refused(long ticket, Version version, Refusal refusal) {
    tile.refused(version.name().text(), "inbox", refusal);
    tile.out.add(new Effect.Answer(ticket, new Verdict.Refused(refusal)));
  }

  /** Takes up the offers that waited for a promotion or a reading of their name to end. */
  void resume() {
    for (int i = waiting.size(); i > 0; i--) {
      take(waiting.removeFirst());
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
              + Counted.bytes(manifest.head().fileLength())
              + ", this tile takes "
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
