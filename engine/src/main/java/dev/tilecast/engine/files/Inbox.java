package dev.tilecast.engine.files;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Counted;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where people drop files. Whoever dropped a file may still have it open, so nothing is decided on
 * the file itself: a private copy is made and judged, and the original goes only if it still is
 * what was copied (ARCHITECTURE.md, Files, Inbox). May be used from any thread; slow copying holds
 * nobody up.
 */
public final class Inbox {
  private final Path folder;
  private final Path staging;
  private final FileLimits limits;
  private final Room room;
  private final RefusedFolder refused;
  private final DroppedSeals seals;
  private final SetAside aside;

  private final Map<String, Seen> seen = new LinkedHashMap<>();
  private final Set<String> complete = new LinkedHashSet<>();
  private final Map<Long, Drop> drops = new LinkedHashMap<>();

  private final StuckFiles stuck = new StuckFiles();

  private boolean overflowTold;
  private long lastTicket;

  /** The inbox of {@code home}. */
  public Inbox(TileHome home, FileLimits limits, Room room, RefusedFolder refused) {
    this.folder = home.inbox();
    this.staging = home.staging();
    this.limits = limits;
    this.room = room;
    this.refused = refused;
    this.seals = new DroppedSeals(folder, refused);
    this.aside = new SetAside(folder);
  }

  /** A file as it was when it was last looked at, and since when it is like that. */
  private record Seen(FileIdentity identity, long sinceNanos, boolean complainedOf) {}

  /** A file that is being judged. */
  private record Drop(String fileName, FileIdentity identity, Path copy) {}

  /**
   * Whoever renamed {@code fileName} into the inbox says that it is whole: the next look gives it
   * without waiting for it to rest.
   */
  public synchronized void complete(String fileName) {
    if (complete.size() < FileLimits.INBOX_ENTRIES_MAX) {
      complete.add(fileName);
    }
  }

  /**
   * What is ready to be taken. To be called now and then; a file is at rest when nothing of it
   * changed between two looks that lie far enough apart.
   *
   * @param nowNanos monotonic
   */
  public synchronized Look look(long nowNanos) throws IOException {
    List<String> ready = new ArrayList<>();
    List<Look.Complaint> complaints = new ArrayList<>();
    Set<String> present = new LinkedHashSet<>();
    Set<String> writing = new LinkedHashSet<>();
    int entriesLeft = FileLimits.INBOX_ENTRIES_MAX;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (entriesLeft-- == 0) {
          tellOverflow(complaints);
          break;
        }
        String fileName = entry.getFileName().toString();
        if (isLeftAlone(fileName)) {
          writing.add(fileName);
        } else {
          present.add(fileName);
          one(entry, fileName, nowNanos, ready, complaints);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    seen.keySet().retainAll(present);
    complete.retainAll(present);
    stuck.retain(present);
    // One whose file is still being copied here is not alone.
    ready.removeIf(
        fileName ->
            DroppedSeals.isSeal(fileName)
                && writing.stream().anyMatch(w -> w.contains(DroppedSeals.sealed(fileName))));
    ready.sort(null);
    return new Look(ready.subList(0, Math.min(ready.size(), limits.filesPerLookMax())), complaints);
  }

  /** Names of files that are being written. */
  private static boolean isLeftAlone(String fileName) {
    return fileName.startsWith(".")
        || fileName.endsWith(".part")
        || fileName.endsWith(".tmp")
        || fileName.endsWith("~");
  }

  /** Whether it is a seal, and no file of its name lies here or is being judged. */
  private boolean isLoneSeal(String fileName) {
    return DroppedSeals.isSeal(fileName)
        && drops.values().stream()
            .noneMatch(drop -> drop.fileName.equals(DroppedSeals.sealed(fileName)))
        && !Files.exists(folder.resolve(DroppedSeals.sealed(fileName)), LinkOption.NOFOLLOW_LINKS);
  }

  private void tellOverflow(List<Look.Complaint> complaints) {
    if (!overflowTold) {
      overflowTold = true;
      complaints.add(
          new Look.Complaint(
              folder.getFileName().toString(),
              folder
                  + " holds more than "
                  + FileLimits.INBOX_ENTRIES_MAX
                  + " entries; those beyond wait until others are gone"));
    }
  }

  private void one(
      Path entry,
      String fileName,
      long nowNanos,
      List<String> ready,
      List<Look.Complaint> complaints)
      throws IOException {
    if (drops.values().stream().anyMatch(drop -> drop.fileName.equals(fileName))) {
      return;
    }
    FileIdentity identity;
    try {
      identity = FileIdentity.of(entry);
    } catch (NoSuchFileException e) {
      // Gone between the listing and now: whoever dropped it took it back.
      return;
    }
    if (stuck.isLeftAlone(fileName, identity.text(), nowNanos)) {
      return;
    }
    Seen before = seen.get(fileName);
    Optional<String> objection = EntryObjection.to(entry);
    if (objection.isPresent()) {
      boolean told =
          before != null && before.complainedOf && before.identity.inode().equals(identity.inode());
      if (!told) {
        complaints.add(new Look.Complaint(fileName, objection.get()));
      }
      seen.put(fileName, new Seen(identity, nowNanos, true));
      return;
    }
    if (DroppedSeals.isSeal(fileName) && !isLoneSeal(fileName)) {
      // It is looked at with its file; if that goes without it, its time begins then.
      seen.remove(fileName);
      return;
    }
    long restNanos =
        DroppedSeals.isSeal(fileName) ? FileLimits.LONE_SEAL_NANOS : limits.restNanos();
    if (before == null || before.complainedOf || !before.identity.equals(identity)) {
      before = new Seen(identity, nowNanos, false);
      seen.put(fileName, before);
    } else if (nowNanos - before.sinceNanos >= restNanos) {
      ready.add(fileName);
      return;
    }
    if (complete.contains(fileName)) {
      ready.add(fileName);
    }
  }

  /**
   * Copies a file that a look gave to a place of our own, synced not yet. Slow. A disk that fails
   * is a refusal, too.
   */
  public Take take(String fileName) {
    long ticket;
    Drop drop;
    synchronized (this) {
      Seen last = seen.get(fileName);
      if (last == null || last.complainedOf) {
        return new Take.NotAtRest();
      }
      if (DroppedSeals.isSeal(fileName)) {
        return isLoneSeal(fileName)
            ? new Take.Refused(fileName, last.identity.text(), DroppedSeals.alone(fileName))
            : new Take.NotAtRest();
      }
      Optional<Refusal> refusal = claim(fileName, last.identity.length());
      if (refusal.isPresent()) {
        return new Take.Refused(fileName, last.identity.text(), refusal.get());
      }
      ticket = ++lastTicket;
      drop = new Drop(fileName, last.identity, staging.resolve("drop-" + ticket + ".mfz"));
      drops.put(ticket, drop);
      complete.remove(fileName);
    }
    return copied(ticket, drop);
  }

  private Optional<Refusal> claim(String fileName, long bytes) {
    try {
      Optional<Refusal> refusal = room.claim(key(lastTicket + 1), fileName, bytes);
      // What was refused gives way to what may be good, where that helps.
      while (refusal.isPresent()
          && room.wouldFit(bytes, refused.yieldableBytes())
          && refused.giveWay()) {
        refusal = room.claim(key(lastTicket + 1), fileName, bytes);
      }
      return refusal;
    } catch (IOException e) {
      return Optional.of(DiskRefusal.of(e));
    }
  }

  private Take copied(long ticket, Drop drop) {
    Take take = copiedUnlessItFails(ticket, drop);
    if (take instanceof Take.Taken) {
      return take;
    }
    try {
      forget(ticket);
    } catch (IOException e) {
      return new Take.Refused(drop.fileName, drop.identity.text(), DiskRefusal.of(e));
    }
    return take;
  }

  private Take copiedUnlessItFails(long ticket, Drop drop) {
    Path original = folder.resolve(drop.fileName);
    try {
      seals.note(ticket, drop.fileName);
      return isStill(drop)
              && PrivateCopy.make(
                  original,
                  drop.copy,
                  drop.identity.length(),
                  length -> room.written(key(ticket), length))
              && isStill(drop)
          ? new Take.Taken(ticket, drop.copy, drop.identity.length())
          : new Take.NotAtRest();
    } catch (NoSuchFileException e) {
      return new Take.NotAtRest();
    } catch (IOException e) {
      return new Take.Refused(
          drop.fileName,
          drop.identity.text(),
          DiskRefusal.of(
              new IOException(
                  "copying "
                      + Counted.bytes(drop.identity.length())
                      + " of "
                      + original
                      + " to "
                      + drop.copy
                      + ": "
                      + DurableFile.words(e),
                  e)));
    }
  }

  /** Where the private copy of a file that was taken lies. */
  public synchronized Path path(long ticket) {
    return drop(ticket).copy;
  }

  /**
   * The content of the seal beside the original of a file that was taken; empty where none lies
   * there. Whoever drops both drops the seal first.
   *
   * @throws IOException where it cannot be read, or is longer than {@code bytesMax}
   */
  public synchronized Optional<Bytes> seal(long ticket, int bytesMax) throws IOException {
    return seals.read(drop(ticket).fileName, bytesMax);
  }

  /** The name under which a file that was taken was dropped. */
  public synchronized String fileName(long ticket) {
    return drop(ticket).fileName;
  }

  /** What lies in the inbox under {@code fileName} right now, in the words of an identity. */
  public Optional<String> identity(String fileName) {
    try {
      return Optional.of(FileIdentity.of(folder.resolve(fileName)).text());
    } catch (IOException | InvalidPathException e) {
      // Gone, or not to be looked at: then it is not the file that anybody speaks of.
      return Optional.empty();
    }
  }

  /** The identity that a file that was taken had when it was taken. */
  public synchronized String identity(long ticket) {
    return drop(ticket).identity.text();
  }

  /**
   * The file is live now, or was before: its original and private copy go. An original that is
   * another one by now stays, and is looked at afresh.
   *
   * @return whether the original still was the very file that was judged
   * @throws IOException where the original could not be deleted; it is left alone for a minute
   */
  public synchronized boolean done(long ticket) throws IOException {
    Drop drop = drop(ticket);
    try {
      boolean sealed = isStill(drop) && seals.isStill(ticket, drop.fileName);
      AtomicBoolean still = new AtomicBoolean();
      stuck.clear(
          drop.fileName,
          drop.identity.text(),
          () -> {
            if (sealed) {
              seals.delete(drop.fileName);
            }
            still.set(aside.delete(drop.fileName, drop.identity));
            return still;
          });
      return still.get();
    } finally {
      forget(ticket);
    }
  }

  /**
   * The file is moved to {@code refused/}, with {@code text} as the reason.
   *
   * @return whether the original still was the very file that was judged
   * @throws IOException where it could not be moved; it is left alone for a minute
   */
  public synchronized boolean refuse(long ticket, String text) throws IOException {
    Drop drop = drop(ticket);
    try {
      boolean sealed = isStill(drop) && seals.isStill(ticket, drop.fileName);
      AtomicBoolean still = new AtomicBoolean();
      stuck.clear(
          drop.fileName,
          drop.identity.text(),
          () -> {
            if (sealed) {
              seals.refuse(drop.fileName, text);
            }
            if (!isStill(drop)) {
              // What was judged is what is kept: the copy, where the original is another file.
              return refused.take(drop.copy, drop.fileName, text);
            }
            Path kept = refused.take(folder.resolve(drop.fileName), drop.fileName, text);
            still.set(FileIdentity.of(kept).wherever().equals(drop.identity.wherever()));
            if (!still.get()) {
              // Writing the reason is slow: somebody has put another file there meanwhile.
              aside.putBack(kept, drop.fileName);
              refused.take(drop.copy, drop.fileName, text);
            }
            return still;
          });
      return still.get();
    } finally {
      forget(ticket);
    }
  }

  /**
   * A file that could not be taken is moved to {@code refused/} with its refusal as the reason. One
   * that is another file by now stays, and is looked at afresh.
   *
   * @return whether it still was the very file that could not be taken
   * @throws IOException where it could not be moved; it is left alone for a minute
   */
  public synchronized boolean refuse(Take.Refused take) throws IOException {
    String fileName = take.fileName();
    seen.remove(fileName);
    complete.remove(fileName);
    boolean still = identity(fileName).equals(Optional.of(take.identity()));
    if (still) {
      stuck.clear(
          fileName,
          take.identity(),
          () -> {
            if (seals.isThere(fileName)) {
              seals.refuse(fileName, take.refusal().text());
            }
            return refused.take(folder.resolve(fileName), fileName, take.refusal().text());
          });
    }
    return still;
  }

  /**
   * At start: what a kill has left aside is dropped again.
   *
   * @return what could not be, as sentences
   */
  public synchronized List<String> putAllBack() throws IOException {
    return aside.putAllBack();
  }

  private Drop drop(long ticket) {
    Drop drop = drops.get(ticket);
    if (drop == null) {
      throw new IllegalArgumentException("no file of the inbox has the ticket " + ticket);
    }
    return drop;
  }

  private synchronized void forget(long ticket) throws IOException {
    Drop drop = drops.remove(ticket);
    seals.forget(ticket);
    room.release(key(ticket));
    seen.remove(drop.fileName);
    Files.deleteIfExists(drop.copy);
  }

  private boolean isStill(Drop drop) throws IOException {
    try {
      return FileIdentity.of(folder.resolve(drop.fileName)).equals(drop.identity);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static String key(long ticket) {
    return "drop-" + ticket;
  }
}
