package dev.tilecast.engine.daemon;

import dev.tilecast.engine.message.ChunkRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How live files were cut, by what stays the same when one of them moves to the archive: there it
 * need not be cut again. Bounded, and only ever a hint: what is copied by it is checked.
 */
final class RecentCuts {
  /** The most chunks that are remembered: those of two of the longest files, half a megabyte. */
  private static final int CHUNKS_MAX = 8192;

  private final Map<Identity, List<ChunkRef>> cuts = new LinkedHashMap<>(16, 0.75f, true);
  private int chunks;

  /** Renaming and linking change none of this, writing changes the time. */
  private record Identity(Object fileKey, long length, FileTime modified) {}

  /** Remembers the chunks of the file at {@code path}; what was not used for longest goes. */
  void remember(Path path, List<ChunkRef> cut) {
    Optional<Identity> identity = identity(path);
    if (identity.isEmpty() || cut.size() > CHUNKS_MAX) {
      return;
    }
    List<ChunkRef> old = cuts.put(identity.get(), cut);
    chunks += cut.size() - (old == null ? 0 : old.size());
    while (chunks > CHUNKS_MAX) {
      Identity oldest = cuts.keySet().iterator().next();
      chunks -= cuts.remove(oldest).size();
    }
  }

  /** The chunks of the file at {@code path}, if it was remembered under whatever name. */
  Optional<List<ChunkRef>> of(Path path) {
    return identity(path).map(cuts::get);
  }

  private static Optional<Identity> identity(Path path) {
    try {
      BasicFileAttributes found =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.ofNullable(found.fileKey())
          .map(key -> new Identity(key, found.size(), found.lastModifiedTime()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
