package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.Cut;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Copies chunks out of the files of a {@link SimDisk} into one of its staging files, as the
 * daemon's shell does on a real disk.
 */
final class SimReusing {
  private final SimDisk disk;
  private final Effect.CopyHeld wanted;
  private final Cut.Parameters parameters;
  private final Map<Bytes, List<Long>> lacking = new LinkedHashMap<>();
  private final Map<Long, Integer> indexes = new LinkedHashMap<>();
  private final List<Integer> copied = new ArrayList<>();
  private long cutBytesLeft;

  SimReusing(SimDisk disk, Effect.CopyHeld wanted) {
    this.disk = disk;
    this.wanted = wanted;
    Manifest manifest = wanted.manifest();
    parameters = Cut.Parameters.forLength(manifest.head().fileLength());
    cutBytesLeft = wanted.cutBytesMax();
    long offset = 0;
    int index = 0;
    for (ChunkRef chunk : manifest.chunks()) {
      if (wanted.lacking().contains(index)) {
        lacking.computeIfAbsent(chunk.digest(), digest -> new ArrayList<>()).add(offset);
        indexes.put(offset, index);
      }
      offset += chunk.length();
      index++;
    }
  }

  /** The chunks that were copied so far. */
  List<Integer> copied() {
    return copied;
  }

  /**
   * Copies what there is.
   *
   * @throws IOException where the disk is full
   */
  void copy() throws IOException {
    for (Effect.CopyHeld.Staged place : wanted.staged()) {
      if (disk.isStaged(place.manifestId())) {
        ChunkRef chunk = wanted.manifest().chunks().get(place.index());
        int offset = (int) place.offset();
        byte[] bytes = disk.stagedBytes(place.manifestId());
        take(
            Bytes.copyOf(Arrays.copyOfRange(bytes, offset, offset + chunk.length())),
            List.of(chunk));
      }
    }
    Name name = wanted.manifest().head().version().name();
    Optional<SimDisk.Held> archived = Optional.ofNullable(disk.archive().get(name));
    for (LiveEntry entry : wanted.files()) {
      if (archived.isPresent() && !entry.version().name().equals(name)) {
        cut(archived.get().content());
        archived = Optional.empty();
      }
      SimDisk.Held held = disk.live().get(entry.version().name());
      if (held == null) {
        continue;
      }
      boolean known =
          held.file().id().equals(entry.manifestId())
              && Cut.Parameters.forLength(entry.fileLength()).equals(parameters);
      if (known) {
        take(held.content(), held.manifest().chunks());
      } else {
        cut(held.content());
      }
    }
    if (archived.isPresent()) {
      cut(archived.get().content());
    }
  }

  private void cut(Bytes content) throws IOException {
    if (lacking.isEmpty() || cutBytesLeft <= 0) {
      return;
    }
    int length = (int) Math.min(content.length(), cutBytesLeft);
    cutBytesLeft -= length;
    Cut cut = new Cut(parameters);
    cut.update(content.toArray(), 0, length);
    take(content, cut.finish());
  }

  private void take(Bytes content, List<ChunkRef> chunks) throws IOException {
    int offset = 0;
    for (ChunkRef chunk : chunks) {
      int end = offset + chunk.length();
      if (lacking.containsKey(chunk.digest())) {
        Bytes bytes = content.slice(offset, end);
        if (Bytes.sha256(bytes.toArray()).equals(chunk.digest())) {
          for (long to : lacking.remove(chunk.digest())) {
            disk.write(wanted.manifest().head().id(), to, bytes);
            copied.add(indexes.get(to));
          }
        }
      }
      offset = end;
    }
  }
}
