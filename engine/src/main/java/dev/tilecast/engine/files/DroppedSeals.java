package dev.tilecast.engine.files;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The seals beside the files in an inbox. Each goes before its file, deleted or refused with it, so
 * that no cut leaves one that waits for nothing; one that was put there meanwhile stays, since it
 * belongs to the next version. What a seal says is not looked at here.
 */
final class DroppedSeals {
  /** What the name of a seal has after the name of its file. */
  static final String SUFFIX = ".seal";

  private final Path folder;
  private final RefusedFolder refused;

  /** Those that lay beside files that were taken, by ticket, as they were then. */
  private final Map<Long, FileIdentity> taken = new ConcurrentHashMap<>();

  DroppedSeals(Path folder, RefusedFolder refused) {
    this.folder = folder;
    this.refused = refused;
  }

  /** Whether that is what a seal is called. */
  static boolean isSeal(String fileName) {
    return fileName.endsWith(SUFFIX);
  }

  /** The name of the file that the seal of that name is of. */
  static String sealed(String sealName) {
    return sealName.substring(0, sealName.length() - SUFFIX.length());
  }

  /** Why a seal is refused whose file has not come. */
  static Refusal alone(String sealName) {
    return new Refusal(
        Reason.NOT_AS_CLAIMED,
        sealName
            + " lay in the inbox for "
            + TimeUnit.NANOSECONDS.toMinutes(FileLimits.LONE_SEAL_NANOS)
            + " minutes without "
            + sealed(sealName)
            + ": a seal counts only beside its file; drop both, the seal first, or use: tilecast"
            + " publish "
            + sealed(sealName));
  }

  /** The file of that ticket is being taken: from now on its seal is known. */
  void note(long ticket, String fileName) throws IOException {
    Optional<FileIdentity> there = identity(fileName);
    if (there.isPresent()) {
      taken.put(ticket, there.get());
    }
  }

  void forget(long ticket) {
    taken.remove(ticket);
  }

  /** Whether the seal that was taken with the file of that ticket is there, and no other. */
  boolean isStill(long ticket, String fileName) throws IOException {
    Optional<FileIdentity> before = Optional.ofNullable(taken.get(ticket));
    return before.isPresent() && before.equals(identity(fileName));
  }

  boolean isThere(String fileName) throws IOException {
    return identity(fileName).isPresent();
  }

  /**
   * The content of the seal of {@code fileName}; empty where there is none.
   *
   * @throws IOException where it cannot be read, or is longer than {@code bytesMax}
   */
  Optional<Bytes> read(String fileName, int bytesMax) throws IOException {
    Path file = path(fileName);
    if (!isThere(fileName)) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(
            file
                + (Files.isSymbolicLink(file)
                    ? " is a symbolic link"
                    : Files.isDirectory(file) ? " is a folder" : " is no regular file")
                + ", no seal");
      }
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] content = in.readNBytes(bytesMax + 1);
      if (content.length > bytesMax) {
        throw new IOException(file + " has more than the " + bytesMax + " bytes of a seal");
      }
      return Optional.of(Bytes.copyOf(content));
    }
  }

  void delete(String fileName) throws IOException {
    Files.deleteIfExists(path(fileName));
  }

  /** Moves it to {@code refused/}, with the reason that its file was refused for. */
  void refuse(String fileName, String text) throws IOException {
    refused.take(path(fileName), fileName + SUFFIX, text);
  }

  private Optional<FileIdentity> identity(String fileName) throws IOException {
    try {
      Path file = path(fileName);
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(FileIdentity.of(file))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      // Whoever dropped it took it back.
      return Optional.empty();
    }
  }

  private Path path(String fileName) {
    return folder.resolve(fileName + SUFFIX);
  }
}
