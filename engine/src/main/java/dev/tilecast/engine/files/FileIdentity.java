package dev.tilecast.engine.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What tells whether a file is still the very file that it was: equal identities, taken from one
 * path at two times, mean that nobody replaced it or wrote to it in between.
 *
 * @param inode of the file
 * @param length in bytes
 * @param mtimeNanos when the content last changed
 * @param ctimeNanos when anything of it last changed: unlike the former, no program can set it.
 *     Renaming and linking change it, too, so an identity is taken after those
 */
public record FileIdentity(String inode, long length, long mtimeNanos, long ctimeNanos) {
  /** The identity of what lies at {@code path}; links are not followed. */
  public static FileIdentity of(Path path) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      Map<String, Object> unix =
          Files.readAttributes(
              path, "unix:dev,ino,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
      return new FileIdentity(
          unix.get("dev") + ":" + unix.get("ino"),
          (Long) unix.get("size"),
          nanos(unix.get("lastModifiedTime")),
          nanos(unix.get("ctime")));
    }
    Map<String, Object> basic =
        Files.readAttributes(
            path, "fileKey,size,lastModifiedTime,creationTime", LinkOption.NOFOLLOW_LINKS);
    return new FileIdentity(
        String.valueOf(basic.get("fileKey")),
        (Long) basic.get("size"),
        nanos(basic.get("lastModifiedTime")),
        nanos(basic.get("creationTime")));
  }

  /** The part of it that renaming and linking leave as it is: the same file, not written to. */
  public FileIdentity wherever() {
    return new FileIdentity(inode, length, mtimeNanos, 0);
  }

  /** The form that is kept in the database. */
  String text() {
    return inode + " " + length + " " + mtimeNanos + " " + ctimeNanos;
  }

  /** {@link #wherever} of what {@link #text} gave, in words that compare equal for the same. */
  static String wherever(String text) {
    return text.substring(0, text.lastIndexOf(' '));
  }

  private static long nanos(Object time) {
    return ((FileTime) time).to(TimeUnit.NANOSECONDS);
  }
}
