package dev.tilecast.engine.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.tilecast.engine.core.Misplaced;
import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.disk.Sha256;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The verified files, one a name, and the order of writes by which a new one takes the place of the
 * old (ARCHITECTURE.md, Files, Promotion). At no instant is there a part of a file under a name.
 * May be used from any thread; a slow promotion does not hold up readers.
 */
public final class LiveFolder implements AutoCloseable {
  private final TileHome home;
  private final FileLimits limits;
  private final Marks marks;
  private final Archive archive;
  private final RefusedFolder refused;

  /**
   * Which manifest the file of each name belongs to: readers ask for bytes of that, or get none.
   */
  private final TreeMap<Name, Held> held = new TreeMap<>();

  /** Names that were found replaced, and how often the core has still to be told. */
  private final Map<Name, Integer> untold = new HashMap<>();

  /** The name that was looked at last to see whether something else lies there. */
  private Optional<Name> lookedAt = Optional.empty();

  /** Least recently read first. */
  private final LinkedHashMap<Name, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A live file.
   *
   * @param there what lay under its name when that was looked at last
   */
  private record Held(Bytes manifestId, Occupant there) {}

  /** The live files of {@code home}. */
  public LiveFolder(
      TileHome home, FileLimits limits, Room room, Marks marks, RefusedFolder refused) {
    this.home = home;
    this.limits = limits;
    this.marks = marks;
    this.archive = new Archive(home.archive(), room);
    this.refused = refused;
  }

  /** Every name that has a file. */
  public List<Name> list() throws IOException {
    List<Name> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(home.live())) {
      for (Path entry : entries) {
        Optional<Name> name = Name.parse(entry.getFileName().toString());
        if (name.isPresent() && Files.isRegularFile(entry, NOFOLLOW_LINKS)) {
          names.add(name.get());
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(null);
    return names;
  }

  /** Where the live file of {@code name} lies, or would lie. */
  public Path path(Name name) {
    return home.live().resolve(name.text());
  }

  /** Where the seal of the live file of {@code name} lies, if it has one. */
  public Path sealPath(Name name) {
    return home.live().resolve(name.text() + DroppedSeals.SUFFIX);
  }

  /** Where the version before the live one of {@code name} lies, if it was kept. */
  public Path archivedPath(Name name) {
    return home.archive().resolve(name.text());
  }

  /** The identity of the live file of {@code name}; empty where there is none. */
  public Optional<String> identity(Name name) throws IOException {
    return Files.isRegularFile(path(name), NOFOLLOW_LINKS)
        ? Optional.of(FileIdentity.of(path(name)).text())
        : Optional.empty();
  }

  /** At start: returns when the names that {@link #list} gives would survive a power cut. */
  public void sync() throws IOException {
    DurableFile.syncFolder(home.live());
  }

  /**
   * At start: returns when the bytes of the live file of {@code name}, whatever they are, would
   * survive one. What the disk did not take it does not try again: that is written anew.
   *
   * @throws IOException where the disk does not take that either; what it has of the file is not
   *     known then, however it reads
   */
  public void secure(Name name) throws IOException {
    try {
      DurableFile.sync(path(name));
    } catch (SyncFailedException failure) {
      try {
        // The next start sweeps what is left there.
        DurableFile.writeAnew(path(name), home.staging());
      } catch (IOException e) {
        SyncFailedException both =
            new SyncFailedException(
                failure.getMessage() + "; writing it anew: " + DurableFile.words(e));
        both.addSuppressed(e);
        throw both;
      }
    }
  }

  /**
   * At start: the live file of {@code name} was found to be the one that this manifest describes.
   */
  public synchronized void adopt(Name name, Bytes manifestId) throws IOException {
    closeReader(name);
    held.put(name, new Held(manifestId, Occupant.at(path(name))));
  }

  /** Whether the live file of {@code name} is the one that this manifest describes. */
  public synchronized boolean holds(Name name, Bytes manifestId) {
    Held now = held.get(name);
    return now != null && now.manifestId.equals(manifestId);
  }

  /**
   * Whether something else lies under {@code name} than when it was looked at last; from now on
   * readers read that, which nobody has checked. Whoever hears that it does tells the core, and
   * nothing of it is to be served {@linkplain #isUntold until the core knows}.
   */
  public synchronized boolean isReplaced(Name name) throws IOException {
    Held before = held.get(name);
    if (before == null) {
      return false;
    }
    Occupant now = Occupant.at(path(name));
    if (now.equals(before.there)) {
      return false;
    }
    closeReader(name);
    held.put(name, new Held(before.manifestId, now));
    untold.merge(name, 1, Integer::sum);
    return true;
  }

  /** Whether the core does not know yet that something else lies under {@code name}. */
  public synchronized boolean isUntold(Name name) {
    return untold.containsKey(name);
  }

  /** The core knows of one more time that {@link #isReplaced}. */
  public synchronized void told(Name name) {
    untold.computeIfPresent(name, (same, times) -> times == 1 ? null : times - 1);
  }

  /**
   * Looks at one more name, each in its turn; gives it where {@link #isReplaced}. A file that
   * nobody asks for would else be missed only when its bytes are read again, within a week.
   */
  public synchronized Optional<Name> replaced() throws IOException {
    Name next = lookedAt.map(held::higherKey).orElse(null);
    if (next == null && !held.isEmpty()) {
      next = held.firstKey();
    }
    lookedAt = Optional.ofNullable(next);
    return next != null && isReplaced(next) ? lookedAt : Optional.empty();
  }

  /** What lies where the file of {@code name} should be, of {@code length} bytes. */
  public Optional<Misplaced> misplaced(Name name, long length) throws IOException {
    Occupant there = Occupant.at(path(name));
    boolean longer = there.misplaced().isEmpty() && there.length() > length;
    return longer ? Optional.of(Misplaced.LONGER) : there.misplaced();
  }

  /** All of it, for a file without a seal: prepared, and promoted as below. */
  public Promotion promote(Path staged, Version version, Bytes manifestId) throws IOException {
    prepare(staged);
    return promote(staged, version, manifestId, Optional.empty());
  }

  /**
   * Makes {@code staged}, a finished, inspected and {@linkplain #prepare prepared} file on the disk
   * of {@code live/}, the live file of its name: old version archived, renamed, folders synced,
   * mark synced.
   *
   * @param manifestId of the manifest that describes the file
   * @param sealFile what is to lie beside it; where that is nothing, no seal stays there
   * @throws HalfPromotedException where it is live but nothing may be promised of it
   * @throws IOException where nothing in {@code live/} was changed
   */
  public Promotion promote(Path staged, Version version, Bytes manifestId, Optional<Bytes> sealFile)
      throws IOException {
    Name name = version.name();
    requireNotBelowMark(version);
    requireNoFolder(path(name), "the file");
    requireNoFolder(sealPath(name), "its seal");
    // Before anything is changed: a full disk must not stop it half-way.
    try (Marks.Raise mark = marks.prepare(version)) {
      return promote(staged, version, manifestId, prepareSeal(staged, sealFile), mark);
    }
  }

  private Promotion promote(
      Path staged, Version version, Bytes manifestId, Optional<Path> seal, Marks.Raise mark)
      throws IOException {
    Name name = version.name();
    Optional<String> archiveNote;
    boolean live = false;
    try {
      // What the start found bad there and could not move away must not replace a good one.
      archiveNote = isHeld(name) ? archive.keep(path(name), name) : Optional.empty();
      cutOver(staged, name, manifestId);
      live = true;
    } finally {
      if (!live && seal.isPresent()) {
        Files.deleteIfExists(seal.get());
      }
    }
    try {
      // Between these two renames the seal is of another file, which counts as none.
      cutOverSeal(name, seal);
      return new Promotion(settle(staged.toAbsolutePath().getParent(), version, mark), archiveNote);
    } catch (IOException e) {
      throw new HalfPromotedException(
          version + " was renamed into live/, but then: " + DurableFile.words(e), e);
    }
  }

  /**
   * Makes {@code staged} the live file in place of a rotten one of the same version: as {@link
   * #promote}, but what is rotten does not take the place of anything in the archive.
   *
   * @return the identity of the file
   */
  public String mend(Path staged, Version version, Bytes manifestId) throws IOException {
    requireNotBelowMark(version);
    requireNoFolder(path(version.name()), "the file");
    cutOver(staged, version.name(), manifestId);
    try {
      return settle(staged.toAbsolutePath().getParent(), version);
    } catch (IOException e) {
      throw new HalfPromotedException(
          version + " was renamed into live/, but then: " + DurableFile.words(e), e);
    }
  }

  /** The core has decided this already; a file below its mark must not go live by any mistake. */
  private void requireNotBelowMark(Version version) throws IOException {
    Optional<Version> mark = marks.of(version.name());
    if (mark.isPresent() && mark.get().isNewerThan(version)) {
      throw new IOException(
          version
              + " is below the mark of its name, which is stamp "
              + mark.get().stamp()
              + " digest "
              + mark.get().innerDigest().prefix(4).toHex());
    }
  }

  /** A rename puts a file in the place of anything else. */
  private static void requireNoFolder(Path path, String what) throws IOException {
    if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
      throw new IOException(
          "a folder lies at " + path + ", where " + what + " should be; move it away");
    }
  }

  /**
   * The first step of a promotion, and a slow one: {@code staged} readable for everybody, and its
   * bytes on the disk.
   *
   * @throws IOException where they are not
   */
  public void prepare(Path staged) throws IOException {
    if (staged.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(staged, PosixFilePermissions.fromString("rw-r--r--"));
    }
    DurableFile.sync(staged);
  }

  /** Step 1 of the seal: written and synced where the next start sweeps what was left. */
  private static Optional<Path> prepareSeal(Path staged, Optional<Bytes> sealFile)
      throws IOException {
    if (sealFile.isEmpty()) {
      return Optional.empty();
    }
    Path written = staged.resolveSibling(staged.getFileName() + DroppedSeals.SUFFIX);
    DurableFile.write(written, sealFile.get().toArray(), "rw-r--r--");
    return Optional.of(written);
  }

  /**
   * Puts a seal beside the live file of {@code name}, if that still is the one of {@code
   * manifestId}; durable on return.
   *
   * @return whether it is there
   */
  public synchronized boolean keepSeal(Name name, Bytes manifestId, Bytes sealFile)
      throws IOException {
    if (!isHeld(name, manifestId)) {
      return false;
    }
    Path written = home.staging().resolve(name.text() + DroppedSeals.SUFFIX);
    DurableFile.write(written, sealFile.toArray(), "rw-r--r--");
    Files.move(written, sealPath(name), ATOMIC_MOVE);
    DurableFile.syncFolder(home.live());
    return true;
  }

  private void cutOverSeal(Name name, Optional<Path> seal) throws IOException {
    if (seal.isPresent()) {
      Files.move(seal.get(), sealPath(name), ATOMIC_MOVE);
    } else {
      Files.deleteIfExists(sealPath(name));
    }
  }

  /** Step 3, after the archive: the one instant at which the name changes hands. */
  synchronized void cutOver(Path staged, Name name, Bytes manifestId) throws IOException {
    closeReader(name);
    // Before the rename: after it, nothing may fail as if it had not happened.
    Occupant there = Occupant.at(staged);
    Files.move(staged, path(name), ATOMIC_MOVE);
    held.put(name, new Held(manifestId, there));
  }

  private synchronized boolean isHeld(Name name) {
    return held.containsKey(name);
  }

  private boolean isHeld(Name name, Bytes manifestId) {
    Held file = held.get(name);
    return file != null && file.manifestId.equals(manifestId);
  }

  /** Steps 4 and 5: the rename on the disk, then the mark. */
  String settle(Path stagedFolder, Version version) throws IOException {
    try (Marks.Raise mark = marks.prepare(version)) {
      return settle(stagedFolder, version, mark);
    }
  }

  private String settle(Path stagedFolder, Version version, Marks.Raise mark) throws IOException {
    DurableFile.syncFolder(home.live());
    DurableFile.syncFolder(stagedFolder);
    mark.now();
    return FileIdentity.of(path(version.name())).text();
  }

  /**
   * The bytes at {@code offset} of the live file of {@code name}, but only while that is the file
   * of {@code manifestId}; empty where it is another one by now, or none.
   *
   * @throws IOException where the file cannot be read, or ends before {@code offset + length}
   */
  public Optional<Bytes> read(Name name, Bytes manifestId, long offset, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    return read(name, manifestId, offset, bytes)
        ? Optional.of(Bytes.wrap(bytes.array()))
        : Optional.empty();
  }

  /**
   * Fills {@code into} with the bytes at {@code offset} of the live file of {@code name}, but only
   * while that is the file of {@code manifestId}; false where it is another one by now, or none.
   *
   * @throws IOException as the other one
   */
  public synchronized boolean read(Name name, Bytes manifestId, long offset, ByteBuffer into)
      throws IOException {
    if (!isHeld(name, manifestId)) {
      return false;
    }
    int length = into.remaining();
    long at = offset;
    try {
      FileChannel channel = channel(name);
      while (into.hasRemaining()) {
        int count = channel.read(into, at);
        if (count < 0) {
          throw new IOException("the file ends at " + channel.size());
        }
        at += count;
      }
    } catch (IOException e) {
      throw new IOException(
          "reading "
              + Counted.bytes(length)
              + " at "
              + offset
              + " of "
              + path(name)
              + ": "
              + DurableFile.words(e),
          e);
    }
    return true;
  }

  /**
   * Whether the bytes at {@code offset} are the chunk {@code expected}; empty where the file is not
   * that of {@code manifestId} any more. Read piece by piece, so that others get their turn.
   *
   * @throws IOException as {@link #read}
   */
  public Optional<Boolean> digestMatches(
      Name name, Bytes manifestId, long offset, ChunkRef expected) throws IOException {
    MessageDigest digest = Sha256.begin();
    int done = 0;
    while (done < expected.length()) {
      int length = Math.min(FileLimits.BUFFER_BYTES, expected.length() - done);
      Optional<Bytes> piece = read(name, manifestId, offset + done, length);
      if (piece.isEmpty()) {
        return Optional.empty();
      }
      digest.update(piece.get().toBuffer());
      done += length;
    }
    return Optional.of(Bytes.wrap(digest.digest()).equals(expected.digest()));
  }

  private FileChannel channel(Name name) throws IOException {
    FileChannel channel = open.get(name);
    if (channel != null) {
      return channel;
    }
    if (open.size() >= limits.openLiveFilesMax()) {
      Iterator<FileChannel> oldest = open.values().iterator();
      oldest.next().close();
      oldest.remove();
    }
    Optional<Misplaced> misplaced = Occupant.at(path(name)).misplaced();
    if (misplaced.isPresent()) {
      // A pipe would hold up whoever opens it.
      throw new IOException(misplaced.get().words(name));
    }
    FileChannel opened =
        FileChannel.open(path(name), Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS));
    open.put(name, opened);
    return opened;
  }

  /**
   * Takes a live file that is not what it should be out of the way, into {@code refused/}.
   *
   * @param reason what is wrong with it, as a sentence
   * @param keep whether it stays there for good
   * @return where it lies
   */
  public Path moveAside(Name name, String reason, boolean keep) throws IOException {
    Path aside;
    synchronized (this) {
      held.remove(name);
      closeReader(name);
      aside =
          keep
              ? refused.keep(path(name), name.text(), reason)
              : refused.take(path(name), name.text(), reason);
      Files.deleteIfExists(sealPath(name));
    }
    DurableFile.syncFolder(home.live());
    return aside;
  }

  /** Closes the files that are open for reading. */
  @Override
  public synchronized void close() throws IOException {
    for (FileChannel channel : open.values()) {
      channel.close();
    }
    open.clear();
    held.clear();
  }

  /** Files that are open for reading. */
  synchronized int openCount() {
    return open.size();
  }

  private void closeReader(Name name) throws IOException {
    FileChannel channel = open.remove(name);
    if (channel != null) {
      channel.close();
    }
  }
}
