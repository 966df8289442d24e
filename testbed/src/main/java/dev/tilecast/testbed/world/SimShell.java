package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Misplaced;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Replicator;
import dev.tilecast.engine.core.Restored;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.Source;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TileSettings;
import dev.tilecast.engine.core.TileSizes;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.daemon.InputQueue;
import dev.tilecast.engine.daemon.Tile;
import dev.tilecast.engine.files.DiskRefusal;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The core on a {@link SimDisk}: a shell as the daemon's is one, held to the same contract, for
 * worlds of thousands of tiles. What the daemon does on its inspector's thread happens here at
 * later instants of virtual time, step by step, so that power may go between any two.
 */
final class SimShell implements Software {
  private static final int BATCH_MAX = 256;

  /** How long a file is left alone that could not be cleared away. */
  private static final long STUCK_NANOS = 60_000_000_000L;

  private final SimTile tile;
  private final SimDisk disk;
  private final SimServing serving;
  private final Mint mint;
  private final Replicator core;
  private Trust trust;

  /** The daemon's own, with its order and its bounds. */
  private final InputQueue inputs = new InputQueue();

  private final List<Input> batch = new ArrayList<>();
  private final Map<Long, Dropped> dropped = new LinkedHashMap<>();
  private final Set<String> inHand = new LinkedHashSet<>();
  private final Set<Bytes> unwritten = new LinkedHashSet<>();
  private final List<Effect> effects = new ArrayList<>();
  private long tickets;

  private record Dropped(String fileName, SimFile file) {}

  SimShell(SimTile tile, SimDisk disk, TileModel model, Bytes tileId) throws IOException {
    this.tile = tile;
    this.disk = disk;
    this.serving = new SimServing(tile, disk);
    this.trust = model.trust();
    this.mint = tile.world().mint();
    RandomGenerator chance = tile.world().chanceOf(tile);
    long boot = chance.nextLong();
    this.core =
        new Replicator(
            new TileSettings(tileId, boot, model.group(), model.limits(), model.scrubNanos()),
            reconcile(),
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
      promote(e);
    } else if (effect instanceof Effect.KeepSeal e) {
      tile.slow(tile.model().diskNanos(), () -> keepSeal(e));
    } else if (effect instanceof Effect.Answer e) {
      tile.slow(0, () -> end(dropped.remove(e.ticket()), e.verdict()));
    } else if (effect instanceof Effect.Activate e) {
      tile.world().watches().forEach(watch -> watch.activated(tile, e.entry()));
    } else if (effect instanceof Effect.Scrub e) {
      tile.slow(tile.model().diskNanos(), () -> scrub(e));
    } else if (effect instanceof Effect.CopyLive e) {
      tile.slow(tile.model().inspectNanos(), () -> copyLive(e));
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

  private void scrub(Effect.Scrub e) {
    SimRows.LiveRow row = disk.rows().live().get(e.name());
    if (row == null || !row.entry().manifestId().equals(e.manifestId())) {
      inputs.answer(
          new Input.Scrubbed(
              e.manifestId(),
              e.firstChunk(),
              e.firstChunk(),
              true,
              0,
              List.of(),
              Optional.empty(),
              Optional.empty()));
      return;
    }
    Manifest manifest = row.manifest();
    List<ChunkRef> chunks = manifest.chunks();
    Bytes content = liveBytes(e.name());
    if (!disk.live().containsKey(e.name())) {
      inputs.answer(
          new Input.Scrubbed(
              e.manifestId(),
              0,
              chunks.size(),
              true,
              0,
              IntStream.range(0, chunks.size()).boxed().toList(),
              Optional.of(Misplaced.GONE),
              Optional.of(manifest)));
      return;
    }
    List<Integer> wrong = new ArrayList<>();
    int offset = chunks.subList(0, e.firstChunk()).stream().mapToInt(ChunkRef::length).sum();
    int bytes = 0;
    int index = e.firstChunk();
    while (index < chunks.size() && bytes < e.bytesMax()) {
      if (!isGood(content, offset + bytes, chunks.get(index))) {
        wrong.add(index);
      }
      bytes += chunks.get(index).length();
      index++;
    }
    inputs.answer(
        new Input.Scrubbed(
            e.manifestId(),
            e.firstChunk(),
            index,
            index == chunks.size(),
            bytes,
            wrong,
            content.length() > manifest.head().fileLength()
                ? Optional.of(Misplaced.LONGER)
                : Optional.empty(),
            Optional.of(manifest)));
  }

  /** What lies there, whoever has put it there; nothing where nothing does. */
  private Bytes liveBytes(Name name) {
    SimDisk.Held held = disk.live().get(name);
    return held == null ? Bytes.copyOf(new byte[0]) : held.content();
  }

  private static boolean isGood(Bytes content, int offset, ChunkRef chunk) {
    int end = offset + chunk.length();
    return end <= content.length()
        && Bytes.sha256(content.slice(offset, end).toArray()).equals(chunk.digest());
  }

  private void copyLive(Effect.CopyLive e) {
    Bytes id = e.manifest().head().id();
    Bytes content = liveBytes(e.manifest().head().version().name());
    List<Integer> wrong = new ArrayList<>();
    Optional<Refusal> refusal = Optional.empty();
    if (!disk.isStaged(id)) {
      refusal = Optional.of(gone(id));
    } else {
      try {
        int offset = 0;
        List<ChunkRef> chunks = e.manifest().chunks();
        for (int i = 0; i < chunks.size(); i++) {
          int end = offset + chunks.get(i).length();
          if (!e.pulled().contains(i) && isGood(content, offset, chunks.get(i))) {
            disk.write(id, offset, content.slice(offset, end));
          } else if (!e.pulled().contains(i)) {
            wrong.add(i);
          }
          offset = end;
        }
      } catch (IOException failure) {
        refusal = Optional.of(DiskRefusal.of(failure));
      }
    }
    inputs.answer(new Input.LiveCopied(id, wrong, refusal));
  }

  private void copyHeld(Effect.CopyHeld e) {
    Bytes id = e.manifest().head().id();
    SimReusing reusing = new SimReusing(disk, e);
    Optional<Refusal> refusal = Optional.empty();
    if (!disk.isStaged(id)) {
      refusal = Optional.of(gone(id));
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
      inputs.answer(new Input.Inspected(id, Optional.of(gone(id))));
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

  private static Refusal gone(Bytes id) {
    return new Refusal(Reason.DISK_FAILED, "no file is open in staging for " + id.toHex());
  }

  /** The order of writes of design and daemon; each step is an instant of its own. */
  private void promote(Effect.Promote e) {
    boolean redropped = e.source() instanceof Source.Redropped;
    boolean mends = e.source() instanceof Source.Mended || redropped;
    Optional<Bytes> stagingId =
        e.source() instanceof Source.Dropped || redropped
            ? Optional.empty()
            : Optional.of(e.manifest().head().id());
    SimFile file =
        mint.byManifest(e.manifest().head().id())
            .orElseThrow(() -> new AssertionError("promotion of " + e.manifest().head()));
    Version version = file.version();
    SimRows.LiveRow row = disk.rows().live().get(version.name());
    boolean brought =
        e.seal().filter(s -> Mint.isSealed(e.manifest().head(), s, trust)).isPresent();
    boolean keeps =
        mends && row != null && row.entry().sealed() && row.entry().manifestId().equals(file.id());
    boolean sealed = brought || keeps;
    List<SimDisk.Held> held = new ArrayList<>();
    if (stagingId.isPresent() && !disk.isStaged(stagingId.get())) {
      Refusal refusal = gone(stagingId.get());
      tile.slow(
          0, () -> inputs.answer(new Input.PromotionFailed(e.source(), e.manifest(), refusal)));
      return;
    }
    List<Refusal> objection = new ArrayList<>();
    step(CutPoint.AFTER_STAGED_SYNC, () -> stagingId.ifPresent(disk::syncStaged));
    if (!mends) {
      // What is rotten does not take the place of anything in the archive.
      step(CutPoint.AFTER_ARCHIVE, () -> disk.keepInArchive(version.name()));
    }
    step(
        CutPoint.AFTER_RENAME,
        () -> {
          // A daemon looks at its keys a moment before; here nothing comes between.
          trust
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
            disk.mark(version);
            tile.world().watches().forEach(watch -> watch.settled(tile, version));
          }
        });
    tile.slow(
        0,
        () ->
            inputs.answer(
                objection.isEmpty()
                    ? new Input.Promoted(e.source(), e.manifest(), held.get(0).identity(), sealed)
                    : new Input.PromotionFailed(e.source(), e.manifest(), objection.get(0))));
  }

  private void step(CutPoint then, SimTile.Work work) {
    tile.slow(
        tile.model().diskNanos(),
        () -> {
          work.run();
          tile.reach(then);
        });
  }

  @Override
  public void look() {
    for (Map.Entry<String, SimFile> entry : disk.inbox().entrySet()) {
      if (inHand.add(entry.getKey())) {
        String fileName = entry.getKey();
        SimFile file = entry.getValue();
        tile.slow(tile.model().inspectNanos(), () -> judge(fileName, file));
      }
    }
  }

  private void judge(String fileName, SimFile file) {
    Optional<Refusal> refusal =
        disk.objectionTo(file.content().length())
            .or(() -> Mint.judge(file.manifest().head(), trust));
    if (refusal.isEmpty() && mint.genuine(file.id(), file.content()).isEmpty()) {
      refusal = Optional.of(new Refusal(Reason.BAD_FORMAT, fileName + " is broken"));
    }
    if (refusal.isPresent()) {
      inputs.answer(new Input.OfferRefused(fileName, refusal.get()));
      end(new Dropped(fileName, file), new Verdict.Refused(refusal.get()));
      return;
    }
    long ticket = ++tickets;
    dropped.put(ticket, new Dropped(fileName, file));
    Optional<Bytes> seal = file.seal().filter(s -> Mint.isSealed(file.manifest().head(), s, trust));
    inputs.answer(new Input.Offered(ticket, file.manifest(), seal));
  }

  /** A file that was replaced while it was judged stays, and is judged in its turn. */
  private void end(Dropped judged, Verdict verdict) {
    String fileName = judged.fileName();
    boolean still = judged.file().equals(disk.inbox().get(fileName));
    if (verdict instanceof Verdict.Refused && disk.isFull()) {
      // The reason why cannot be written, so the file stays where it is for a while.
      tile.lookAfter(STUCK_NANOS, () -> inHand.remove(fileName));
    } else {
      inHand.remove(fileName);
      if (still) {
        disk.inbox().remove(fileName);
      } else {
        tile.lookAfter(tile.model().restNanos(), () -> {});
      }
      if (verdict instanceof Verdict.Refused) {
        disk.refused().add(fileName);
      }
    }
    tile.world().watches().forEach(watch -> watch.answered(tile, judged.file(), verdict));
  }

  /** What the daemon does before its first packet: rows are made to agree with bytes. */
  private Restored reconcile() throws IOException {
    SimRows rows = disk.rows();
    List<Save> saves = new ArrayList<>();
    // As the daemon's: a mark must not rest on a rename that a later cut could take back.
    disk.syncFolders();
    List<LiveEntry> entries = new ArrayList<>();
    Map<Name, String> aside = new LinkedHashMap<>();
    for (SimDisk.Held held : List.copyOf(disk.live().values())) {
      Version version = held.manifest().head().version();
      SimRows.LiveRow row = rows.live().get(version.name());
      boolean known = row != null && row.identity().equals(held.identity());
      Version mark = disk.marks().get(version.name());
      if ((!known && !isSound(held)) || (mark != null && mark.isNewerThan(version))) {
        disk.moveAside(version.name());
        aside.put(
            version.name(),
            "What lay at live/" + version.name() + " when the tile started is in refused/");
        rows.forgetLive(version.name());
        continue;
      }
      LiveEntry entry = LiveEntry.of(held.manifest().head()).withSeal(isSealed(held));
      if (!known) {
        saves.add(new Save.Live(entry, held.manifest(), held.identity()));
      }
      disk.mark(version);
      entries.add(entry);
    }
    rows.live().keySet().stream()
        .filter(name -> !disk.live().containsKey(name))
        .toList()
        .forEach(rows::forgetLive);
    List<Restored.Begun> begun = reconcileTransfers(saves);
    rows.intents().forEach(version -> saves.add(new Save.IntentGone(version)));
    rows.commit(saves);
    return new Restored(entries, List.copyOf(disk.marks().values()), begun, aside, trust);
  }

  private void keepSeal(Effect.KeepSeal e) {
    ManifestHead head = e.manifest().head();
    boolean kept = disk.keepSeal(head.version().name(), head.id());
    Optional<String> unused =
        kept ? Optional.empty() : Optional.of("another file went live meanwhile");
    inputs.answer(new Input.SealKept(e.ticket(), e.manifest(), unused));
  }

  private boolean isSealed(SimDisk.Held held) {
    Optional<Bytes> seal = held.sealed() ? held.file().seal() : Optional.empty();
    return seal.filter(s -> Mint.isSealed(held.manifest().head(), s, trust)).isPresent();
  }

  private boolean isSound(SimDisk.Held held) {
    return Mint.judge(held.manifest().head(), trust).isEmpty()
        && mint.genuine(held.file().id(), held.content()).isPresent();
  }

  private List<Restored.Begun> reconcileTransfers(List<Save> saves) {
    Set<Bytes> known = new LinkedHashSet<>();
    List<Restored.Begun> begun = new ArrayList<>();
    for (Restored.Begun row : disk.rows().transfers()) {
      if (disk.isStaged(row.manifestId())
          && disk.stagedLength(row.manifestId()) == row.head().fileLength()) {
        begun.add(row);
        known.add(row.manifestId());
      } else {
        saves.add(new Save.TransferGone(row.manifestId()));
      }
    }
    disk.stagedIds().stream().filter(id -> !known.contains(id)).forEach(disk::dropStaging);
    return begun;
  }
}
