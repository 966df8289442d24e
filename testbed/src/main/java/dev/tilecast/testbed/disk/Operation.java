package dev.tilecast.testbed.disk;

import dev.tilecast.engine.message.Bytes;
import java.util.Locale;

/**
 * One change of a disk, or one order to keep what was changed. Files and folders are named by the
 * number of their inode, so that an operation means the same whatever else was lost.
 */
public sealed interface Operation {
  /** Bytes were written into a file. */
  record Write(long inode, long offset, Bytes bytes, long timeNanos) implements Operation {}

  /** A file was made shorter. */
  record Truncate(long inode, long length, long timeNanos) implements Operation {}

  /** A file or folder got other permissions, as in {@code rw-r--r--}. */
  record Permissions(long inode, String permissions, long timeNanos) implements Operation {}

  /** The bytes, length and permissions of a file must be on the disk before this returns. */
  record Force(long inode) implements Operation {}

  /**
   * The disk was to keep the bytes, length and permissions of a file, has failed, and does not try
   * again with what was written so far.
   */
  record ForceFailed(long inode) implements Operation {}

  /** The names in a folder must be on the disk before this returns. */
  record SyncFolder(long folder) implements Operation {}

  /** A new empty file got a name. */
  record Create(long folder, String name, long inode, String permissions, long timeNanos)
      implements Operation {}

  /** A new empty folder got a name. */
  record MakeFolder(long folder, String name, long inode, String permissions, long timeNanos)
      implements Operation {}

  /** A file got one more name. */
  record Link(long folder, String name, long inode, long timeNanos) implements Operation {}

  /** A name was moved, in place of what had the new name; both at one instant. */
  record Rename(
      long fromFolder, String fromName, long toFolder, String toName, long inode, long timeNanos)
      implements Operation {}

  /** A name was deleted. */
  record Unlink(long folder, String name, long inode, long timeNanos) implements Operation {}

  /** The same in words. */
  default String words() {
    if (this instanceof Write write) {
      return "write of " + write.bytes.length() + " bytes at " + write.offset;
    } else if (this instanceof Truncate truncate) {
      return "truncate to " + truncate.length;
    } else if (this instanceof Rename rename) {
      return "rename of " + rename.fromName;
    }
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
