package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.Misplaced;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.daemon.InputQueue;
import dev.tilecast.engine.files.DiskRefusal;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads what is live on a {@link SimDisk} again, as the daemon's shell does on a real disk. */
final class SimScrubbing {
  private final SimDisk disk;
  private final InputQueue inputs;

  SimScrubbing(SimDisk disk, InputQueue inputs) {
    this.disk = disk;
    this.inputs = inputs;
  }

  /** Reads one slice of a live file again. */
  void scrub(Effect.Scrub e) {
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

  /** Copies the good chunks of a live file beside those that were pulled. */
  void copyLive(Effect.CopyLive e) {
    Bytes id = e.manifest().head().id();
    Bytes content = liveBytes(e.manifest().head().version().name());
    List<Integer> wrong = new ArrayList<>();
    Optional<Refusal> refusal = Optional.empty();
    if (!disk.isStaged(id)) {
      refusal = Optional.of(SimDisk.gone(id));
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
}
