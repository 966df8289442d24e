package dev.tilecast.engine.core;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Fault;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * One tile's decisions. Not thread-safe; knows no clock, disk, network or thread. A shell feeds it
 * inputs and carries out the effects (ARCHITECTURE.md, The core).
 */
public final class Replicator {
  private final TileState tile;
  private final Gossip gossip;
  private final Serving serving;
  private final Promotions promotions;
  private final Claims claims;
  private final Puller puller;
  private final Scrub scrub;
  private final Mending mending;
  private final Reporting reporting;

  /** When the next step is due, once somebody has asked since the last one. */
  private OptionalLong wakeAt = OptionalLong.empty();

  /**
   * A tile as it starts.
   *
   * @param restored what was found on its disk
   * @param random the only source of chance
   * @param nowNanos the monotonic instant of the start
   */
  public Replicator(
      TileSettings settings, Restored restored, RandomGenerator random, long nowNanos) {
    tile = new TileState(requireNonNull(settings), restored, requireNonNull(random));
    tile.now = nowNanos;
    gossip = new Gossip(tile);
    scrub = new Scrub(tile, gossip);
    promotions = new Promotions(tile, gossip, scrub);
    claims = new Claims(tile);
    puller = new Puller(tile, claims, promotions, restored.transfers());
    serving = new Serving(tile, puller.streaming());
    mending = new Mending(tile, gossip, promotions);
    reporting = new Reporting(tile, puller, scrub, mending, nowNanos);
  }

  /** The first step of a run: what was overtaken ends, what is live may be activated. */
  public void start(List<Effect> out) {
    tile.out = out;
    puller.endOvertaken();
    for (LiveEntry entry : tile.catalog.entries()) {
      out.add(new Effect.Activate(entry));
    }
  }

  /**
   * Takes what has come, in its order and perhaps nothing, at one monotonic instant, never before
   * that of the last step; then begins whatever can be begun. Appends what must be done, in order,
   * to {@code out}.
   */
  public void step(List<Input> inputs, long nowNanos, List<Effect> out) {
    tile.now = nowNanos;
    tile.out = out;
    wakeAt = OptionalLong.empty();
    inputs.forEach(this::take);
    gossip.tick();
    promotions.resume();
    puller.advance();
    scrub.advance();
    mending.advance();
  }

  /** The instant by which {@link #step} must be called again, or {@link Long#MAX_VALUE}. */
  public long wakeAtNanos() {
    if (wakeAt.isEmpty()) {
      wakeAt =
          OptionalLong.of(
              Math.min(
                  Math.min(gossip.wakeAt(), puller.wakeAt()),
                  Math.min(scrub.wakeAt(), mending.wakeAt())));
    }
    return wakeAt.getAsLong();
  }

  /** What the tile is and does, as of the last step. */
  public TileReport report() {
    return reporting.report();
  }

  /** How much the tile keeps, as of the last step. */
  public TileSizes sizes() {
    return reporting.sizes();
  }

  /** The newest version of {@code name} that was ever live here. */
  public Optional<Version> mark(Name name) {
    return tile.catalog.mark(name);
  }

  private void take(Input input) {
    if (input instanceof Input.Received i) {
      received(tile.neighbor(i.from()), i.message());
    } else if (input instanceof Input.ChunkChecked i) {
      if (!mending.chunkChecked(i.manifestId(), i.index(), i.good())) {
        puller.steps().chunkChecked(i.manifestId(), i.index(), i.good());
      }
    } else if (input instanceof Input.Tick) {
      tile.count("ticks");
    } else if (input instanceof Input.LinkUp i) {
      gossip.linkUp(tile.neighbor(i.direction()), i.mtu());
    } else if (input instanceof Input.LinkDown i) {
      gossip.linkDown(tile.neighbor(i.direction()), i.why());
    } else if (input instanceof Input.Unreadable i) {
      unreadable(tile.neighbor(i.from()), i.fault());
    } else if (input instanceof Input.TrustChanged i) {
      tile.trust = i.trust();
      tile.event(TileEvent.Kind.TRUST, "", "the keys or rules of this tile have changed");
      claims.trustChanged();
      puller.steps().trustChanged();
      mending.tryNow(Optional.empty());
    } else if (input instanceof Input.Offered i) {
      promotions.offered(i.ticket(), i.manifest(), i.seal());
    } else if (input instanceof Input.OfferRefused i) {
      tile.refused(i.fileName(), "inbox", i.refusal());
    } else if (input instanceof Input.InboxNoted i) {
      tile.eventBy("inbox", TileEvent.Kind.TROUBLE, i.fileName(), "inbox: " + i.text());
    } else if (input instanceof Input.HeadJudged i) {
      puller.steps().headJudged(i.manifestId(), i.refusal(), i.sealStands());
    } else if (input instanceof Input.StagingOpened i) {
      if (!mending.stagingOpened(i.manifestId(), i.refusal())) {
        puller.steps().stagingOpened(i.manifestId(), i.anew(), i.refusal());
      }
    } else if (input instanceof Input.StagingLost i) {
      if (!mending.stagingLost(i.manifestId())) {
        puller.steps().stagingLost(i.manifestId());
      }
    } else if (input instanceof Input.StagingFailed i) {
      if (!mending.stagingFailed(i.manifestId(), i.refusal())) {
        puller.steps().stagingFailed(i.manifestId(), i.refusal());
      }
    } else if (input instanceof Input.Inspected i) {
      if (!mending.inspected(i.manifestId(), i.refusal())) {
        puller.steps().inspected(i.manifestId(), i.refusal());
      }
    } else if (input instanceof Input.Promoted i) {
      LiveEntry entry = promotions.promoted(i.source(), i.manifest(), i.fileIdentity(), i.sealed());
      wentLive(i.source(), entry);
    } else if (input instanceof Input.PromotionFailed i) {
      promotionFailed(i);
    } else if (input instanceof Input.SealKept i) {
      promotions.sealKept(i.ticket(), i.manifest(), i.unused());
    } else if (input instanceof Input.Activation i) {
      activation(i.state());
    } else if (input instanceof Input.Scrubbed i) {
      scrub.scrubbed(i);
    } else if (input instanceof Input.LiveDoubted i) {
      scrub.doubted(i.name());
    } else if (input instanceof Input.SealDamaged i) {
      tile.count("seals_damaged");
      tile.event(TileEvent.Kind.TROUBLE, i.name().text(), i.what());
    } else if (input instanceof Input.LiveCopied i) {
      mending.liveCopied(i);
    } else if (input instanceof Input.HeldCopied i) {
      puller.heldCopied(i);
    } else if (input instanceof Input.ScrubAsked i) {
      scrub.asked(i.name());
      mending.tryNow(i.name());
    } else {
      throw new AssertionError(input);
    }
  }

  private void wentLive(Source source, LiveEntry entry) {
    scrub.wentLive(entry);
    mending.wentLive(source, entry);
    puller.wentLive(entry);
  }

  private void promotionFailed(Input.PromotionFailed input) {
    promotions.failed(input.source(), input.manifest(), input.refusal());
    if (input.source() instanceof Source.Staged staged) {
      if (input.stagingLost()) {
        puller.steps().notKept(staged.manifestId(), input.refusal());
      } else {
        puller.steps().promotionFailed(staged.manifestId(), input.refusal());
      }
    } else if (input.source() instanceof Source.Mended mended) {
      mending.promotionFailed(mended.manifestId(), input.refusal());
    }
  }

  private void activation(ActivationState state) {
    ActivationState old = tile.activations.put(state.name(), state);
    boolean news = old == null || old.phase() != state.phase() || old.stamp() != state.stamp();
    if (news && !state.result().isEmpty()) {
      tile.event(
          TileEvent.Kind.ACTIVATION,
          state.name().text(),
          state.name()
              + " stamp "
              + state.stamp()
              + " "
              + state.phase().name().toLowerCase(Locale.ROOT)
              + ": "
              + state.result());
    }
  }

  private void unreadable(Neighbor from, Fault fault) {
    from.count("unreadable_" + fault.name().toLowerCase(Locale.ROOT));
    if (fault == Fault.NEWER_VERSION) {
      gossip.introduce(from);
    }
  }

  private void received(Neighbor from, Message message) {
    if (!from.presence().isLinkUp()) {
      // It waited in a queue while the link fell: who spoke may not be there any more.
      from.count("while_link_down");
      return;
    }
    from.heardAt = tile.now;
    if (message instanceof Message.Hello hello) {
      from.count("hello");
      gossip.hello(from, hello);
      return;
    }
    if (!from.isAlive() || from.unknownBoot) {
      from.count("before_hello");
      if (from.hello.isEmpty()) {
        gossip.introduce(from);
      }
      return;
    }
    if (message instanceof Message.Data m) {
      from.count("data");
      if (!mending.data(from, m)) {
        puller.data(from, m);
      }
    } else if (message instanceof Message.Want m) {
      from.count("want");
      serving.want(from, m);
    } else if (message instanceof Message.Advertisement m) {
      from.count("advertisement");
      advertisement(from, m);
    } else if (message instanceof Message.Digest m) {
      from.count("digest");
      gossip.digest(from, m);
    } else if (message instanceof Message.ManifestWant m) {
      from.count("manifest_want");
      serving.manifestWant(from, m);
    } else if (message instanceof Message.ManifestPart m) {
      from.count("manifest_part");
      puller.manifestPart(from, m);
    } else if (message instanceof Message.Have m) {
      from.count("have");
      puller.streaming().have(from, m);
    } else if (message instanceof Message.None m) {
      from.count("none");
      if (!mending.none(from, m)) {
        puller.none(from, m);
        blamed(from, m);
      }
    } else {
      throw new AssertionError(message);
    }
  }

  /** A neighbor that calls our bytes wrong may be right: the disk could have changed them. */
  private void blamed(Neighbor from, Message.None none) {
    if (none.reason() == Reason.NOT_AS_CLAIMED) {
      tile.catalog.byKey(none.key()).forEach(entry -> scrub.blamed(from, entry));
    }
  }

  private void advertisement(Neighbor from, Message.Advertisement ad) {
    Name name = ad.name();
    Rank theirs = Rank.of(ad);
    Optional<LiveEntry> live = tile.catalog.get(name);
    if (live.isPresent()) {
      Rank ours = Rank.of(live.get().version());
      if (theirs.equivocatesWith(ours)) {
        Bytes digest = theirs.digestPrefix();
        tile.equivocation(live.get(), digest, from.direction.name());
      }
      if (!theirs.isAbove(ours)) {
        from.claims.takeBackWhole(name);
        if (!ad.isWhole()) {
          gossip.pulling(from, live.get());
        } else if (theirs.equals(ours)) {
          gossip.same(from, live.get());
          mending.offered(from, ad);
        } else {
          gossip.older(from, live.get(), theirs);
        }
        return;
      }
    }
    if (!ad.isWhole() && !ad.sealed()) {
      from.count("claims_false");
      return;
    }
    claims.claimed(from, ad);
  }
}
