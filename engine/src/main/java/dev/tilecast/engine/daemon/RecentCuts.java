package dev.tilecast.engine.daemon;

import dev.tilecast.engine.files.FileIdentity;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.mfz.Cut;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How files of the tile were cut, so that they need not be cut for each transfer again. A file is
 * known by what stays the same when a live one moves to the archive. Bounded, and of what lies in
 * the file only ever a hint: what is copied by it is checked. That its chunks were cut by the rule
 * is certain, whatever lies there now.
 */
final class RecentCuts {
  /** The most chunks that are remembered: those of two of the longest files, half a megabyte. */
  private static final int CHUNKS_MAX = 8192;

  /** The most chunks of which only the length is remembered, a third of a megabyte. */
  private static final int LENGTHS_MAX = 16384;

  private final Recent<FileIdentity, ChunkRef> chunks = new Recent<>(CHUNKS_MAX);
  private final Recent<CutAs, Integer> lengths = new Recent<>(LENGTHS_MAX);

  private record CutAs(FileIdentity identity, Cut.Parameters parameters) {}

  /** Lists of elements, in all at most so many; the one that was not used for longest goes. */
  private static final class Recent<K, E> {
    private final Map<K, List<E>> lists = new LinkedHashMap<>(16, 0.75f, true);
    private final int max;
    private int size;

    Recent(int max) {
      this.max = max;
    }

    Optional<List<E>> get(K key) {
      return Optional.ofNullable(lists.get(key));
    }

    void put(K key, List<E> list) {
      if (list.size() > max) {
        return;
      }
      List<E> old = lists.put(key, List.copyOf(list));
      size += list.size() - (old == null ? 0 : old.size());
      while (size > max) {
        K oldest = lists.keySet().iterator().next();
        size -= lists.remove(oldest).size();
      }
    }
  }

  /** Remembers the chunks of the whole file at {@code path}. */
  void remember(Path path, List<ChunkRef> cut) {
    identity(path).ifPresent(identity -> chunks.put(identity, cut));
  }

  /** The chunks of the file at {@code path}, if they were remembered under whatever name. */
  Optional<List<ChunkRef>> of(Path path) {
    return identity(path).flatMap(chunks::get);
  }

  /** Remembers how long the chunks are that the file at {@code path} begins with, cut so. */
  void rememberLengths(Path path, Cut.Parameters parameters, List<Integer> cut) {
    identity(path).ifPresent(identity -> lengths.put(new CutAs(identity, parameters), cut));
  }

  /** How long the first chunks of the file at {@code path} are, cut so, as far as is known. */
  List<Integer> lengths(Path path, Cut.Parameters parameters) {
    return identity(path)
        .flatMap(identity -> lengths.get(new CutAs(identity, parameters)))
        .orElse(List.of());
  }

  private static Optional<FileIdentity> identity(Path path) {
    try {
      return Optional.of(FileIdentity.of(path).wherever());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
