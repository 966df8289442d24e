package dev.tilecast.testbed.disk;

import dev.tilecast.engine.message.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A file system in memory with a {@link Journal} of all that was done to it: files, folders, hard
 * links, atomic renames, locks, a bound of space, a clock that moves with each change. It has no
 * symbolic links and no users. May be used from any thread; one operation at a time.
 */
public final class RecordingFileSystem extends FileSystem {
  /** Each change takes this long, so that no two of them have one time. */
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final RecordingProvider provider = new RecordingProvider(this);
  private final RecordingStore store = new RecordingStore(this);
  private final long capacityBytes;
  private final Disk disk;
  private final Set<Long> locked = new HashSet<>();
  private final Map<Long, String> paths = new HashMap<>();
  private Optional<Journal> journal = Optional.empty();
  private long nowNanos;

  /** From this operation on somebody else has the rest of the disk. */
  private OptionalInt fullFrom = OptionalInt.empty();

  /** From this operation on the next sync of a file fails. */
  private OptionalInt unsyncedFrom = OptionalInt.empty();

  /** At this operation the process is killed. */
  private OptionalInt killedAt = OptionalInt.empty();

  private boolean killed;
  private boolean failed;

  /**
   * A file system that goes on from {@code disk}, which is its own from now on.
   *
   * @param capacityBytes of the whole disk; a write beyond fails as on a full one
   */
  public RecordingFileSystem(Disk disk, long capacityBytes) {
    this.disk = disk;
    this.capacityBytes = capacityBytes;
    // After a power cut the clock is later than everything that the disk has of before.
    this.nowNanos = disk.newestNanos() + TimeUnit.SECONDS.toNanos(1);
  }

  /** Begins to write down every operation; the disk of before is that of {@link #snapshot}. */
  public synchronized Journal record() {
    Journal fresh = new Journal();
    journal = Optional.of(fresh);
    return fresh;
  }

  /** The disk as programs see it now, synced or not. */
  public synchronized Disk snapshot() {
    return disk.copy();
  }

  long capacityBytes() {
    return capacityBytes;
  }

  synchronized long usableBytes() {
    return isTaken() ? 0 : Math.max(0, capacityBytes - disk.usedBytes());
  }

  /**
   * Somebody else takes the rest of the disk when so many operations are recorded.
   *
   * @throws IllegalStateException where none are
   */
  public synchronized void fillFrom(int operations) {
    if (journal.isEmpty()) {
      throw new IllegalStateException("operations are counted from record() on");
    }
    fullFrom = OptionalInt.of(operations);
  }

  /** Somebody else gives back what was taken; what a killed process wrote is still there. */
  public synchronized void giveBack() {
    fullFrom = OptionalInt.empty();
    killedAt = OptionalInt.empty();
    killed = false;
  }

  /**
   * The first sync of a file once so many operations are recorded fails. As on Linux, what had been
   * written to that file is not tried again then, and reads as if it were on the disk.
   *
   * @throws IllegalStateException where none are recorded
   */
  public synchronized void failSyncFrom(int operations) {
    if (journal.isEmpty()) {
      throw new IllegalStateException("operations are counted from record() on");
    }
    unsyncedFrom = OptionalInt.of(operations);
  }

  /**
   * Once so many operations are recorded, whoever works here is killed: it changes nothing any
   * more. If the next operation is the sync of a file, that fails as for {@link #failSyncFrom}, and
   * nobody lives to hear of it.
   *
   * @throws IllegalStateException where none are recorded
   */
  public synchronized void killAt(int operations) {
    if (journal.isEmpty()) {
      throw new IllegalStateException("operations are counted from record() on");
    }
    killedAt = OptionalInt.of(operations);
  }

  /** Whether whoever worked here was killed, and nobody else has taken its place. */
  public synchronized boolean isKilled() {
    return killed;
  }

  /** Whether a write has failed for want of room, a sync as it was told, or all since a kill. */
  public synchronized boolean hasFailed() {
    return failed || killed;
  }

  private boolean isTaken() {
    return fullFrom.isPresent() && journal.orElseThrow().size() >= fullFrom.getAsInt();
  }

  /** A folder and a name in it. */
  private record Place(Inode folder, String name) {}

  private Place place(RecordingPath path) throws IOException {
    RecordingPath absolute = path.toAbsolutePath().normalize();
    RecordingPath parent = absolute.getParent();
    if (parent == null) {
      throw new FileSystemException(path.toString(), null, "the root has no name");
    }
    Inode folder = find(parent);
    if (!folder.folder) {
      throw new NotDirectoryException(parent.toString());
    }
    return new Place(folder, absolute.getFileName().toString());
  }

  /** What lies at {@code path}. */
  synchronized Inode find(RecordingPath path) throws IOException {
    Inode inode = disk.inode(Disk.ROOT);
    for (Path name : path.toAbsolutePath().normalize()) {
      Long number = inode.folder ? inode.entries.get(name.toString()) : null;
      if (number == null) {
        throw new NoSuchFileException(path.toString());
      }
      inode = disk.inode(number);
    }
    return inode;
  }

  private Optional<Inode> entry(Place place) {
    return Optional.ofNullable(place.folder.entries.get(place.name)).map(disk::inode);
  }

  private void done(Operation operation, String path) throws IOException {
    if (killedAt.isPresent() && journal.orElseThrow().size() >= killedAt.getAsInt()) {
      if (!killed && operation instanceof Operation.Force force) {
        apply(new Operation.ForceFailed(force.inode()), path);
      }
      killed = true;
      throw new IOException("the process was killed");
    }
    apply(operation, path);
  }

  private void apply(Operation operation, String path) {
    disk.apply(operation);
    journal.ifPresent(journal -> journal.add(operation, path));
  }

  private void done(Function<Long, Operation> operation, String path) throws IOException {
    nowNanos += STEP_NANOS;
    done(operation.apply(nowNanos), path);
  }

  synchronized Inode create(RecordingPath path, String permissions) throws IOException {
    Place place = place(path);
    if (entry(place).isPresent()) {
      throw new FileAlreadyExistsException(path.toString());
    }
    long number = disk.unusedNumber();
    done(
        time -> new Operation.Create(place.folder.number, place.name, number, permissions, time),
        path.toString());
    paths.put(number, path.toString());
    return disk.inode(number);
  }

  synchronized void makeFolder(RecordingPath path, String permissions) throws IOException {
    if (path.toAbsolutePath().normalize().getParent() == null) {
      throw new FileAlreadyExistsException(path.toString());
    }
    Place place = place(path);
    if (entry(place).isPresent()) {
      throw new FileAlreadyExistsException(path.toString());
    }
    long number = disk.unusedNumber();
    done(
        time ->
            new Operation.MakeFolder(place.folder.number, place.name, number, permissions, time),
        path.toString());
  }

  synchronized void link(RecordingPath path, RecordingPath existing) throws IOException {
    Inode inode = find(existing);
    Place place = place(path);
    if (inode.folder) {
      throw new FileSystemException(path.toString(), existing.toString(), "is a folder");
    }
    if (entry(place).isPresent()) {
      throw new FileAlreadyExistsException(path.toString());
    }
    done(
        time -> new Operation.Link(place.folder.number, place.name, inode.number, time),
        path.toString());
  }

  synchronized void rename(RecordingPath from, RecordingPath to, boolean replace)
      throws IOException {
    Inode inode = find(from);
    Place source = place(from);
    Place target = place(to);
    Optional<Inode> before = entry(target);
    if (before.isPresent() && before.get().number == inode.number) {
      // As POSIX has it: two names of one file, and both stay.
      return;
    }
    if (before.isPresent() && !replace) {
      throw new FileAlreadyExistsException(to.toString());
    }
    if (before.isPresent() && before.get().folder) {
      throw new FileSystemException(from.toString(), to.toString(), "the target is a folder");
    }
    done(
        time ->
            new Operation.Rename(
                source.folder.number,
                source.name,
                target.folder.number,
                target.name,
                inode.number,
                time),
        from + " to " + to);
    paths.put(inode.number, to.toString());
  }

  synchronized void delete(RecordingPath path) throws IOException {
    Inode inode = find(path);
    if (inode.folder && !inode.entries.isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    Place place = place(path);
    done(
        time -> new Operation.Unlink(place.folder.number, place.name, inode.number, time),
        path.toString());
  }

  synchronized void write(Inode inode, long offset, Bytes bytes) throws IOException {
    try {
      long growth = inode.content.growthBytes(offset, bytes.length());
      disk.requireRoom(growth, isTaken() ? disk.usedBytes() : capacityBytes);
    } catch (IOException e) {
      failed = true;
      throw e;
    }
    done(time -> new Operation.Write(inode.number, offset, bytes, time), pathOf(inode));
  }

  synchronized void truncate(Inode inode, long length) throws IOException {
    if (length < inode.content.length()) {
      done(time -> new Operation.Truncate(inode.number, length, time), pathOf(inode));
    }
  }

  synchronized int read(Inode inode, long offset, ByteBuffer into) {
    return inode.content.read(offset, into);
  }

  synchronized long length(Inode inode) {
    return inode.content.length();
  }

  synchronized void permit(Inode inode, String permissions) throws IOException {
    done(time -> new Operation.Permissions(inode.number, permissions, time), pathOf(inode));
  }

  synchronized void force(Inode inode) throws IOException {
    if (!inode.folder
        && unsyncedFrom.isPresent()
        && journal.orElseThrow().size() >= unsyncedFrom.getAsInt()) {
      unsyncedFrom = OptionalInt.empty();
      failed = true;
      done(new Operation.ForceFailed(inode.number), pathOf(inode));
      throw new IOException("Input/output error");
    }
    Operation operation =
        inode.folder ? new Operation.SyncFolder(inode.number) : new Operation.Force(inode.number);
    done(operation, pathOf(inode));
  }

  private String pathOf(Inode inode) {
    return paths.getOrDefault(inode.number, "inode " + inode.number);
  }

  /** Remembers the path under which a file was opened, for people who read the journal. */
  synchronized void opened(Inode inode, RecordingPath path) {
    paths.put(inode.number, path.toString());
  }

  synchronized List<String> names(RecordingPath folder) throws IOException {
    Inode inode = find(folder);
    if (!inode.folder) {
      throw new NotDirectoryException(folder.toString());
    }
    return List.copyOf(inode.entries.keySet());
  }

  /** What is known of a file or folder. */
  synchronized RecordingAttributes attributes(RecordingPath path) throws IOException {
    return RecordingAttributes.of(find(path));
  }

  synchronized boolean lock(Inode inode) {
    return locked.add(inode.number);
  }

  synchronized void unlock(Inode inode) {
    locked.remove(inode.number);
  }

  RecordingStore store() {
    return store;
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  /** Nothing to close: it is gone when nobody refers to it. */
  @Override
  public void close() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(getPath("/"));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of(store);
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic", "posix", "unix");
  }

  @Override
  public RecordingPath getPath(String first, String... more) {
    return RecordingPath.parse(
        this, more.length == 0 ? first : first + "/" + String.join("/", more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    PathMatcher byText = FileSystems.getDefault().getPathMatcher(syntaxAndPattern);
    return path -> byText.matches(Path.of(path.toString()));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("this file system has no users");
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("this file system cannot be watched");
  }
}
