package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Source;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.daemon.InputQueue;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Puts files live on a {@link SimDisk}. */
final class SimPromotion {
  private final SimTile tile;
  private final SimDisk disk;
  private final InputQueue inputs;
  private final Supplier<Trust> trust;

  SimPromotion(SimTile tile, SimDisk disk, InputQueue inputs, Supplier<Trust> trust) {
    this.tile = tile;
    this.disk = disk;
    this.inputs = inputs;
    this.trust = trust;
  }

  /** The order of writes of design and daemon; each step is an instant of its own. */
  void promote(Effect.Promote e) {
    boolean redropped = e.source() instanceof Source.Redropped;
    boolean mends = e.source() instanceof Source.Mended || redropped;
    Optional<Bytes> stagingId =
        e.source() instanceof Source.Dropped || redropped
            ? Optional.empty()
            : Optional.of(e.manifest().head().id());
    SimFile file =
        tile.world()
            .mint()
            .byManifest(e.manifest().head().id())
            .orElseThrow(() -> new AssertionError("promotion of " + e.manifest().head()));
    Version version = file.version();
    SimRows.LiveRow row = disk.rows().live().get(version.name());
    boolean brought =
        e.seal().filter(s -> Mint.isSealed(e.manifest().head(), s, trust.get())).isPresent();
    boolean keeps =
        mends && row != null && row.entry().sealed() && row.entry().manifestId().equals(file.id());
    boolean sealed = brought || keeps;
    List<SimDisk.Held> held = new ArrayList<>();
    if (stagingId.isPresent() && !disk.isStaged(stagingId.get())) {
      Refusal refusal = SimDisk.gone(stagingId.get());
      tile.slow(
          0,
          () -> inputs.answer(new Input.PromotionFailed(e.source(), e.manifest(), refusal, false)));
      return;
    }
    List<Refusal> objection = new ArrayList<>();
    step(
        CutPoint.AFTER_STAGED_SYNC,
        () -> {
          stagingId.ifPresent(disk::syncStaged);
          disk.objectionToMark(version).ifPresent(objection::add);
        });
    if (!mends) {
      // What is rotten does not take the place of anything in the archive.
      step(
          CutPoint.AFTER_ARCHIVE,
          () -> {
            if (objection.isEmpty()) {
              disk.keepInArchive(version.name());
            }
          });
    }
    step(
        CutPoint.AFTER_RENAME,
        () -> {
          // A daemon looks at its keys a moment before; here nothing comes between.
          trust
              .get()
              .objectionTo(e.manifest().head().fingerprint(), version.name())
              .ifPresent(objection::add);
          if (objection.isEmpty()) {
            held.add(disk.rename(file, stagingId, sealed));
            tile.world().watches().forEach(w -> w.wentLive(tile, file, held.get(0).content()));
          }
        });
    step(
        CutPoint.AFTER_FOLDER_SYNC,
        () -> {
          if (objection.isEmpty()) {
            disk.syncFolders();
          }
        });
    step(
        CutPoint.AFTER_MARK,
        () -> {
          if (objection.isEmpty()) {
            disk.markPrepared(version);
            tile.world().watches().forEach(watch -> watch.settled(tile, version));
          }
        });
    tile.slow(
        0,
        () ->
            inputs.answer(
                objection.isEmpty()
                    ? new Input.Promoted(e.source(), e.manifest(), held.get(0).identity(), sealed)
                    : new Input.PromotionFailed(
                        e.source(), e.manifest(), objection.get(0), false)));
  }

  private void step(CutPoint then, SimTile.Work work) {
    tile.slow(
        tile.model().diskNanos(),
        () -> {
          work.run();
          tile.reach(then);
        });
  }
}
