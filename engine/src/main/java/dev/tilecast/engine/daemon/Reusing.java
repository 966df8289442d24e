package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.files.DiskRefusal;
import dev.tilecast.engine.files.LiveFolder;
import dev.tilecast.engine.files.Staging;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.Boundaries;
import dev.tilecast.engine.mfz.Cut;
import dev.tilecast.engine.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Copies chunks that lie in other files of the tile into a staging file; always on the inspector's
 * thread. For which transfer, and out of which files, is decided by the core. Holds a table of
 * digests and one piece of a file in memory, however large the files are.
 */
final class Reusing {
  /** Read, hashed and written at once. */
  static final int PIECE_BYTES = 64 * 1024;

  private final Store store;
  private final LiveFolder live;
  private final Staging staging;
  private final ChunkChecks checks;
  private final InputQueue inputs;

  private final RecentCuts recentCuts = new RecentCuts();

  /**
   * What is being copied, from the first copy on; outside of the heap, so that reading and writing
   * need no other.
   */
  private Optional<ByteBuffer> buffer = Optional.empty();

  /** Transfers with a copy that is asked for or runs; true once they are pulled into as well. */
  private final Map<Bytes, Boolean> pulledBeside = new ConcurrentHashMap<>();

  Reusing(Store store, LiveFolder live, Staging staging, ChunkChecks checks, InputQueue inputs) {
    this.store = store;
    this.live = live;
    this.staging = staging;
    this.checks = checks;
    this.inputs = inputs;
  }

  /** A copy is asked for; to be called before anything later is written for that transfer. */
  void asked(Bytes manifestId) {
    // An earlier copy for it, whose transfer has ended, may still wait: what that must not spoil
    // was written since.
    pulledBeside.putIfAbsent(manifestId, false);
  }

  /**
   * Bytes from elsewhere are about to be written: from now on a copy for that transfer writes only
   * what it has compared with its digest, or it could spoil what was checked already.
   */
  void isPulled(Bytes manifestId) {
    if (Boolean.FALSE.equals(pulledBeside.get(manifestId))) {
      // Waits for the one chunk that is being copied.
      synchronized (pulledBeside) {
        pulledBeside.replace(manifestId, true);
      }
    }
  }

  /** The file at {@code path} was promoted: the next version of it is likely to be like it. */
  void promoted(Path path, Manifest manifest) {
    recentCuts.remember(path, manifest.chunks());
  }

  void copy(Effect.CopyHeld wanted) {
    Copying copying = new Copying(wanted);
    Optional<Refusal> refusal = Optional.empty();
    try {
      copying.lookThrough();
      staging.flush(wanted.manifest().head().id());
    } catch (IOException e) {
      refusal = Optional.of(DiskRefusal.of(e));
    }
    pulledBeside.remove(wanted.manifest().head().id());
    inputs.answer(new Input.HeldCopied(wanted.manifest().head().id(), copying.copied, refusal));
  }

  /**
   * Where a chunk was found in a file.
   *
   * @param endsByRule whether it is known to, if it is the chunk that it is taken for
   */
  private record Found(long offset, ChunkRef chunk, boolean endsByRule) {}

  /** What one transfer lacks, and what of it was copied. Throws only where staging fails. */
  private final class Copying {
    final List<Integer> copied = new ArrayList<>();
    private final Effect.CopyHeld wanted;
    private final Cut.Parameters parameters;
    private final Map<Bytes, List<Integer>> lacking = new HashMap<>();
    private final Set<Integer> lackingLengths = new HashSet<>();
    private final long[] offsets;
    private long cutBytesLeft;

    Copying(Effect.CopyHeld wanted) {
      this.wanted = wanted;
      this.parameters = Cut.Parameters.forLength(wanted.manifest().head().fileLength());
      this.cutBytesLeft = wanted.cutBytesMax();
      List<ChunkRef> chunks = wanted.manifest().chunks();
      offsets = new long[chunks.size()];
      for (int i = 1; i < offsets.length; i++) {
        offsets[i] = offsets[i - 1] + chunks.get(i - 1).length();
      }
      for (int index : wanted.lacking()) {
        lacking.computeIfAbsent(chunks.get(index).digest(), digest -> new ArrayList<>()).add(index);
        lackingLengths.add(chunks.get(index).length());
      }
    }

    void lookThrough() throws IOException {
      takeStaged();
      Name name = wanted.manifest().head().version().name();
      boolean archiveIsNext = true;
      for (LiveEntry entry : wanted.files()) {
        boolean sameName = entry.version().name().equals(name);
        if (archiveIsNext && !sameName) {
          lookThroughArchived(name);
          archiveIsNext = false;
        }
        lookThroughLive(entry);
      }
      if (archiveIsNext) {
        lookThroughArchived(name);
      }
    }

    /**
     * Opened by name: the file of a transfer that waits since the start of the tile is not open.
     */
    private void takeStaged() throws IOException {
      Bytes openId = null;
      Optional<HeldFile> file = Optional.empty();
      try {
        for (Effect.CopyHeld.Staged place : wanted.staged()) {
          if (!place.manifestId().equals(openId)) {
            close(file);
            openId = place.manifestId();
            flush(openId);
            file = HeldFile.open(staging.path(openId));
          }
          if (file.isPresent()) {
            takeStaged(file.get(), place);
          }
        }
      } finally {
        close(file);
      }
    }

    private void flush(Bytes otherId) {
      try {
        if (staging.isOpen(otherId)) {
          staging.flush(otherId);
        }
      } catch (IOException e) {
        // What is not in the file is not found there; the other transfer will hear why.
        return;
      }
    }

    private static void close(Optional<HeldFile> file) throws IOException {
      if (file.isPresent()) {
        file.get().close();
      }
    }

    /** Hashed before it is copied: a hole must not keep away a good chunk of another file. */
    private void takeStaged(HeldFile file, Effect.CopyHeld.Staged place) throws IOException {
      ChunkRef chunk = wanted.manifest().chunks().get(place.index());
      List<Integer> places = lacking.getOrDefault(chunk.digest(), List.of());
      if (!places.contains(place.index())) {
        return;
      }
      takeIfGood(file, new Found(place.offset(), chunk, false));
    }

    private void takeIfGood(HeldFile file, Found found) throws IOException {
      Optional<Bytes> digest = file.digest(found.offset(), found.chunk().length());
      if (digest.equals(Optional.of(found.chunk().digest()))) {
        take(file, found);
      }
    }

    private void lookThroughLive(LiveEntry entry) throws IOException {
      if (lacking.isEmpty() || !live.holds(entry.version().name(), entry.manifestId())) {
        // Another version lies there by now, of which the core does not know yet.
        return;
      }
      Path path = live.path(entry.version().name());
      Optional<List<ChunkRef>> chunks =
          recentCuts.of(path).filter(this::isCutAlike).or(() -> chunksOf(entry));
      chunks.ifPresent(known -> recentCuts.remember(path, known));
      lookThrough(path, chunks);
    }

    private void lookThroughArchived(Name name) throws IOException {
      Path path = live.archivedPath(name);
      lookThrough(path, recentCuts.of(path).filter(this::isCutAlike));
    }

    private boolean isCutAlike(List<ChunkRef> chunks) {
      long length = chunks.stream().mapToLong(ChunkRef::length).sum();
      return Cut.Parameters.forLength(length).equals(parameters);
    }

    /** Where it is known without reading the file: its own manifest was cut by the same rule. */
    private Optional<List<ChunkRef>> chunksOf(LiveEntry entry) {
      if (!Cut.Parameters.forLength(entry.fileLength()).equals(parameters)) {
        return Optional.empty();
      }
      try {
        return store.manifest(entry.manifestId()).map(Manifest::chunks);
      } catch (IOException e) {
        // The file is still there, to be cut; whoever has to serve the manifest will complain.
        return Optional.empty();
      }
    }

    private void lookThrough(Path path, Optional<List<ChunkRef>> known) throws IOException {
      if (lacking.isEmpty()) {
        return;
      }
      Optional<HeldFile> opened = HeldFile.open(path);
      if (opened.isPresent()) {
        try (HeldFile file = opened.get()) {
          if (known.isPresent()) {
            takeKnown(file, known.get());
          } else {
            cut(file, path);
          }
        }
      }
    }

    /**
     * Copied unread while nobody else writes: their digests are compared where they come to lie.
     */
    private void takeKnown(HeldFile file, List<ChunkRef> chunks) throws IOException {
      long offset = 0;
      for (int i = 0; i < chunks.size(); i++) {
        ChunkRef chunk = chunks.get(i);
        if (lacking.containsKey(chunk.digest())) {
          // The last one ends with its file, wherever that is.
          takeOneKnown(file, new Found(offset, chunk, i + 1 < chunks.size()));
        }
        offset += chunk.length();
      }
    }

    private void takeOneKnown(HeldFile file, Found found) throws IOException {
      synchronized (pulledBeside) {
        if (!pulledBeside.getOrDefault(wanted.manifest().head().id(), true)) {
          take(file, found);
          return;
        }
      }
      takeIfGood(file, found);
    }

    /** By where it was cut before, and beyond that by reading it. */
    private void cut(HeldFile file, Path path) throws IOException {
      List<Integer> lengths = new ArrayList<>(recentCuts.lengths(path, parameters));
      long at = 0;
      for (int length : lengths) {
        if (cutBytesLeft <= 0 || lacking.isEmpty()) {
          return;
        }
        takeCut(file, at, length);
        at += length;
        cutBytesLeft -= length;
      }
      int before = lengths.size();
      cutFrom(file, at, lengths);
      if (lengths.size() > before) {
        recentCuts.rememberLengths(path, parameters, lengths);
      }
    }

    private void cutFrom(HeldFile file, long from, List<Integer> lengths) throws IOException {
      Boundaries boundaries = new Boundaries(parameters);
      long start = from;
      long at = from;
      while (at < file.length() && cutBytesLeft > 0 && !lacking.isEmpty()) {
        int count = (int) Math.min(Math.min(PIECE_BYTES, file.length() - at), cutBytesLeft);
        Optional<byte[]> piece = file.read(at, count);
        if (piece.isEmpty()) {
          return;
        }
        int scanned = 0;
        while (scanned < count) {
          scanned = boundaries.scan(piece.get(), scanned, count);
          if (boundaries.isAtEnd() || at + scanned == file.length()) {
            takeCut(file, start, boundaries.length());
            lengths.add(boundaries.length());
            start += boundaries.length();
            boundaries.next();
          }
        }
        at += count;
        cutBytesLeft -= count;
      }
    }

    /** Few chunks have the length of one that lacks, and only those are worth a digest. */
    private void takeCut(HeldFile file, long offset, int length) throws IOException {
      if (lackingLengths.contains(length)) {
        Optional<Bytes> digest = file.digest(offset, length);
        if (digest.isPresent()) {
          take(file, new Found(offset, new ChunkRef(length, digest.get()), false));
        }
      }
    }

    /** Copies a chunk to wherever it is lacking; what is wrong by now is found by its check. */
    private void take(HeldFile file, Found found) throws IOException {
      List<Integer> places = lacking.getOrDefault(found.chunk().digest(), List.of());
      for (int index : places) {
        if (wanted.manifest().chunks().get(index).length() != found.chunk().length()) {
          // No manifest of a file gives one digest two lengths.
          continue;
        }
        if (!copied(file, found, offsets[index])) {
          return;
        }
        copied.add(index);
        if (found.endsByRule()) {
          checks.endIsKnown(wanted.manifest().head().id(), index);
        }
      }
      lacking.remove(found.chunk().digest());
    }

    private boolean copied(HeldFile file, Found found, long to) throws IOException {
      int length = found.chunk().length();
      ByteBuffer piece = buffer.orElseGet(() -> ByteBuffer.allocateDirect(PIECE_BYTES));
      buffer = Optional.of(piece);
      for (int done = 0; done < length; done += PIECE_BYTES) {
        piece.clear().limit(Math.min(PIECE_BYTES, length - done));
        if (!file.read(found.offset() + done, piece)) {
          return false;
        }
        staging.write(wanted.manifest().head().id(), to + done, piece.flip());
      }
      return true;
    }
  }
}
