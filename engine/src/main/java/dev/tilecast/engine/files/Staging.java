package dev.tilecast.engine.files;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.disk.Sha256;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Counted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files that transfers are pulled into, one each, set to its full length but not filled: room
 * is our own account ({@link Room}). Nothing here is believed before its digest was checked. May be
 * used from any thread.
 */
public final class Staging implements AutoCloseable {
  private static final String SUFFIX = ".part";

  /** Of an empty file beside one that is being synced. */
  private static final String SYNCING_SUFFIX = ".syncing";

  /** File systems give room in whole blocks of at least this. */
  private static final int BLOCK_BYTES = 4096;

  /** What all files together may gather before they write it. */
  private static final int GATHERED_BLOCKS_MAX = 16;

  private final Path folder;
  private final Room room;
  private final Map<Bytes, Open> open = new ConcurrentHashMap<>();

  /** What of a chunk is in memory while it is checked; one for all, since there are thousands. */
  private final ByteBuffer piece = ByteBuffer.allocate(FileLimits.BUFFER_BYTES);

  private final Gathered.Spare spare = new Gathered.Spare(GATHERED_BLOCKS_MAX);

  /** The staging files in {@code folder}. */
  public Staging(Path folder, Room room) {
    this.folder = folder;
    this.room = room;
  }

  /**
   * One open file.
   *
   * @param isOld whether an earlier run of the tile has written to it
   * @param blocks those that were written, to know what it has still to take
   */
  private record Open(
      Path path,
      FileChannel channel,
      long length,
      String inode,
      boolean isOld,
      BitSet blocks,
      Gathered gathered) {}

  /**
   * Makes the file of a new transfer, or says why there is no room for it. What was left of an
   * earlier one with that id is gone.
   *
   * @param length bytes of the whole file
   */
  public Optional<Refusal> open(Bytes manifestId, long length) throws IOException {
    drop(manifestId);
    Optional<Refusal> refusal = room.claim(key(manifestId), "the file", length);
    if (refusal.isPresent()) {
      return refusal;
    }
    boolean made = false;
    try {
      FileChannel channel = channel(manifestId, Set.of(StandardOpenOption.CREATE_NEW));
      keep(manifestId, channel, length, false);
      write(manifestId, length - 1, Bytes.copyOf(new byte[1]));
      flush(manifestId);
      made = true;
      return Optional.empty();
    } finally {
      if (!made) {
        drop(manifestId);
      }
    }
  }

  /**
   * Opens the file of a transfer that was open when the tile stopped. Its bytes are whatever the
   * disk kept of them. Where it was {@linkplain #beginSync being synced}, that may have failed, and
   * the process was killed before it could say so: then it is written anew.
   *
   * @return false where it is not there with that length, or cannot be written anew, so that the
   *     transfer cannot go on
   */
  public boolean reopen(Bytes manifestId, long length) throws IOException {
    Path path = path(manifestId);
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) != length) {
      return false;
    }
    if (Files.exists(syncing(manifestId), LinkOption.NOFOLLOW_LINKS)
        && !(room.wouldFit(length, 0) && isWrittenAnew(path))) {
      return false;
    }
    endSync(manifestId);
    // How much of it takes room already shows when its chunks are checked.
    room.claimAgain(key(manifestId), length);
    keep(manifestId, channel(manifestId, Set.of()), length, true);
    return true;
  }

  /**
   * From now on the file is synced by its {@link #path}. The disk may tell only once that it has
   * not taken it, so whoever dies meanwhile leaves word of that; on a disk that is too full for a
   * word it goes without.
   */
  public void beginSync(Bytes manifestId) {
    try {
      Files.write(syncing(manifestId), new byte[0]);
    } catch (IOException e) {
      // Whoever syncs it will hear of a disk that is worse than full.
    }
  }

  /** The disk has taken it. */
  public void endSync(Bytes manifestId) throws IOException {
    Files.deleteIfExists(syncing(manifestId));
  }

  private boolean isWrittenAnew(Path path) {
    try {
      DurableFile.writeAnew(path, folder);
      return true;
    } catch (IOException e) {
      // Nobody knows what of it is on the disk: it is pulled anew.
      return false;
    }
  }

  private Path syncing(Bytes manifestId) {
    return folder.resolve(manifestId.toHex() + SYNCING_SUFFIX);
  }

  private void keep(Bytes manifestId, FileChannel channel, long length, boolean isOld)
      throws IOException {
    String inode = "";
    try {
      inode = Occupant.at(path(manifestId)).inode();
    } finally {
      // Also where that fails: whoever drops the file closes it.
      BitSet blocks = new BitSet();
      Gathered gathered =
          new Gathered(channel, spare, (at, count) -> account(manifestId, blocks, at, count));
      open.put(
          manifestId, new Open(path(manifestId), channel, length, inode, isOld, blocks, gathered));
    }
  }

  /** Whether the file of a transfer is open, made or found again. */
  public boolean isOpen(Bytes manifestId) {
    return open.containsKey(manifestId);
  }

  /**
   * Whether the file of a transfer is open and lies under its name with its whole length. One that
   * somebody has deleted can be written and read for ever, and never be renamed.
   */
  public boolean isInPlace(Bytes manifestId) throws IOException {
    Open file = open.get(manifestId);
    if (file == null) {
      return false;
    }
    Occupant there = Occupant.at(file.path);
    return there.inode().equals(file.inode) && there.length() == file.length;
  }

  private FileChannel channel(Bytes manifestId, Set<StandardOpenOption> also) throws IOException {
    Set<OpenOption> options = new HashSet<>(also);
    options.add(StandardOpenOption.READ);
    options.add(StandardOpenOption.WRITE);
    options.add(LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(path(manifestId), options);
  }

  /**
   * Writes {@code bytes} at {@code offset}, now or later ({@link #flush}). Not synced. Where it
   * fails, what was written before is not lost, but may still lie here.
   */
  public void write(Bytes manifestId, long offset, Bytes bytes) throws IOException {
    write(manifestId, offset, bytes.toBuffer());
  }

  /** The same with what is left of {@code bytes}. */
  public void write(Bytes manifestId, long offset, ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    Open file = opened(manifestId, offset, count);
    boolean isGathered;
    try {
      isGathered = file.gathered.write(bytes, offset);
    } catch (IOException e) {
      throw failed("writing", file, offset, count, e);
    }
    if (!isGathered) {
      open.values().stream().map(Open::gathered).filter(Gathered::isIdle).forEach(Staging::makeWay);
    }
  }

  /** What a transfer that rests has gathered makes way for what goes on. */
  private static void makeWay(Gathered idle) {
    try {
      idle.flush();
    } catch (IOException e) {
      // It stays gathered; whoever goes on with that file will hear of it.
    }
  }

  /**
   * Gives the disk everything that was written, so that whoever opens the file by its {@link #path}
   * finds it there. Not synced.
   */
  public void flush(Bytes manifestId) throws IOException {
    flush(opened(manifestId, 0, 0));
  }

  /** The same for all files. What the disk does not take stays gathered, to be tried again. */
  public void flushAll() throws IOException {
    Optional<IOException> failure = Optional.empty();
    for (Open file : open.values()) {
      try {
        flush(file);
      } catch (IOException e) {
        failure = Optional.of(failure.orElse(e));
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static void flush(Open file) throws IOException {
    try {
      file.gathered.flush();
    } catch (IOException e) {
      throw failed("writing", file, 0, file.length, e);
    }
  }

  /** The {@code length} bytes at {@code offset}, whatever they are. */
  public Bytes read(Bytes manifestId, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    read(manifestId, offset, bytes);
    return Bytes.wrap(bytes.array());
  }

  /** Fills {@code into} with the bytes at {@code offset}, whatever they are. */
  public void read(Bytes manifestId, long offset, ByteBuffer into) throws IOException {
    readFully(opened(manifestId, offset, into.remaining()), into, offset);
  }

  /** Follows bytes that are read for another purpose, from front to back. */
  public interface Follower {
    /** The next {@code count} bytes are the first of {@code bytes}, which are reused after that. */
    void follow(byte[] bytes, int count);
  }

  /** The length of the file of a transfer. */
  public long length(Bytes manifestId) throws IOException {
    return opened(manifestId, 0, 0).length;
  }

  /**
   * Whether the bytes at {@code offset} are the chunk {@code expected}.
   *
   * @param follower sees what is read for it
   */
  public boolean digestMatches(Bytes manifestId, long offset, ChunkRef expected, Follower follower)
      throws IOException {
    Open file = opened(manifestId, offset, expected.length());
    MessageDigest digest = Sha256.begin();
    long at = offset;
    long end = offset + expected.length();
    synchronized (piece) {
      while (at < end) {
        piece.clear().limit((int) Math.min(piece.capacity(), end - at));
        readFully(file, piece, at);
        at += piece.limit();
        digest.update(piece.flip());
        follower.follow(piece.array(), piece.limit());
      }
    }
    boolean matches = Bytes.wrap(digest.digest()).equals(expected.digest());
    if (matches && file.isOld) {
      account(manifestId, file.blocks, offset, expected.length());
    }
    return matches;
  }

  /** Deletes the file, where it is still here, and gives its room back. */
  public void drop(Bytes manifestId) throws IOException {
    Open file = open.remove(manifestId);
    room.release(key(manifestId));
    if (file != null) {
      file.gathered.end();
      file.channel.close();
    }
    Files.deleteIfExists(path(manifestId));
    Files.deleteIfExists(syncing(manifestId));
  }

  /** Where the file of a transfer lies. */
  public Path path(Bytes manifestId) {
    return folder.resolve(manifestId.toHex() + SUFFIX);
  }

  /**
   * Deletes everything here but the files of the transfers {@code keep}: what a stopped daemon left
   * behind, private copies of the inbox included. Only before anything is opened.
   */
  public void sweep(Set<Bytes> keep) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        boolean kept =
            keep.stream().anyMatch(id -> path(id).equals(entry) || syncing(id).equals(entry));
        if (!kept && !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          Files.deleteIfExists(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** What was written and not given to the disk yet is lost, as in a process that is killed. */
  public void abandon() {
    open.values().forEach(file -> file.gathered.end());
  }

  /** Closes every file with all that was written; none is deleted. */
  @Override
  public void close() throws IOException {
    Optional<IOException> failure = Optional.empty();
    for (Open file : open.values()) {
      try {
        close(file);
      } catch (IOException e) {
        failure = Optional.of(failure.orElse(e));
      }
    }
    open.clear();
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static void close(Open file) throws IOException {
    try {
      flush(file);
    } finally {
      file.gathered.end();
      file.channel.close();
    }
  }

  private void account(Bytes manifestId, BitSet blocks, long offset, int length) {
    int first = (int) (offset / BLOCK_BYTES);
    int end = (int) ((offset + length - 1) / BLOCK_BYTES) + 1;
    int added = 0;
    synchronized (blocks) {
      for (int i = blocks.nextClearBit(first); i < end; i = blocks.nextClearBit(i)) {
        blocks.set(i);
        added++;
      }
    }
    room.written(key(manifestId), (long) added * BLOCK_BYTES);
  }

  private Open opened(Bytes manifestId, long offset, int length) throws IOException {
    Open file = open.get(manifestId);
    if (file == null) {
      throw new IOException("no file is open in staging for manifest " + manifestId.toHex());
    }
    if (offset < 0 || offset > file.length - length) {
      throw new IOException(
          Counted.bytes(length)
              + " at "
              + offset
              + " of "
              + file.path
              + ", which has "
              + file.length);
    }
    return file;
  }

  private static void readFully(Open file, ByteBuffer into, long offset) throws IOException {
    try {
      file.gathered.read(into, offset);
    } catch (IOException e) {
      throw failed("reading", file, offset, into.limit(), e);
    }
  }

  private static IOException failed(
      String doing, Open file, long offset, long length, IOException e) {
    return new IOException(
        doing
            + " "
            + Counted.bytes(length)
            + " at "
            + offset
            + " of "
            + file.path
            + ": "
            + DurableFile.words(e),
        e);
  }

  private static String key(Bytes manifestId) {
    return manifestId.toHex();
  }
}
