package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.Source;
import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.files.DiskRefusal;
import dev.tilecast.engine.files.HalfPromotedException;
import dev.tilecast.engine.files.Inbox;
import dev.tilecast.engine.files.LiveFolder;
import dev.tilecast.engine.files.Promotion;
import dev.tilecast.engine.files.Staging;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.mfz.Inspection;
import dev.tilecast.engine.mfz.Inspector;
import dev.tilecast.engine.mfz.Keyring;
import dev.tilecast.engine.mfz.Seal;
import dev.tilecast.engine.physics.Activation;
import dev.tilecast.engine.store.Store;
import dev.tilecast.engine.store.StoreFullException;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Carries out the effects of a batch of steps: first all rows in one transaction, then everything
 * else in order. Whatever takes long runs on the inspector's thread and answers later as an input.
 */
final class Shell {
  private final Store store;
  private final Staging staging;
  private final ChunkChecks chunkChecks;
  private final LiveFolder live;
  private final Inbox inbox;
  private final Reception reception;
  private final Trusted trusted;
  private final Seals seals;
  private final Serving serving;
  private final Scrubbing scrubbing;
  private final Reusing reusing;
  private final Activation activation;
  private final Executor inspector;
  private final Beside beside;
  private final InputQueue inputs;
  private final Diary diary;
  private final Consumer<Throwable> fatal;

  /** Transfers of which a write failed in this batch, or whose file is gone. */
  private final Set<Bytes> unwritten = new HashSet<>();

  /**
   * Transfers whose file was found in its place in this batch: to look costs as much as a packet.
   */
  private final Set<Bytes> inPlace = new HashSet<>();

  Shell(
      Store store,
      Staging staging,
      LiveFolder live,
      Inbox inbox,
      Reception reception,
      Trusted trusted,
      Seals seals,
      Serving serving,
      Activation activation,
      Executor inspector,
      Beside beside,
      InputQueue inputs,
      Diary diary,
      Consumer<Throwable> fatal) {
    this.store = store;
    this.staging = staging;
    this.chunkChecks = new ChunkChecks(staging);
    this.live = live;
    this.inbox = inbox;
    this.reception = reception;
    this.trusted = trusted;
    this.seals = seals;
    this.serving = serving;
    this.scrubbing = new Scrubbing(store, live, seals, staging, inputs, fatal);
    this.reusing = new Reusing(store, live, staging, chunkChecks, inputs);
    this.activation = activation;
    this.inspector = inspector;
    this.beside = beside;
    this.inputs = inputs;
    this.diary = diary;
    this.fatal = fatal;
  }

  /**
   * Carries out {@code effects}.
   *
   * @throws IOException where the rows could not be saved: nothing of the batch was sent, and the
   *     tile must stop and start again from its disk
   */
  void carryOut(List<Effect> effects) throws IOException {
    List<Save> saves = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Save save) {
        saves.add(save);
        if (save instanceof Save.Event event) {
          diary.tell(event.event());
        }
      }
    }
    commit(saves);
    unwritten.clear();
    inPlace.clear();
    for (Effect effect : effects) {
      if (!(effect instanceof Save)) {
        carryOut(effect);
      }
    }
  }

  /** What may be lost in a power cut may be lost to a full disk; promises may not. */
  private void commit(List<Save> saves) throws IOException {
    try {
      store.commit(saves);
    } catch (StoreFullException e) {
      if (saves.stream().anyMatch(Save::durable)) {
        throw e;
      }
      diary.trouble(
          "store",
          "the disk is full, so lines of the diary and what may be found out again are not kept;"
              + " make room: the tile goes on until it has to promise something");
    }
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.Send e) {
      serving.send(e.to(), e.message(), Urgency.URGENT);
    } else if (effect instanceof Effect.SendData e) {
      serving.data(e);
    } else if (effect instanceof Effect.SendStaged e) {
      serving.staged(e);
    } else if (effect instanceof Effect.SendManifest e) {
      serving.manifest(e);
    } else if (effect instanceof Effect.WriteStaging e) {
      write(e);
    } else if (effect instanceof Effect.CheckChunk e) {
      check(e);
    } else if (effect instanceof Effect.JudgeHead e) {
      judge(e);
    } else if (effect instanceof Effect.OpenStaging e) {
      open(e);
    } else if (effect instanceof Effect.DropStaging e) {
      drop(e.manifestId());
    } else if (effect instanceof Effect.Inspect e) {
      beginInspection(e.manifest());
    } else if (effect instanceof Effect.Promote e) {
      inspector.execute(() -> promote(e));
    } else if (effect instanceof Effect.KeepSeal e) {
      inspector.execute(() -> keepSeal(e));
    } else if (effect instanceof Effect.Answer e) {
      inspector.execute(() -> reception.answer(e.ticket(), e.verdict()));
    } else if (effect instanceof Effect.Activate e) {
      activation.wentLive(e.entry(), live.path(e.entry().version().name()));
    } else if (effect instanceof Effect.Scrub e) {
      inspector.execute(() -> scrubbing.scrub(e));
    } else if (effect instanceof Effect.CopyLive e) {
      inspector.execute(() -> scrubbing.copy(e));
    } else if (effect instanceof Effect.CopyHeld e) {
      reusing.asked(e.manifest().head().id());
      inspector.execute(() -> reusing.copy(e));
    } else {
      throw new AssertionError(effect);
    }
  }

  private void write(Effect.WriteStaging e) {
    reusing.isPulled(e.manifestId());
    try {
      staging.write(e.manifestId(), e.offset(), e.bytes());
    } catch (IOException failure) {
      unwritten.add(e.manifestId());
      inputs.answer(new Input.StagingFailed(e.manifestId(), DiskRefusal.of(failure)));
    }
  }

  private void check(Effect.CheckChunk e) {
    if (unwritten.contains(e.manifestId())) {
      // The digest of what our disk did not take would blame the neighbor who sent it; what became
      // of the staging file was answered already.
      return;
    }
    try {
      if (!isInPlace(e.manifestId())) {
        // Told once a batch; what was to be checked is lost with the file.
        unwritten.add(e.manifestId());
        inputs.answer(new Input.StagingLost(e.manifestId()));
        return;
      }
      boolean good = chunkChecks.isGood(e);
      inputs.answer(new Input.ChunkChecked(e.manifestId(), e.index(), good));
    } catch (IOException failure) {
      inputs.answer(new Input.StagingFailed(e.manifestId(), DiskRefusal.of(failure)));
    }
  }

  private boolean isInPlace(Bytes manifestId) throws IOException {
    if (!inPlace.contains(manifestId) && staging.isInPlace(manifestId)) {
      inPlace.add(manifestId);
    }
    return inPlace.contains(manifestId);
  }

  private void judge(Effect.JudgeHead e) {
    Keyring keyring = trusted.keyring();
    Optional<Refusal> refusal = keyring.verifyHead(e.head());
    boolean sealStands = e.seal().filter(seal -> stands(e.head(), seal, keyring)).isPresent();
    inputs.answer(new Input.HeadJudged(e.manifestId(), refusal, sealStands));
  }

  private static boolean stands(ManifestHead head, Bytes seal, Keyring keyring) {
    return Seal.objectionTo(head, seal, keyring).isEmpty();
  }

  private void open(Effect.OpenStaging e) {
    Bytes id = e.manifestId();
    boolean anew = false;
    Optional<Refusal> refusal = Optional.empty();
    try {
      if (!staging.isInPlace(id)) {
        chunkChecks.forget(id);
        anew = true;
        refusal = staging.open(id, e.head().fileLength());
      }
    } catch (IOException failure) {
      refusal = Optional.of(DiskRefusal.of(failure));
    }
    inputs.answer(new Input.StagingOpened(id, anew, refusal));
  }

  private void drop(Bytes manifestId) {
    chunkChecks.forget(manifestId);
    try {
      staging.drop(manifestId);
    } catch (IOException failure) {
      diary.tell("trouble", "dropping a staging file: " + DurableFile.words(failure));
    }
  }

  private void beginInspection(Manifest manifest) {
    Bytes id = manifest.head().id();
    try {
      staging.flush(id);
      staging.beginSync(id);
      inspector.execute(() -> inspect(manifest));
    } catch (IOException failure) {
      inputs.answer(new Input.Inspected(id, Optional.of(DiskRefusal.of(failure))));
    }
  }

  private void inspect(Manifest manifest) {
    Bytes id = manifest.head().id();
    Path file = staging.path(id);
    Beside.Begun<Boolean> synced = beside.syncEarly(file);
    Optional<Refusal> refusal;
    try {
      refusal = objectionTo(file, manifest);
    } catch (IOException failure) {
      refusal = Optional.of(DiskRefusal.of(failure));
    }
    try {
      // Whatever the inspection says: the disk may tell of what it has lost once only.
      if (synced.await()) {
        staging.endSync(id);
      }
    } catch (SyncFailedException failure) {
      drop(id);
      refusal = Optional.of(DiskRefusal.of(failure));
    } catch (IOException failure) {
      refusal = Optional.of(DiskRefusal.of(failure));
    }
    inputs.answer(new Input.Inspected(id, refusal));
  }

  private Optional<Refusal> objectionTo(Path file, Manifest manifest) throws IOException {
    Inspector judge = trusted.inspector();
    Inspection inspection = judge.inspect(file);
    if (inspection instanceof Inspection.Refused refused) {
      return Optional.of(refused.refusal());
    }
    Inspection.Accepted accepted = (Inspection.Accepted) inspection;
    boolean cutByRule = chunkChecks.areAllCutByRule(manifest.head().id(), manifest.chunks().size());
    boolean same =
        accepted.version().equals(Optional.of(manifest.head().version()))
            && judge.isManifest(file, accepted, manifest, cutByRule);
    return same
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                Reason.NOT_AS_CLAIMED,
                manifest.head().version().name()
                    + ": the file is signed, but its manifest does not describe it as the rules"
                    + " of PROTOCOL.md do; whoever made that manifest is broken or lies"));
  }

  private void promote(Effect.Promote e) {
    Manifest manifest = e.manifest();
    Bytes id = manifest.head().id();
    try {
      live.prepare(pathOf(e.source()));
      if (e.source() instanceof Source.Staged) {
        staging.endSync(id);
      }
      // It has waited its turn and for the disk: its key may be gone since it was inspected.
      Optional<Refusal> objection = trusted.keyring().objectionToSigner(manifest.head());
      if (objection.isPresent()) {
        inputs.answer(new Input.PromotionFailed(e.source(), manifest, objection.get(), false));
        return;
      }
      if (e.source() instanceof Source.Mended || e.source() instanceof Source.Redropped) {
        String identity = live.mend(pathOf(e.source()), manifest.head().version(), id);
        if (e.source() instanceof Source.Mended) {
          drop(id);
        }
        if (e.seal().isPresent()) {
          kept(manifest, e.seal().get());
        }
        boolean sealed = seals.isSealed(manifest.head(), trusted.keyring());
        inputs.answer(new Input.Promoted(e.source(), manifest, identity, sealed));
        return;
      }
      Optional<Bytes> sealFile =
          e.seal()
              .filter(seal -> stands(manifest.head(), seal, trusted.keyring()))
              .map(seal -> new Seal(manifest, seal).encode());
      Promotion promotion =
          live.promote(pathOf(e.source()), manifest.head().version(), id, sealFile);
      seals.remember(manifest.head(), sealFile.isPresent() ? e.seal() : Optional.empty());
      promotion.archiveNote().ifPresent(note -> diary.tell("trouble", note));
      reusing.promoted(live.path(manifest.head().version().name()), manifest);
      if (e.source() instanceof Source.Staged) {
        // It is live, whatever becomes of the account of its staging file.
        drop(id);
      }
      inputs.answer(
          new Input.Promoted(e.source(), manifest, promotion.fileIdentity(), sealFile.isPresent()));
    } catch (HalfPromotedException failure) {
      // Live, but not proven to stay so: only a start from the disk can tell.
      fatal.accept(failure);
    } catch (SyncFailedException failure) {
      boolean staged = e.source() instanceof Source.Staged;
      if (staged) {
        // To be pulled anew: what reads well may never come to the disk.
        drop(id);
      }
      Refusal refusal = DiskRefusal.of(failure);
      inputs.answer(new Input.PromotionFailed(e.source(), manifest, refusal, staged));
    } catch (IOException failure) {
      inputs.answer(
          new Input.PromotionFailed(e.source(), manifest, DiskRefusal.of(failure), false));
    }
  }

  private void keepSeal(Effect.KeepSeal e) {
    inputs.answer(new Input.SealKept(e.ticket(), e.manifest(), kept(e.manifest(), e.seal())));
  }

  /** Puts a seal beside the live file; gives why it could not, which leaves the file as it is. */
  private Optional<String> kept(Manifest manifest, Bytes seal) {
    ManifestHead head = manifest.head();
    try {
      Bytes encoded = new Seal(manifest, seal).encode();
      if (!live.keepSeal(head.version().name(), head.id(), encoded)) {
        return Optional.of("another file went live meanwhile");
      }
      seals.remember(head, Optional.of(seal));
      return Optional.empty();
    } catch (IOException failure) {
      // The file is live all the same, and travels without.
      diary.trouble("seals", "keeping a seal: " + DurableFile.words(failure));
      return Optional.of("it could not be kept: " + DurableFile.words(failure));
    }
  }

  private Path pathOf(Source source) {
    if (source instanceof Source.Staged staged) {
      return staging.path(staged.manifestId());
    } else if (source instanceof Source.Mended mended) {
      return staging.path(mended.manifestId());
    } else if (source instanceof Source.Dropped dropped) {
      return inbox.path(dropped.ticket());
    } else if (source instanceof Source.Redropped dropped) {
      return inbox.path(dropped.ticket());
    }
    throw new AssertionError(source);
  }
}
