package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.files.DiskRefusal;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The disk of a simulated tile: staging, live, archive, marks, inbox and rows, with what of them
 * was synced. When power goes, what was not synced is there, is not, or is half there, each by
 * itself; a rename happened or did not. It may be full, and its bytes may rot.
 */
final class SimDisk implements TileDisk {
  /** The words of a system whose disk is full. */
  private static final String NO_SPACE = "No space left on device";

  private static final int FREE_PART = 4;
  private static final int BLOCK_BYTES = 4096;

  /**
   * One file in {@code live/}.
   *
   * @param identity another one for each file that was ever put there
   * @param sealed whether its seal lies beside it
   */
  record Held(SimFile file, String identity, boolean sealed) {
    Manifest manifest() {
      return file.manifest();
    }

    Bytes content() {
      return file.content();
    }
  }

  /** A file in {@code staging/}. */
  private static final class Staged {
    final byte[] bytes;
    final List<Run> unsynced = new ArrayList<>();

    /** Blocks that were written, and so take room. */
    final BitSet blocks = new BitSet();

    boolean named;
    boolean inspected;

    Staged(int length) {
      bytes = new byte[length];
    }

    long writtenBytes() {
      return Math.min(bytes.length, (long) blocks.cardinality() * BLOCK_BYTES);
    }
  }

  private record Run(int offset, int length) {}

  /** A rename into {@code live/} that no sync of the folder has made safe yet. */
  private record Rename(
      Held held, Optional<Held> before, Optional<Bytes> stagingId, Staged staged) {
    Name name() {
      return held.manifest().head().version().name();
    }
  }

  private final SimRows rows = new SimRows();
  private final Map<Bytes, Staged> staging = new LinkedHashMap<>();
  private final Map<Name, Held> live = new TreeMap<>();

  /**
   * What {@link #live} holds, made anew after each change of it: it is asked for with each packet.
   */
  private Optional<Map<Name, SimFile>> files = Optional.empty();

  private final Map<Name, Held> archive = new TreeMap<>();
  private final Map<Name, Version> marks = new TreeMap<>();
  private final Map<String, SimFile> inbox = new LinkedHashMap<>();
  private final List<String> refused = new ArrayList<>();
  private final List<Rename> renames = new ArrayList<>();
  private long capacity = Long.MAX_VALUE / 4;
  private boolean full;
  private long identities;

  /** The bytes written to this disk since it was new: files, not rows. */
  private long bytesWritten;

  @Override
  public Software boot(SimTile tile) throws IOException {
    return new SimShell(tile, this, tile.model(), tile.tileId());
  }

  @Override
  public Map<Name, SimFile> files() {
    if (files.isEmpty()) {
      Map<Name, SimFile> now = new TreeMap<>();
      live.forEach((name, held) -> now.put(name, held.file));
      files = Optional.of(Collections.unmodifiableMap(now));
    }
    return files.get();
  }

  @Override
  public void drop(SimFile file) {
    inbox.put(file.name().text(), file);
  }

  @Override
  public boolean hasDropped() {
    return !inbox.isEmpty();
  }

  @Override
  public boolean reaches(CutPoint point) {
    return true;
  }

  @Override
  public TileDisk replaced() {
    return new SimDisk();
  }

  @Override
  public void loseStore() {
    rows.clear();
  }

  @Override
  public String diary() {
    return "";
  }

  SimRows rows() {
    return rows;
  }

  /** What lies in {@code live/}, to be looked at only. */
  Map<Name, Held> live() {
    return Collections.unmodifiableMap(live);
  }

  /** That file lies in {@code live/} now, put there by whomever; gives the one before. */
  Optional<Held> put(Name name, Held held) {
    files = Optional.empty();
    return Optional.ofNullable(live.put(name, held));
  }

  /** A seal lies beside the live file of {@code name} from now on, if it is the one of that id. */
  boolean keepSeal(Name name, Bytes id) {
    Held held = live.get(name);
    if (full || held == null || !held.file.id().equals(id)) {
      return false;
    }
    put(name, new Held(held.file, held.identity(), true));
    return true;
  }

  /** That file is gone from {@code live/}, by whomever. */
  void remove(Name name) {
    files = Optional.empty();
    live.remove(name);
  }

  Map<Name, Held> archive() {
    return archive;
  }

  Map<Name, Version> marks() {
    return marks;
  }

  /** Whether no write that needs room succeeds. */
  boolean isFull() {
    return full;
  }

  /** What lies in the inbox, by file name. */
  Map<String, SimFile> inbox() {
    return inbox;
  }

  /** File names in {@code refused/}, the oldest first. */
  List<String> refused() {
    return refused;
  }

  long bytesWritten() {
    return bytesWritten;
  }

  @Override
  public void capacity(long bytes) {
    capacity = bytes;
  }

  @Override
  public void full(boolean nowFull) {
    full = nowFull;
  }

  /**
   * Commits rows.
   *
   * @throws IOException where the disk is full and one of them is a promise; none was kept
   */
  void commit(List<Save> saves) throws IOException {
    if (full) {
      if (!saves.stream().allMatch(s -> s instanceof Save.Event || s instanceof Save.Page)) {
        throw new IOException(NO_SPACE + ": " + saves.size() + " rows");
      }
      return;
    }
    rows.commit(saves);
  }

  /** Reserves room, or says why there is none, as the accounts of a real tile do. */
  Optional<Refusal> openStaging(Bytes id, ManifestHead head) {
    if (staging.containsKey(id)) {
      return Optional.empty();
    }
    Optional<Refusal> refusal = objectionTo(head.fileLength());
    if (refusal.isPresent()) {
      return refusal;
    }
    staging.put(id, new Staged(Math.toIntExact(head.fileLength())));
    return Optional.empty();
  }

  /** Why nothing can be done with a staging file that is not there. */
  static Refusal gone(Bytes id) {
    return new Refusal(Reason.DISK_FAILED, "no file is open in staging for " + id.toHex());
  }

  /** Why there is no room for a file of {@code length} bytes, as a real tile sees it. */
  Optional<Refusal> objectionTo(long length) {
    long unwritten =
        staging.values().stream().mapToLong(file -> file.bytes.length - file.writtenBytes()).sum();
    long free = full ? 0 : Math.max(0, capacity - used());
    long written = staging.values().stream().mapToLong(Staged::writtenBytes).sum();
    boolean takenByOthers = length > free / FREE_PART && length <= (free + written) / FREE_PART;
    if (length > free - unwritten || takenByOthers) {
      long has = Math.max(0, Math.min(free - unwritten, free / FREE_PART));
      return Optional.of(
          new Refusal(
              Reason.NO_SPACE, "the file needs " + length + " bytes, this tile has " + has));
    }
    if (length > free / FREE_PART) {
      return Optional.of(
          new Refusal(
              Reason.TOO_LARGE,
              "the file has "
                  + length
                  + " bytes; a file may take a quarter of the "
                  + free
                  + " bytes that are free on this tile"));
    }
    return Optional.empty();
  }

  private long used() {
    long used = 0;
    for (Staged file : staging.values()) {
      used += file.writtenBytes();
    }
    for (Held file : live.values()) {
      used += file.content().length();
    }
    for (Held file : archive.values()) {
      used += file.content().length();
    }
    return used;
  }

  /** Bytes that staging takes. */
  long stagingBytes() {
    long used = 0;
    for (Staged file : staging.values()) {
      used += file.bytes.length;
    }
    return used;
  }

  boolean isStaged(Bytes id) {
    return staging.containsKey(id);
  }

  /** The manifest ids of all staging files. */
  List<Bytes> stagedIds() {
    return List.copyOf(staging.keySet());
  }

  int stagedLength(Bytes id) {
    return staged(id).bytes.length;
  }

  void write(Bytes id, long offset, Bytes bytes) throws IOException {
    if (full) {
      throw new IOException(NO_SPACE);
    }
    Staged file = staged(id);
    int at = Math.toIntExact(offset);
    bytes.toBuffer().get(file.bytes, at, bytes.length());
    file.unsynced.add(new Run(at, bytes.length()));
    file.blocks.set(at / BLOCK_BYTES, (at + bytes.length() - 1) / BLOCK_BYTES + 1);
    bytesWritten += bytes.length();
  }

  boolean digestMatches(Bytes id, long offset, ChunkRef expected) {
    Staged file = staged(id);
    int from = Math.toIntExact(offset);
    byte[] chunk = Arrays.copyOfRange(file.bytes, from, from + expected.length());
    return Bytes.sha256(chunk).equals(expected.digest());
  }

  Bytes staged(Bytes id, int from, int to) {
    return Bytes.copyOf(staged(id).bytes, from, to - from);
  }

  byte[] stagedBytes(Bytes id) {
    return staged(id).bytes;
  }

  void dropStaging(Bytes id) {
    staging.remove(id);
  }

  private Staged staged(Bytes id) {
    Staged file = staging.get(id);
    if (file == null) {
      throw new IllegalStateException("no staging file of " + id.toHex());
    }
    return file;
  }

  /** Promotion, step 1. */
  void syncStaged(Bytes id) {
    staged(id).unsynced.clear();
  }

  /** Promotion, step 2. */
  void keepInArchive(Name name) {
    Held old = live.get(name);
    if (old != null) {
      archive.put(name, old);
    }
  }

  /** Promotion, step 3: the name changes hands; gives what is live from now on. */
  Held rename(SimFile file, Optional<Bytes> stagingId, boolean sealed) {
    Staged staged = stagingId.map(staging::remove).orElseGet(() -> new Staged(0));
    boolean asInspected =
        stagingId.isEmpty() || ByteBuffer.wrap(staged.bytes).equals(file.content().toBuffer());
    // One copy of what thousands of tiles hold alike.
    SimFile there = asInspected ? file : file.rotten(Bytes.copyOf(staged.bytes));
    Held held = new Held(there, "file " + identities++, sealed);
    Optional<Held> before = put(file.name(), held);
    renames.add(new Rename(held, before, stagingId, staged));
    return held;
  }

  /** Promotion, step 4. */
  void syncFolders() {
    renames.clear();
    staging.values().forEach(file -> file.named = true);
  }

  /**
   * Promotion, step 5; nothing is written where the mark is as high already.
   *
   * @throws IOException where the disk is full
   */
  void mark(Version version) throws IOException {
    if (isAboveMark(version)) {
      if (full) {
        throw new IOException(NO_SPACE + ": the mark of " + version);
      }
      marks.put(version.name(), version);
    }
  }

  /** The same, where the mark was written before and needs no more room. */
  void markPrepared(Version version) {
    if (isAboveMark(version)) {
      marks.put(version.name(), version);
    }
  }

  /** Why the mark of {@code version} cannot be written, if it has to be. */
  Optional<Refusal> objectionToMark(Version version) {
    return full && isAboveMark(version)
        ? Optional.of(DiskRefusal.of(new IOException(NO_SPACE + ": the mark of " + version)))
        : Optional.empty();
  }

  private boolean isAboveMark(Version version) {
    Version before = marks.get(version.name());
    return before == null || version.isNewerThan(before);
  }

  /** A file that was found not to belong into {@code live/}. */
  void moveAside(Name name) {
    remove(name);
    refused.add(name.text());
  }

  @Override
  public boolean rotLive(Name name, RandomGenerator chance) {
    Held held = live.get(name);
    if (held == null) {
      return false;
    }
    byte[] bytes = held.content().toArray();
    rot(bytes, chance);
    put(name, new Held(held.file.rotten(Bytes.copyOf(bytes)), held.identity(), held.sealed()));
    return true;
  }

  @Override
  public boolean deleteLive(Name name) {
    boolean there = live.containsKey(name);
    remove(name);
    return there;
  }

  /** The whole of this staging file is being read for its inspection. */
  void inspected(Bytes id) {
    staged(id).inspected = true;
  }

  /**
   * One bit of each staging file turns over. What rots after its inspection is as good as live, and
   * {@link #rotLive} is for that.
   */
  @Override
  public Set<Bytes> rotStaging(RandomGenerator chance) {
    Set<Bytes> rotten = new LinkedHashSet<>();
    staging.forEach(
        (id, file) -> {
          if (!file.inspected) {
            rot(file.bytes, chance);
            rotten.add(id);
          }
        });
    return rotten;
  }

  @Override
  public void deleteStaging() {
    staging.clear();
  }

  private static void rot(byte[] bytes, RandomGenerator chance) {
    int at = chance.nextInt(bytes.length);
    bytes[at] = (byte) (bytes[at] ^ (1 << chance.nextInt(8)));
  }

  /** What was not synced is kept, lost or torn, each by a draw. */
  @Override
  public void cut(RandomGenerator chance) {
    rows.cut(chance.nextInt(rows.unsyncedCount() + 1));
    for (int i = renames.size() - 1; i >= 0; i--) {
      if (chance.nextBoolean()) {
        undo(renames.get(i));
      }
    }
    renames.clear();
    staging
        .values()
        .removeIf(
            file -> {
              file.unsynced.forEach(run -> lose(file.bytes, run, chance));
              file.unsynced.clear();
              boolean lost = !file.named && chance.nextInt(4) == 0;
              file.named = true;
              return lost;
            });
  }

  private void undo(Rename rename) {
    if (!rename.held.equals(live.get(rename.name()))) {
      return;
    }
    rename.before.ifPresentOrElse(
        before -> put(rename.name(), before), () -> remove(rename.name()));
    rename.stagingId.ifPresent(id -> staging.put(id, rename.staged));
  }

  /** A write that was not synced: there, not there, or its first part is. */
  private static void lose(byte[] bytes, Run run, RandomGenerator chance) {
    int kept =
        switch (chance.nextInt(3)) {
          case 0 -> run.length();
          case 1 -> 0;
          default -> chance.nextInt(run.length() + 1);
        };
    for (int i = run.offset() + kept; i < run.offset() + run.length(); i++) {
      bytes[i] = 0;
    }
  }
}
