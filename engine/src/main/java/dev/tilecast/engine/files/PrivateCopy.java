package dev.tilecast.engine.files;

import dev.tilecast.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.IntConsumer;

/** A copy of somebody's file that nobody else can read or write. */
final class PrivateCopy {
  private PrivateCopy() {}

  /**
   * Copies {@code original} to {@code copy}, which must not be there; not synced. A copy that was
   * begun stays where this fails.
   *
   * @param length bytes that the original had when it was looked at
   * @param written hears how many bytes were written, piece by piece
   * @return false where the original has another length by now
   */
  static boolean make(Path original, Path copy, long length, IntConsumer written)
      throws IOException {
    try (FileChannel from =
            FileChannel.open(original, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        FileChannel to = create(copy)) {
      // Outside of the heap, so that reading and writing need no other.
      ByteBuffer buffer = ByteBuffer.allocateDirect(FileLimits.BUFFER_BYTES);
      long at = 0;
      while (from.read(buffer.clear(), at) >= 0) {
        buffer.flip();
        int count = buffer.limit();
        if (at + count > length) {
          return false;
        }
        DurableFile.writeFully(to, buffer, at);
        written.accept(count);
        at += count;
      }
      return at == length;
    }
  }

  private static FileChannel create(Path path) throws IOException {
    FileAttribute<?>[] rights =
        path.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    return FileChannel.open(
        path, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), rights);
  }
}
