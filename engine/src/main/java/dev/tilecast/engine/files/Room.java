package dev.tilecast.engine.files;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.message.Counted;
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

  /** Of one admitted file: what it has still to write, and what it takes already. */
  private record Claim(long unwritten, long written) {
    Claim after(long bytes) {
      return new Claim(Math.max(0, unwritten - bytes), written + bytes);
    }
  }

  /** No file may take more than this part of the free space. */
  private static final int FREE_PART = 4;

  private final FreeSpace free;
  private final FileLimits limits;
  private final Map<String, Claim> claims = new LinkedHashMap<>();

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
                  + Counted.bytes(length)
                  + "; this tile takes "
                  + Counted.bytes(limits.fileBytesMax())
                  + " at most; pack less into it, or raise file-bytes-max in tilecast.toml"));
    }
    long has = available(freeBytes);
    long free = freeBytes / FREE_PART;
    if (length > has || (length > free && length <= (freeBytes + writtenBytes()) / FREE_PART)) {
      // Not too large: whoever hears of it may make room, by giving up what only waits.
      return Optional.of(
          new Refusal(
              Reason.NO_SPACE,
              what
                  + " needs "
                  + Counted.bytes(length)
                  + ", this tile has "
                  + Math.min(has, free)
                  + " ("
                  + freeBytes
                  + " are free, of which a file may take a quarter, "
                  + limits.reserveBytes()
                  + " are kept in reserve, "
                  + unwrittenBytes()
                  + " are promised to open transfers and "
                  + writtenBytes()
                  + " taken by them); free disk space, or wait until they are done: tilecast"
                  + " transfers"));
    }
    if (length > free) {
      return Optional.of(
          new Refusal(
              Reason.TOO_LARGE,
              what
                  + " has "
                  + Counted.bytes(length)
                  + "; a file may take a quarter of the "
                  + Counted.bytes(freeBytes)
                  + " that are free on this tile, which is "
                  + free
                  + "; free disk space"));
    }
    claims.put(key, new Claim(length, 0));
    return Optional.empty();
  }

  /** Whether a file of {@code length} bytes would find room if {@code more} bytes were free. */
  synchronized boolean wouldFit(long length, long more) throws IOException {
    long freeBytes = free.bytes() + more;
    return length <= limits.fileBytesMax()
        && length <= available(freeBytes)
        && length <= freeBytes / FREE_PART;
  }

  /** Accounts for a file that had been admitted before the tile was restarted. */
  synchronized void claimAgain(String key, long unwrittenBytes) {
    claims.put(key, new Claim(unwrittenBytes, 0));
  }

  /** {@code bytes} of a claim were written: they now show in the disk's own account. */
  synchronized void written(String key, long bytes) {
    claims.computeIfPresent(key, (k, claim) -> claim.after(bytes));
  }

  /** Gives back what is left of a claim. */
  synchronized void release(String key) {
    claims.remove(key);
  }

  private long available(long freeBytes) {
    return Math.max(0, freeBytes - limits.reserveBytes() - unwrittenBytes());
  }

  private long unwrittenBytes() {
    return claims.values().stream().mapToLong(Claim::unwritten).sum();
  }

  private long writtenBytes() {
    return claims.values().stream().mapToLong(Claim::written).sum();
  }
}
