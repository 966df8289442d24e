package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.Misplaced;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.files.DiskRefusal;
import dev.tilecast.engine.files.LiveFolder;
import dev.tilecast.engine.files.Staging;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Reads live files again, and copies what is good of a rotten one; always on the inspector's
 * thread. What to read, and when, is decided by the core.
 */
final class Scrubbing {
  private final Store store;
  private final LiveFolder live;
  private final Seals seals;
  private final Staging staging;
  private final InputQueue inputs;
  private final Consumer<Throwable> fatal;

  Scrubbing(
      Store store,
      LiveFolder live,
      Seals seals,
      Staging staging,
      InputQueue inputs,
      Consumer<Throwable> fatal) {
    this.store = store;
    this.live = live;
    this.seals = seals;
    this.staging = staging;
    this.inputs = inputs;
    this.fatal = fatal;
  }

  void scrub(Effect.Scrub wanted) {
    Optional<Manifest> manifest;
    try {
      manifest = store.manifest(wanted.manifestId());
    } catch (IOException e) {
      // A live file without its manifest is of no use to anybody: the next start makes it again.
      fatal.accept(e);
      return;
    }
    inputs.answer(
        manifest
            .flatMap(found -> compare(wanted, found))
            .orElseGet(
                () ->
                    new Input.Scrubbed(
                        wanted.manifestId(),
                        wanted.firstChunk(),
                        wanted.firstChunk(),
                        true,
                        0,
                        List.of(),
                        Optional.empty(),
                        Optional.empty())));
  }

  /** Empty where the file is that of another manifest by now. */
  private Optional<Input> compare(Effect.Scrub wanted, Manifest manifest) {
    List<ChunkRef> chunks = manifest.chunks();
    Optional<Misplaced> misplaced = look(wanted.name(), manifest);
    if (misplaced.filter(m -> m != Misplaced.LONGER).isPresent()) {
      return Optional.of(nothingThere(manifest, misplaced));
    }
    List<Integer> wrong = new ArrayList<>();
    long offset = 0;
    for (int i = 0; i < wanted.firstChunk(); i++) {
      offset += chunks.get(i).length();
    }
    long bytes = 0;
    int index = wanted.firstChunk();
    while (index < chunks.size() && bytes < wanted.bytesMax()) {
      ChunkRef chunk = chunks.get(index);
      Optional<Boolean> good = isGood(wanted.name(), wanted.manifestId(), offset, chunk);
      if (good.isEmpty()) {
        return Optional.empty();
      }
      if (!good.get()) {
        wrong.add(index);
      }
      offset += chunk.length();
      bytes += chunk.length();
      index++;
    }
    if (index == chunks.size()) {
      seals.tend(manifest).ifPresent(w -> inputs.answer(new Input.SealDamaged(wanted.name(), w)));
    }
    return Optional.of(
        new Input.Scrubbed(
            wanted.manifestId(),
            wanted.firstChunk(),
            index,
            index == chunks.size(),
            bytes,
            wrong,
            misplaced,
            Optional.of(manifest)));
  }

  /** Looks under the name, so that what is read is what lies there now. */
  private Optional<Misplaced> look(Name name, Manifest manifest) {
    try {
      if (live.isReplaced(name)) {
        inputs.answer(new Input.LiveDoubted(name));
      }
      return live.misplaced(name, manifest.head().fileLength());
    } catch (IOException e) {
      // What cannot be looked at cannot be read either, and that is told of each chunk.
      return Optional.empty();
    }
  }

  private static Input nothingThere(Manifest manifest, Optional<Misplaced> misplaced) {
    int count = manifest.head().chunkCount();
    List<Integer> all = IntStream.range(0, count).boxed().toList();
    return new Input.Scrubbed(
        manifest.head().id(), 0, count, true, 0, all, misplaced, Optional.of(manifest));
  }

  /** What cannot be read is as bad as what is wrong. */
  private Optional<Boolean> isGood(Name name, Bytes manifestId, long offset, ChunkRef chunk) {
    try {
      return live.digestMatches(name, manifestId, offset, chunk);
    } catch (IOException e) {
      return Optional.of(false);
    }
  }

  void copy(Effect.CopyLive wanted) {
    Manifest manifest = wanted.manifest();
    List<Integer> wrong = new ArrayList<>();
    Optional<Refusal> refusal = Optional.empty();
    try {
      long offset = 0;
      List<ChunkRef> chunks = manifest.chunks();
      for (int i = 0; i < chunks.size(); i++) {
        if (!wanted.pulled().contains(i) && !copied(manifest, offset, chunks.get(i))) {
          wrong.add(i);
        }
        offset += chunks.get(i).length();
      }
      staging.flush(manifest.head().id());
    } catch (IOException e) {
      refusal = Optional.of(DiskRefusal.of(e));
    }
    inputs.answer(new Input.LiveCopied(manifest.head().id(), wrong, refusal));
  }

  private boolean copied(Manifest manifest, long offset, ChunkRef chunk) throws IOException {
    Name name = manifest.head().version().name();
    Bytes id = manifest.head().id();
    Optional<Bytes> bytes;
    try {
      bytes = live.read(name, id, offset, chunk.length());
    } catch (IOException e) {
      return false;
    }
    boolean good = bytes.isPresent() && Bytes.sha256(bytes.get().toArray()).equals(chunk.digest());
    if (good) {
      staging.write(id, offset, bytes.get());
    }
    return good;
  }
}
