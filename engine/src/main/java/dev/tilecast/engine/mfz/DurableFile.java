package dev.tilecast.engine.mfz;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that appears under its name only when it is whole and synced: temporary file beside it,
 * sync, rename, sync of the folder.
 *
 * <p>Not the one of {@code engine.files}, though alike: this one makes large files by channel, with
 * permissions and without replacing, needs no tile's home, and may not use that package.
 */
final class DurableFile implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final FileChannel channel;

  private DurableFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  /**
   * Opens the temporary file of {@code target}, in place of one that an interrupted run left.
   *
   * @param permissions as in {@code rw-r--r--}
   */
  static DurableFile open(Path target, String permissions) throws IOException {
    Path whole = target.toAbsolutePath();
    Path temporary = whole.resolveSibling("." + whole.getFileName() + ".part");
    Files.deleteIfExists(temporary);
    FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(CREATE_NEW, READ, WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    return new DurableFile(whole, temporary, channel);
  }

  /** Writes the whole of a small file, replacing what is there. */
  static void write(Path target, byte[] content, String permissions) throws IOException {
    try (DurableFile file = open(target, permissions)) {
      file.writeAll(content);
      file.replace();
    }
  }

  /** Writes the whole of a small file; fails where one of that name is already there. */
  static void writeNew(Path target, byte[] content, String permissions) throws IOException {
    try (DurableFile file = open(target, permissions)) {
      file.writeAll(content);
      file.channel.force(true);
      // A link, unlike a rename, never replaces.
      Files.createLink(file.target, file.temporary);
      syncFolder(file.target);
    }
  }

  private void writeAll(byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  FileChannel channel() {
    return channel;
  }

  Path temporary() {
    return temporary;
  }

  /** Syncs the data and puts it in the place of the target. */
  void replace() throws IOException {
    channel.force(true);
    Files.move(temporary, target, ATOMIC_MOVE, REPLACE_EXISTING);
    syncFolder(target);
  }

  /** Makes a change of names in the folder of {@code file} outlive a power cut. */
  static void syncFolder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    }
  }

  /** Closes, and removes the temporary file where it was not put in place. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
