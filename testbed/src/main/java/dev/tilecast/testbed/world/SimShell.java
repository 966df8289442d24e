package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Replicator;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TileSettings;
import dev.tilecast.engine.core.TileSizes;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.daemon.InputQueue;
import dev.tilecast.engine.daemon.Tile;
import dev.tilecast.engine.files.DiskRefusal;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Decoded;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The core on a {@link SimDisk}: a shell as the daemon's is one, held to the same contract, for
 * worlds of thousands of tiles. What the daemon does on its inspector's thread happens here at
 * later instants of virtual time, step by step, so that power may go between any two.
 */
final class SimShell implements Software {
  private static final int BATCH_MAX = 256;

  private final SimTile tile;
  private final SimDisk disk;
  private final SimServing serving;
  private final SimReception reception;
  private final SimPromotion promotion;
  private final SimScrubbing scrubbing;
  private final Mint mint;
  private final Replicator core;
  private Trust trust;

  /** The daemon's own, with its order and its bounds. */
  private final InputQueue inputs = new InputQueue();

  private final List<Input> batch = new ArrayList<>();
  private final Set<Bytes> unwritten = new LinkedHashSet<>();
  private final List<Effect> effects = new ArrayList<>();

  SimShell(SimTile tile, SimDisk disk, TileModel model, Bytes tileId) throws IOException {
    this.tile = tile;
    this.disk = disk;
    this.serving = new SimServing(tile, disk);
    this.reception = new SimReception(tile, disk, inputs, () -> trust);
    this.promotion = new SimPromotion(tile, disk, inputs, () -> trust);
    this.scrubbing = new SimScrubbing(disk, inputs);
    this.trust = model.trust();
    this.mint = tile.world().mint();
    RandomGenerator chance = tile.world().chanceOf(tile);
    long boot = chance.nextLong();
    this.core =
        new Replicator(
            new TileSettings(tileId, boot, model.group(), model.limits(), model.scrubNanos()),
            new SimReconciliation(disk, mint, trust).reconcile(),
            new SplittableRandom(boot),
            tile.nanos());
  }

  @Override
  public void start() throws IOException {
    core.start(effects);
    carryOut();
    look();
  }

  @Override
  public void up(Direction direction) {
    inputs.answer(new Input.LinkUp(direction, tile.port(direction).mtu()));
  }

  @Override
  public void down(Direction direction, String why) {
    inputs.answer(new Input.LinkDown(direction, why));
  }

  @Override
  public void received(Direction from, byte[] packet) {
    SimPort port = tile.port(from);
    boolean isOurs =
        PacketHeader.faultOf(packet, port.mtu(), port.serviceForm()).isEmpty()
            && port.serviceForm().serviceOf(packet[1]) == Tile.SERVICE;
    if (!isOurs) {
      return;
    }
    Decoded decoded = Codec.decode(packet);
    if (decoded instanceof Decoded.Good good) {
      tile.world().watches().forEach(watch -> watch.heard(tile, from, good.message()));
      inputs.received(new Input.Received(from, good.message()));
    } else if (decoded instanceof Decoded.Bad bad) {
      inputs.unreadable(new Input.Unreadable(from, bad.fault()));
    }
  }

  @Override
  public void trust(Trust now) {
    trust = now;
    inputs.answer(new Input.TrustChanged(now));
  }

  @Override
  public void turn() throws IOException {
    long now = tile.nanos();
    take();
    if (!batch.isEmpty() || now >= core.wakeAtNanos()) {
      core.step(batch, now, effects);
    }
    batch.clear();
    carryOut();
  }

  private void take() throws IOException {
    try {
      inputs.take(batch, BATCH_MAX, 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public long dueAtNanos() {
    return core.wakeAtNanos();
  }

  @Override
  public boolean isIdle() {
    return inputs.isEmpty();
  }

  @Override
  public Optional<TileReport> report() {
    return Optional.of(core.report());
  }

  @Override
  public Optional<TileSizes> sizes() {
    return Optional.of(core.sizes());
  }

  @Override
  public Optional<Version> mark(Name name) {
    return core.mark(name);
  }

  @Override
  public void end() {
    // What it holds goes with it; the tile asks it nothing more.
  }

  /** Carries out {@link #effects}, as the rule of the shell demands (ARCHITECTURE.md, The core). */
  private void carryOut() throws IOException {
    carryOut(effects);
    effects.clear();
  }

  void carryOut(List<Effect> batch) throws IOException {
    List<Save> saves = new ArrayList<>();
    for (Effect effect : batch) {
      if (effect instanceof Save save) {
        saves.add(save);
      }
    }
    if (!saves.isEmpty()) {
      tile.reach(CutPoint.BEFORE_COMMIT);
      disk.commit(saves);
      tile.world().watches().forEach(watch -> watch.saved(tile, saves));
      tile.reach(CutPoint.AFTER_COMMIT);
    }
    unwritten.clear();
    boolean first = true;
    for (Effect effect : batch) {
      if (!(effect instanceof Save)) {
        carryOut(effect);
        if (first) {
          tile.reach(CutPoint.WHILE_SENDING);
          first = false;
        }
      }
    }
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.Send e) {
      tile.send(e.to(), e.message(), Urgency.URGENT);
    } else if (effect instanceof Effect.SendData e) {
      serving.data(e);
    } else if (effect instanceof Effect.SendStaged e) {
      serving.staged(e);
    } else if (effect instanceof Effect.SendManifest e) {
      serving.manifest(e);
    } else if (effect instanceof Effect.WriteStaging e) {
      write(e);
    } else if (effect instanceof Effect.CheckChunk e) {
      if (unwritten.contains(e.manifestId())) {
        return;
      }
      if (!disk.isStaged(e.manifestId())) {
        unwritten.add(e.manifestId());
        inputs.answer(new Input.StagingLost(e.manifestId()));
      } else {
        boolean good = disk.digestMatches(e.manifestId(), e.offset(), e.expected());
        inputs.answer(new Input.ChunkChecked(e.manifestId(), e.index(), good));
      }
    } else if (effect instanceof Effect.JudgeHead e) {
      boolean sealed = e.seal().filter(s -> Mint.isSealed(e.head(), s, trust)).isPresent();
      inputs.answer(new Input.HeadJudged(e.manifestId(), Mint.judge(e.head(), trust), sealed));
    } else if (effect instanceof Effect.OpenStaging e) {
      boolean anew = !disk.isStaged(e.manifestId());
      Optional<Refusal> refusal = disk.openStaging(e.manifestId(), e.head());
      inputs.answer(new Input.StagingOpened(e.manifestId(), anew, refusal));
    } else if (effect instanceof Effect.DropStaging e) {
      disk.dropStaging(e.manifestId());
    } else if (effect instanceof Effect.Inspect e) {
      tile.slow(tile.model().inspectNanos(), () -> inspect(e.manifest()));
    } else if (effect instanceof Effect.Promote e) {
      promotion.promote(e);
    } else if (effect instanceof Effect.KeepSeal e) {
      tile.slow(tile.model().diskNanos(), () -> keepSeal(e));
    } else if (effect instanceof Effect.Answer e) {
      tile.slow(0, () -> reception.answer(e.ticket(), e.verdict()));
    } else if (effect instanceof Effect.Activate e) {
      tile.world().watches().forEach(watch -> watch.activated(tile, e.entry()));
    } else if (effect instanceof Effect.Scrub e) {
      tile.slow(tile.model().diskNanos(), () -> scrubbing.scrub(e));
    } else if (effect instanceof Effect.CopyLive e) {
      tile.slow(tile.model().inspectNanos(), () -> scrubbing.copyLive(e));
    } else if (effect instanceof Effect.CopyHeld e) {
      tile.slow(tile.model().inspectNanos(), () -> copyHeld(e));
    } else {
      throw new AssertionError(effect);
    }
  }

  private void write(Effect.WriteStaging e) {
    try {
      if (disk.isStaged(e.manifestId())) {
        disk.write(e.manifestId(), e.offset(), e.bytes());
      }
      // What is written to a file that was deleted is gone with it, and no error.
    } catch (IOException failure) {
      unwritten.add(e.manifestId());
      Refusal refusal = DiskRefusal.of(failure);
      inputs.answer(new Input.StagingFailed(e.manifestId(), refusal));
    }
  }

  private void copyHeld(Effect.CopyHeld e) {
    Bytes id = e.manifest().head().id();
    SimReusing reusing = new SimReusing(disk, e);
    Optional<Refusal> refusal = Optional.empty();
    if (!disk.isStaged(id)) {
      refusal = Optional.of(SimDisk.gone(id));
    } else {
      try {
        reusing.copy();
      } catch (IOException failure) {
        refusal = Optional.of(DiskRefusal.of(failure));
      }
    }
    inputs.answer(new Input.HeldCopied(id, reusing.copied(), refusal));
  }

  private void inspect(Manifest manifest) {
    Bytes id = manifest.head().id();
    if (!disk.isStaged(id)) {
      // The core has given it up while it waited for its inspection.
      inputs.answer(new Input.Inspected(id, Optional.of(SimDisk.gone(id))));
      return;
    }
    disk.inspected(id);
    Optional<Refusal> refusal = Mint.judge(manifest.head(), trust);
    if (refusal.isEmpty() && mint.genuine(id, disk.stagedBytes(id)).isEmpty()) {
      refusal =
          Optional.of(new Refusal(Reason.NOT_AS_CLAIMED, manifest.head().version() + " is false"));
    }
    inputs.answer(new Input.Inspected(id, refusal));
  }

  @Override
  public void look() {
    reception.look();
  }

  private void keepSeal(Effect.KeepSeal e) {
    ManifestHead head = e.manifest().head();
    boolean kept = disk.keepSeal(head.version().name(), head.id());
    Optional<String> unused =
        kept ? Optional.empty() : Optional.of("another file went live meanwhile");
    inputs.answer(new Input.SealKept(e.ticket(), e.manifest(), unused));
  }
}
