package dev.tilecast.engine.disk;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that appears under its name only when it is whole and synced: made beside it, synced,
 * renamed, and the folder synced. Closed before that, it leaves everything as it was.
 */
public final class DurableFile implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final FileChannel channel;

  private DurableFile(Path target, FileAttribute<?>... rights) throws IOException {
    this.target = target.toAbsolutePath();
    this.temporary = temporaryFor(this.target);
    // What an interrupted run left, or somebody put in the way.
    Files.deleteIfExists(temporary);
    try {
      this.channel =
          FileChannel.open(
              temporary,
              Set.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS),
              rights);
    } catch (IOException e) {
      throw notMade(this.target.getParent(), e);
    }
  }

  /** The temporary name means nothing to whoever asked for the file; the folder does. */
  private static IOException notMade(Path folder, IOException e) {
    String why = words(e);
    if (!Files.isDirectory(folder)) {
      why = "there is no such folder";
    } else if (e instanceof AccessDeniedException) {
      why = "access is denied";
    } else if (e instanceof FileSystemException system) {
      why = system.getReason() == null ? "no file can be made there" : system.getReason();
    }
    return new IOException("the folder " + folder + " cannot be written: " + why, e);
  }

  /**
   * Opens a new file that is to become {@code target}.
   *
   * @param permissions as in {@code rw-r--r--}
   */
  public static DurableFile open(Path target, String permissions) throws IOException {
    return new DurableFile(
        target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
  }

  /**
   * Replaces what is at {@code target}, or makes it. On return it survives a power cut; on a
   * failure the file is as before, and nothing is left beside it.
   */
  public static void write(Path target, byte[] content) throws IOException {
    try (DurableFile file = new DurableFile(target)) {
      file.putInPlace(content);
    } catch (IOException e) {
      throw failed(target, content, e);
    }
  }

  /** The same, with permissions as in {@code rw-------}. */
  public static void write(Path target, byte[] content, String permissions) throws IOException {
    try (DurableFile file = open(target, permissions)) {
      file.putInPlace(content);
    } catch (IOException e) {
      throw failed(target, content, e);
    }
  }

  /**
   * Makes {@code target}.
   *
   * @throws java.nio.file.FileAlreadyExistsException where there is a file of that name
   */
  public static void writeNew(Path target, byte[] content, String permissions) throws IOException {
    try (DurableFile file = open(target, permissions)) {
      writeFully(file.channel, ByteBuffer.wrap(content), 0);
      file.channel.force(true);
      // A link, unlike a rename, never replaces.
      Files.createLink(file.target, file.temporary);
      syncFolder(file.target.getParent());
    }
  }

  /** Where the content is to be written. */
  public FileChannel channel() {
    return channel;
  }

  /** Where the file lies until it is {@linkplain #replace put in place}. */
  public Path temporary() {
    return temporary;
  }

  /** Syncs the content and puts it in the place of the target. */
  public void replace() throws IOException {
    channel.force(true);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    syncFolder(target.getParent());
  }

  /** Closes, and removes the file where it was not put in place. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }

  /** Returns when names made, renamed or deleted in {@code folder} would survive a power cut. */
  public static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new IOException("syncing the folder " + folder + ": " + words(e), e);
    }
  }

  /** The name under which {@code target} is prepared; hidden, in the same folder. */
  public static Path temporaryFor(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".tmp");
  }

  /** Writes all of {@code bytes} from {@code offset} on. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes, long offset)
      throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /**
   * Returns when the bytes of {@code file}, whoever wrote them, would survive a power cut. Not
   * through a link.
   *
   * @throws SyncFailedException where the disk did not take them. Linux says so once only and does
   *     not try them again, so a later success means nothing: they must be written anew
   * @throws IOException where it was not even asked to
   */
  public static void sync(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      force(channel, file);
    } catch (SyncFailedException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("syncing " + file + ": " + words(e), e);
    }
  }

  /**
   * Writes the bytes of {@code file}, as they read, to other places of the disk, and syncs them
   * there: what it has failed to take once it does not try again. Not through a link.
   *
   * @param folder on the same disk, for the copy; what a kill leaves there is named {@code
   *     NAME.copy}
   * @throws IOException where the disk does not take that either; {@code file} reads as it did
   */
  public static void writeAnew(Path file, Path folder) throws IOException {
    Path copy = folder.resolve(file.getFileName() + ".copy");
    try {
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING, LinkOption.NOFOLLOW_LINKS);
      sync(copy);
      Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(copy);
    }
    syncFolder(file.toAbsolutePath().getParent());
  }

  private static void force(FileChannel channel, Path file) throws IOException {
    try {
      channel.force(true);
    } catch (ClosedByInterruptException e) {
      // Who stops has it synced by the next start, if it is to be.
      throw e;
    } catch (IOException e) {
      SyncFailedException failure =
          new SyncFailedException(
              "syncing " + file + ": " + words(e) + "; what was written to it may be lost");
      failure.initCause(e);
      throw failure;
    }
  }

  /** What went wrong, also where the exception has no message. */
  public static String words(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private void putInPlace(byte[] content) throws IOException {
    writeFully(channel, ByteBuffer.wrap(content), 0);
    replace();
  }

  private static IOException failed(Path target, byte[] content, IOException e) {
    return new IOException(
        "writing " + content.length + " bytes to " + target + ": " + words(e), e);
  }
}
