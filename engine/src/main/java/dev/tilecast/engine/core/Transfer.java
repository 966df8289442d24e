package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One version being pulled: what is known of its manifest, which chunks were checked, which are on
 * their way. Holds no rule of when and from whom; {@link Puller} has those.
 */
final class Transfer {
  final Bytes id;
  final int key;
  final Name name;
  final Rank rank;
  final long fileLength;
  final long begunAt;

  TileReport.Phase phase = TileReport.Phase.HEAD;

  /** Waits without a slot: nobody offers it now, or it gave way. */
  boolean parked;

  long parkedUntil = Long.MIN_VALUE;

  /** Since when it waits. */
  long parkedAt;

  int timesStalled;

  /** Who offered it when it stalled: anybody else may do better. */
  final Set<Direction> stalledWith = EnumSet.noneOf(Direction.class);

  /**
   * The boot of its sponsor that has claimed it, or given its head; none where only an earlier one
   * did, of which the present one may know nothing.
   */
  OptionalLong sponsorBoot = OptionalLong.empty();

  /** The bytes that were good when its sponsor took it on. */
  long sponsoredFrom;

  /** Whose one unproven transfer this is. */
  Direction sponsor;

  /** Whether its sponsor, when it took it over, could not have had a slot for it. */
  boolean beyondLast;

  /** Since when its chunks may be asked for. */
  long chunksSince;

  /** Since when its head, or a seal for it, is asked for. */
  long headSince;

  final Stream stream = new Stream();
  Optional<ManifestHead> head = Optional.empty();
  final Map<Integer, UnitFetch> units = new TreeMap<>();

  /** Chunks on their way, by number; others only look. */
  final Map<Integer, ChunkFetch> open = new TreeMap<>();

  /** Their numbers once more: what is left to ask for is worked out for each packet. */
  private final BitSet opened = new BitSet();

  /**
   * Chunks that hold bytes of an earlier run of the tile, or copies, to be checked before anything
   * is asked.
   */
  final BitSet toCheck = new BitSet();

  final BitSet checking = new BitSet();
  final BitSet verified = new BitSet();
  final BitSet soloNext = new BitSet();
  final HeldCopy copy = new HeldCopy();
  boolean stagingOpen;

  /** Whether all chunks were checked a second time, since the whole file was refused. */
  boolean rechecked;

  /** Whether its staging file could not be read: what was checked is to be checked again. */
  boolean doubtful;

  /** Whether it was opened again at once for that reason; the next time it waits. */
  boolean reopened;

  /** The staging file was there when the tile started. */
  final boolean resumed;

  /** Whether its staging file was made anew since. */
  private boolean begunAnew;

  long verifiedBytes;
  long keptBytes;

  /** When the last page or chunk was found good: bytes alone are no progress. */
  long progressAt;

  long retryAt = Long.MIN_VALUE;

  /** Whether its promotion was tried and came to nothing. */
  boolean promotionFailed;

  private int failedPromotions;

  final Rate rate = new Rate();
  final Pace pace;

  /** Sources that gave wrong bytes, and until when they are not asked. */
  final Map<Direction, Long> avoidedUntil = new EnumMap<>(Direction.class);

  /** Who alone gave which chunk wrong last. */
  final Map<Integer, Direction> wrongFrom = new TreeMap<>();

  final Map<Direction, Integer> wrongs = new EnumMap<>(Direction.class);

  /** Chunks that were found good at any time. */
  private final BitSet everVerified = new BitSet();

  /** Pages that came and are in no row yet. */
  private final BitSet unsaved = new BitSet();

  private ManifestPage[] pages = new ManifestPage[0];

  /** Once it was asked for: that compares all pages with the head, and they change no more. */
  private Optional<Manifest> manifest = Optional.empty();

  private long[] chunkOffsets = new long[0];
  private int pagesReady;
  private int chunksReady;
  private long bytesReady;
  private int nextUnstarted;

  /** Bytes that were asked of a second neighbor while a first one was to give them. */
  private long askedTwice;

  Transfer(
      Bytes id,
      Name name,
      Rank rank,
      long fileLength,
      Direction sponsor,
      boolean resumed,
      long now) {
    this.id = id;
    this.key = id.firstInt();
    this.name = name;
    this.rank = rank;
    this.fileLength = fileLength;
    this.sponsor = sponsor;
    this.resumed = resumed;
    this.begunAt = now;
    this.pace = new Pace(now);
    this.parkedAt = now;
    this.headSince = now;
    this.progressAt = now;
  }

  /** Its promotion came to nothing; gives how often that happened before. */
  int promotionFailed() {
    promotionFailed = true;
    return failedPromotions++;
  }

  /** Whether all of it is here, and was good, and could not be put live. */
  boolean isStuck() {
    return !parked && failedPromotions > 0;
  }

  void takeHead(ManifestHead taken) {
    head = Optional.of(taken);
    pages = new ManifestPage[taken.pageDigests().size()];
    chunkOffsets = new long[taken.chunkCount() + 1];
  }

  ManifestHead knownHead() {
    return head.orElseThrow(() -> new IllegalStateException(name + " has no head yet"));
  }

  /** Lets {@code saves} have the rows of what came: when it is a group, or the last of all. */
  void savePage(int index, List<Effect> saves) {
    unsaved.set(index);
    if (unsaved.cardinality() >= Limits.PAGES_SAVED_MAX || hasAllPages()) {
      unsaved.stream().forEach(i -> saves.add(new Save.Page(id, i, pages[i])));
      unsaved.clear();
    }
  }

  /** Bytes that are not here and found good. */
  long lackingBytes() {
    return fileLength - verifiedBytes;
  }

  /** After how long without a good page or chunk it counts as stalled. */
  long stallNanos() {
    return Limits.stallNanos(fileLength);
  }

  boolean hasPage(int index) {
    return pages[index] != null;
  }

  int pageCount() {
    return pages.length;
  }

  boolean hasAllPages() {
    return head.isPresent() && pagesReady == pages.length;
  }

  /**
   * Takes a page whose digest is the one in the head.
   *
   * @return what is wrong with the manifest, or empty
   */
  Optional<String> takePage(int index, ManifestPage page) {
    int expected = knownHead().chunksOnPage(index);
    if (page.chunks().size() != expected) {
      return Optional.of("page " + index + " lists " + page.chunks().size() + " of " + expected);
    }
    int longest = 4 * ManifestHead.averageChunkBytes(fileLength);
    for (ChunkRef chunk : page.chunks()) {
      if (chunk.length() > longest) {
        return Optional.of("a chunk of " + Counted.bytes(chunk.length()) + ", at most " + longest);
      }
    }
    pages[index] = page;
    while (pagesReady < pages.length && pages[pagesReady] != null) {
      for (ChunkRef chunk : pages[pagesReady].chunks()) {
        chunkOffsets[chunksReady] = bytesReady;
        bytesReady += chunk.length();
        if (goesOn()) {
          toCheck.set(chunksReady);
        }
        chunksReady++;
      }
      pagesReady++;
    }
    boolean all = pagesReady == pages.length;
    if (bytesReady > fileLength || (all && bytesReady != fileLength)) {
      return Optional.of("chunks of " + Counted.bytes(bytesReady) + " for a file of " + fileLength);
    }
    return Optional.empty();
  }

  ManifestPage page(int index) {
    return pages[index];
  }

  ChunkRef chunk(int index) {
    return pages[index / ManifestPage.CHUNKS_MAX].chunks().get(index % ManifestPage.CHUNKS_MAX);
  }

  long chunkOffset(int index) {
    return chunkOffsets[index];
  }

  int chunkCount() {
    return head.map(ManifestHead::chunkCount).orElse(0);
  }

  /** The lowest chunk that can be asked for and is not yet; -1 where there is none. */
  int nextUnstarted() {
    while (nextUnstarted < chunksReady && isStarted(nextUnstarted)) {
      nextUnstarted++;
    }
    for (int i = nextUnstarted; i < chunksReady; i++) {
      if (!isStarted(i) && !toCheck.get(i) && !checking.get(i)) {
        return i;
      }
    }
    return -1;
  }

  /** Chunks that can be asked for and are not yet. */
  BitSet unstarted() {
    BitSet unstarted = new BitSet(chunksReady);
    unstarted.set(0, chunksReady);
    unstarted.andNot(verified);
    unstarted.andNot(toCheck);
    unstarted.andNot(checking);
    unstarted.andNot(opened);
    return unstarted;
  }

  /** Whether all bytes of {@code range} are of chunks that were checked. */
  boolean isVerified(Message.Range range) {
    if (chunksReady == 0) {
      return false;
    }
    int at = Arrays.binarySearch(chunkOffsets, 0, chunksReady, range.offset());
    int index = at >= 0 ? at : -at - 2;
    long end = range.offset();
    while (end < range.end() && index < chunksReady && verified.get(index)) {
      end = chunkOffsets[index] + chunk(index).length();
      index++;
    }
    return end >= range.end();
  }

  /** Whether every chunk was checked, is being checked, or is on its way. */
  boolean isAllStarted() {
    return hasAllPages()
        && toCheck.isEmpty()
        && verified.cardinality() + checking.cardinality() + open.size() >= chunkCount();
  }

  /** Whether {@code length} more bytes may be asked of a second neighbor. */
  boolean mayAskTwice(int length) {
    return askedTwice + length <= fileLength / Limits.TWICE_SHARE + Limits.TWICE_BYTES_FREE;
  }

  void askedTwice(int length) {
    askedTwice += length;
  }

  private boolean isStarted(int index) {
    return verified.get(index) || opened.get(index);
  }

  ChunkFetch open(int index, Direction owner) {
    ChunkFetch fetch =
        new ChunkFetch(index, chunkOffset(index), chunk(index), owner, soloNext.get(index));
    open.put(index, fetch);
    opened.set(index);
    return fetch;
  }

  /** The open chunk with the byte at {@code offset}, if there is one. */
  Optional<ChunkFetch> openAt(long offset) {
    int at = Arrays.binarySearch(chunkOffsets, 0, chunksReady, offset);
    return Optional.ofNullable(open.get(at >= 0 ? at : -at - 2));
  }

  private void close(int index) {
    open.remove(index);
    opened.clear(index);
  }

  private void closeAll() {
    open.clear();
    opened.clear();
  }

  /** Whether {@code fetch} is still the one that its chunk waits for. */
  boolean isOpen(ChunkFetch fetch) {
    return open.get(fetch.index) == fetch;
  }

  /** A wrong chunk is to be fetched again. */
  void reopen(int index) {
    close(index);
    nextUnstarted = Math.min(nextUnstarted, index);
  }

  void verified(int index, long now) {
    close(index);
    verified.set(index);
    everVerified.set(index);
    verifiedBytes += chunk(index).length();
    rate.add(chunk(index).length(), now);
    progressAt = now;
    timesStalled = 0;
  }

  /**
   * The chunks that another transfer may find in its staging file: what was found good, or, of an
   * earlier run of the tile, any, since nothing is known of them yet.
   */
  IntStream mayHold() {
    if (stagingOpen) {
      return verified.stream();
    }
    return goesOn() ? IntStream.range(0, chunksReady) : IntStream.empty();
  }

  /** Whether that chunk was found good before, so that nobody counts it twice. */
  boolean wasVerified(int index) {
    return everVerified.get(index);
  }

  boolean isComplete() {
    return hasAllPages() && verified.cardinality() == chunkCount();
  }

  Manifest manifest() {
    if (manifest.isEmpty()) {
      manifest = Optional.of(new Manifest(knownHead(), List.of(pages)));
    }
    return manifest.get();
  }

  /** All chunks, also those that were good, are compared with their digests once more. */
  void recheck() {
    failedPromotions = 0;
    rechecked = true;
    checkAgain();
  }

  /** Whether there may be something in its staging file that an earlier run has pulled. */
  boolean goesOn() {
    return resumed && !begunAnew;
  }

  /** Its staging file is open again; what was checked may not be in it any more. */
  void dispelDoubt() {
    if (doubtful) {
      doubtful = false;
      checkAgain();
      copy.beginAgainIfDone();
    }
  }

  /** There is nothing in its staging file; what comes of all that was asked for goes nowhere. */
  void beginAnew() {
    failedPromotions = 0;
    begunAnew = true;
    doubtful = false;
    toCheck.clear();
    checking.clear();
    verified.clear();
    everVerified.clear();
    closeAll();
    verifiedBytes = 0;
    keptBytes = 0;
    nextUnstarted = 0;
    copy.bytes = 0;
    copy.beginAgainIfDone();
  }

  private void checkAgain() {
    toCheck.or(verified);
    verified.clear();
    verifiedBytes = 0;
    nextUnstarted = 0;
  }

  /** Checks that will never be answered: kept chunks are checked again, others fetched again. */
  void beginChecksAgain() {
    toCheck.or(checking);
    checking.clear();
    closeAll();
    nextUnstarted = 0;
  }

  /** Gives up everything on its way; what was checked stays. */
  void abandonRequests() {
    units.clear();
    stream.rest();
    for (Integer index : new ArrayList<>(open.keySet())) {
      if (!open.get(index).checking) {
        reopen(index);
      }
    }
  }
}
