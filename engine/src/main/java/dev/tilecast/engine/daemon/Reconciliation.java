package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Misplaced;
import dev.tilecast.engine.core.Restored;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.TileEvent;
import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.files.LiveFolder;
import dev.tilecast.engine.files.Marks;
import dev.tilecast.engine.files.Staging;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Inspection;
import dev.tilecast.engine.store.Store;
import dev.tilecast.engine.store.StoredLive;
import dev.tilecast.engine.store.StoredTransfer;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a tile does before anything else: makes the rows agree with the bytes, never the other way
 * round (ARCHITECTURE.md, Start). A live file whose identity is still the one in its row was
 * checked when that row was written; any other is inspected afresh, as if it had been dropped.
 */
final class Reconciliation {
  /** Of manifests that are kept in memory until they are committed: about two megabytes. */
  private static final int PENDING_CHUNKS_MAX = 16_384;

  private final Store store;
  private final LiveFolder live;
  private final Marks marks;
  private final Staging staging;
  private final Seals seals;
  private final Trusted trusted;
  private final Diary diary;
  private final List<Save> saves = new ArrayList<>();
  private int pendingChunks;
  private final Map<Name, String> aside = new LinkedHashMap<>();
  private final List<Name> doubted = new ArrayList<>();

  Reconciliation(
      Store store,
      LiveFolder live,
      Marks marks,
      Staging staging,
      Seals seals,
      Trusted trusted,
      Diary diary) {
    this.store = store;
    this.live = live;
    this.marks = marks;
    this.staging = staging;
    this.seals = seals;
    this.trusted = trusted;
    this.diary = diary;
  }

  /** Does it, and gives what the core starts from. */
  Restored run() throws IOException {
    store.setAside().ifPresent(text -> event(TileEvent.Kind.STORE, "", text));
    marks.troubles().forEach(text -> event(TileEvent.Kind.TROUBLE, "", text));
    List<LiveEntry> entries = reconcileLive();
    List<Restored.Begun> transfers = reconcileTransfers();
    store.intents().forEach(version -> saves.add(new Save.IntentGone(version)));
    event(TileEvent.Kind.STARTED, "", "the tile has started, with " + entries.size() + " live");
    store.commit(saves);
    return new Restored(entries, marks.all(), transfers, aside, trusted.keyring().trust());
  }

  /**
   * Live files that are not, byte for byte, what their rows say, though what is signed of them is:
   * to be read whole, and mended like any that the disk has changed.
   */
  List<Name> doubted() {
    return List.copyOf(doubted);
  }

  private List<LiveEntry> reconcileLive() throws IOException {
    Map<Name, StoredLive> rows = new LinkedHashMap<>();
    for (StoredLive row : store.live()) {
      rows.put(row.entry().version().name(), row);
    }
    // A mark can never be lowered, so a version that a power cut could still take back must not
    // raise it: its promotion may have been cut short before its sync.
    live.sync();
    List<LiveEntry> entries = new ArrayList<>();
    for (Name name : live.list()) {
      Optional<LiveEntry> entry = reconcile(name, Optional.ofNullable(rows.remove(name)));
      if (entry.isPresent()) {
        entries.add(entry.get());
      } else {
        store.forgetLive(name);
      }
    }
    for (Name gone : rows.keySet()) {
      event(
          TileEvent.Kind.TROUBLE,
          gone.text(),
          missing(gone) + "; the tile wants it back from its neighbors");
      store.forgetLive(gone);
    }
    return entries;
  }

  private String missing(Name gone) throws IOException {
    Optional<Misplaced> found = live.misplaced(gone, Long.MAX_VALUE);
    if (found.filter(Misplaced::blocks).isPresent()) {
      return found.get().words(gone) + ": move it away";
    }
    return "live/" + gone + " is gone";
  }

  private Optional<LiveEntry> reconcile(Name name, Optional<StoredLive> row) throws IOException {
    String identity;
    try {
      identity = live.identity(name).orElse("");
    } catch (IOException e) {
      return leaves(name, unreadable(e), false);
    }
    Optional<Manifest> known =
        row.isPresent() ? store.manifest(row.get().entry().manifestId()) : Optional.empty();
    if (known.isPresent() && row.orElseThrow().fileIdentity().equals(identity)) {
      return keep(known.get());
    }
    try {
      // Before it is read: what the disk did not take may be written anew by this.
      live.secure(name);
      identity = live.identity(name).orElse("");
    } catch (SyncFailedException e) {
      return leaves(name, DurableFile.words(e), true);
    } catch (IOException e) {
      return leaves(name, unreadable(e), false);
    }
    return reconcile(name, known, identity);
  }

  /** A file on the disk that is not known to be that of its row. */
  private Optional<LiveEntry> reconcile(Name name, Optional<Manifest> known, String identity)
      throws IOException {
    if (known.isPresent() && isStill(name, known.get())) {
      Optional<LiveEntry> entry = keep(known.get());
      if (entry.isPresent()) {
        save(new Save.Live(entry.get(), known.get(), identity));
      }
      return entry;
    }
    Optional<Manifest> found = checked(name);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Manifest manifest = found.get();
    if (known.isPresent() && isWrappedOtherwise(manifest, known.get())) {
      doubted.add(name);
      event(
          TileEvent.Kind.TROUBLE,
          name.text(),
          "live/"
              + name
              + " is not what its row says, in bytes that nothing signs; it is read whole, and what"
              + " is wrong is pulled again");
      return keep(known.get());
    }
    Optional<LiveEntry> entry = keep(manifest);
    if (entry.isPresent()) {
      event(
          TileEvent.Kind.STORE,
          name.text(),
          "live/" + name + " was checked afresh, since its row was missing or did not match");
      save(new Save.Live(entry.get(), manifest, identity));
    }
    return entry;
  }

  /**
   * Whether every byte is as it was when its row was written, although something was done to the
   * file: a promotion that was cut short has linked it. Who signed it may be known no more.
   */
  private boolean isStill(Name name, Manifest manifest) {
    Bytes id = manifest.head().id();
    try {
      live.adopt(name, id);
      if (live.misplaced(name, manifest.head().fileLength()).isPresent()) {
        return false;
      }
      long offset = 0;
      for (ChunkRef chunk : manifest.chunks()) {
        if (!live.digestMatches(name, id, offset, chunk).orElse(false)) {
          return false;
        }
        offset += chunk.length();
      }
      return true;
    } catch (IOException e) {
      // Whoever inspects it will say so.
      return false;
    }
  }

  /** Manifests are committed before too many are in memory; a row that was written stays true. */
  private void save(Save.Live save) throws IOException {
    saves.add(save);
    pendingChunks += save.manifest().chunks().size();
    if (pendingChunks > PENDING_CHUNKS_MAX) {
      store.commit(saves);
      saves.clear();
      pendingChunks = 0;
    }
  }

  /** Whether it is the same version by another manifest, as a bit of the wrapper makes it. */
  private static boolean isWrappedOtherwise(Manifest found, Manifest known) {
    return found.head().version().equals(known.head().version())
        && !found.head().id().equals(known.head().id());
  }

  /** The manifest of a live file that is inspected like a dropped one; empty where it goes. */
  private Optional<Manifest> checked(Name name) {
    try {
      Path file = live.path(name);
      Inspection inspection = trusted.inspector().inspect(file);
      if (inspection instanceof Inspection.Refused refused) {
        return leaves(name, refused.text(), isAboutTrust(refused));
      }
      Inspection.Accepted accepted = (Inspection.Accepted) inspection;
      if (!accepted.identity().equals(Optional.of(name))) {
        return leaves(name, "its signed name is " + accepted.signedName().orElse("missing"), false);
      }
      return Optional.of(trusted.inspector().manifest(file, accepted));
    } catch (IOException e) {
      return leaves(name, unreadable(e), false);
    }
  }

  private Optional<LiveEntry> keep(Manifest manifest) throws IOException {
    return keepUnlessBelowMark(LiveEntry.of(manifest.head()))
        .map(kept -> withSeal(kept, manifest.head()));
  }

  /** The seal beside it is looked at afresh at each start: its key may be known no more. */
  private LiveEntry withSeal(LiveEntry entry, ManifestHead head) {
    return entry.withSeal(seals.isSealed(head, trusted.keyring()));
  }

  private Optional<LiveEntry> keepUnlessBelowMark(LiveEntry entry) throws IOException {
    Version version = entry.version();
    Optional<Version> mark = marks.of(version.name());
    if (mark.isPresent() && mark.get().isNewerThan(version)) {
      return leaves(
          version.name(),
          version + " is below stamp " + mark.get().stamp() + ", which was live here once",
          false);
    }
    marks.raise(version);
    live.adopt(version.name(), entry.manifestId());
    return Optional.of(entry);
  }

  /** One file that the disk does not give must not keep the tile from all the others. */
  private static String unreadable(IOException e) {
    return "it cannot be read: " + DurableFile.words(e);
  }

  /** It is not live from now on; gives nothing. */
  private <T> Optional<T> leaves(Name name, String why, boolean keep) {
    moveAside(name, why, keep);
    return Optional.empty();
  }

  /** Whether it is as good as when it was live, and another key or rule would say so. */
  private static boolean isAboutTrust(Inspection.Refused refused) {
    Reason reason = refused.refusal().reason();
    return reason == Reason.UNKNOWN_SIGNER || reason == Reason.NOT_ALLOWED;
  }

  private void moveAside(Name name, String why, boolean keep) {
    Path where;
    try {
      where = live.moveAside(name, why, keep);
    } catch (IOException e) {
      aside.put(name, "What lies at live/" + name + " is left out: " + why);
      event(
          TileEvent.Kind.TROUBLE,
          name.text(),
          "live/"
              + name
              + " is left out: "
              + why
              + "; it could not be moved to refused/ either: "
              + DurableFile.words(e));
      return;
    }
    aside.put(
        name,
        "What lay at live/"
            + name
            + " when the tile started is refused/"
            + where.getFileName()
            + ": "
            + why
            + (keep ? "; drop it again under its name once that has changed" : ""));
    event(
        TileEvent.Kind.REFUSED,
        name.text(),
        "live/" + name + " was moved to refused/" + where.getFileName() + " at the start: " + why);
  }

  private List<Restored.Begun> reconcileTransfers() throws IOException {
    List<StoredTransfer> rows = store.transfers();
    Set<Bytes> known = new LinkedHashSet<>();
    rows.forEach(row -> known.add(row.manifestId()));
    staging.sweep(known);
    List<Restored.Begun> begun = new ArrayList<>();
    for (StoredTransfer row : rows) {
      if (staging.reopen(row.manifestId(), row.head().fileLength())) {
        begun.add(new Restored.Begun(row.manifestId(), row.head(), row.pages()));
      } else {
        // A power cut may have left a part of its length: nobody would ever look at that again.
        staging.drop(row.manifestId());
        saves.add(new Save.TransferGone(row.manifestId()));
      }
    }
    return begun;
  }

  private void event(TileEvent.Kind kind, String name, String text) {
    TileEvent event = new TileEvent(kind, name, text);
    saves.add(new Save.Event(event));
    diary.tell(event);
  }
}
