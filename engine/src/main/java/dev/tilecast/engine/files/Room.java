package dev.tilecast.engine.files;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.message.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Our own account of free space: what the disk has free, less the reserve, less what admitted files
 * have still to write. Files are not filled with zeros beforehand, so only this keeps two of them
 * from being promised the same room. May be used from any thread.
 */
public final class Room {
  /** What the disk has free right now. */
  @FunctionalInterface
  interface FreeSpace {
    long bytes() throws IOException;
  }

  /** No file may take more than this part of the free space. */
  private static final int FREE_PART = 4;

  private final FreeSpace free;
  private final FileLimits limits;
  private final Map<String, Long> unwritten = new LinkedHashMap<>();

  /** The room of the disk on which {@code folder} lies. */
  public Room(Path folder, FileLimits limits) {
    this(() -> Files.getFileStore(folder).getUsableSpace(), limits);
  }

  Room(FreeSpace free, FileLimits limits) {
    this.free = requireNonNull(free);
    this.limits = requireNonNull(limits);
  }

  /** What could still be admitted, in bytes; never negative. */
  public synchronized long availableBytes() throws IOException {
    return available(free.bytes());
  }

  /** What the archive may hold right now. */
  long archiveBytesMax() throws IOException {
    return Math.min(limits.archiveBytesMax(), free.bytes() / FREE_PART);
  }

  /**
   * Sets room aside for a file of {@code length} bytes of which nothing is written yet, or says why
   * there is none.
   *
   * @param key by which the claim is changed and given back
   * @param what the file is called in words for people
   */
  synchronized Optional<Refusal> claim(String key, String what, long length) throws IOException {
    long freeBytes = free.bytes();
    if (length > limits.fileBytesMax()) {
      return Optional.of(
          new Refusal(
              Reason.TOO_LARGE,
              what
                  + " has "
                  + length
                  + " bytes; this tile takes "
                  + limits.fileBytesMax()
                  + " bytes at most"));
    }
    if (length > freeBytes / FREE_PART) {
      return Optional.of(
          new Refusal(
              Reason.TOO_LARGE,
              what
                  + " has "
                  + length
                  + " bytes; a file may take a quarter of the "
                  + freeBytes
                  + " bytes that are free on this tile, which is "
                  + freeBytes / FREE_PART));
    }
    long has = available(freeBytes);
    if (length > has) {
      return Optional.of(
          new Refusal(
              Reason.NO_SPACE,
              what
                  + " needs "
                  + length
                  + " bytes, this tile has "
                  + has
                  + " ("
                  + freeBytes
                  + " are free, "
                  + limits.reserveBytes()
                  + " are kept in reserve, "
                  + unwrittenBytes()
                  + " are promised to open transfers)"));
    }
    unwritten.put(key, length);
    return Optional.empty();
  }

  /** Accounts for a file that had been admitted before the tile was restarted. */
  synchronized void claimAgain(String key, long unwrittenBytes) {
    unwritten.put(key, unwrittenBytes);
  }

  /** {@code bytes} of a claim were written: they now show in the disk's own account. */
  synchronized void written(String key, long bytes) {
    unwritten.computeIfPresent(key, (k, left) -> Math.max(0, left - bytes));
  }

  /** Gives back what is left of a claim. */
  synchronized void release(String key) {
    unwritten.remove(key);
  }

  private long available(long freeBytes) {
    return Math.max(0, freeBytes - limits.reserveBytes() - unwrittenBytes());
  }

  private long unwrittenBytes() {
    return unwritten.values().stream().mapToLong(Long::longValue).sum();
  }
}
