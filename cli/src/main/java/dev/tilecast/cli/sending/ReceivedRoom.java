package dev.tilecast.cli.sending;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much may still come into a folder.
 *
 * @param folderBytesMax of all files in it, those that come just now included
 * @param reserveBytes free space on its disk that is left alone
 */
record ReceivedRoom(Path folder, long folderBytesMax, long reserveBytes) {
  /** More files than anybody looks through; a bound, since empty ones cost no bytes. */
  static final int FILES_MAX = 4096;

  /**
   * Why there is no room for a file of {@code length} bytes, and what to do; empty where there is.
   *
   * @param part where it is to lie; what lies there now goes away, or belongs to it
   * @param goesOn whether it belongs to it
   * @param promised bytes of other files that come and are not written yet
   */
  Optional<String> shortage(long length, Path part, boolean goesOn, long promised)
      throws IOException {
    long there = 0;
    int files = 0;
    long old = 0;
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
      for (Path path : paths) {
        long bytes = sizeOf(path);
        if (path.equals(part)) {
          old = Math.max(0, bytes);
        } else if (bytes >= 0) {
          there += bytes;
          files++;
        }
      }
    }
    long more = goesOn ? Math.max(0, length - old) : length - old;
    there += promised;
    more += promised;
    if (files >= FILES_MAX) {
      return Optional.of(
          "there is no room for it: " + folder + " has " + files + " files; delete some");
    } else if (there + length > folderBytesMax) {
      return Optional.of(
          "there is no room for it: with "
              + length
              + " bytes more "
              + folder
              + " would have "
              + (there + length)
              + ", and --folder-bytes allows "
              + folderBytesMax
              + "; delete some, or allow more");
    } else if (Files.getFileStore(folder).getUsableSpace() - more < reserveBytes) {
      return Optional.of(
          "there is no room for it: it would leave less than "
              + reserveBytes
              + " bytes free on the disk of "
              + folder
              + "; free some");
    }
    return Optional.empty();
  }

  /** Its bytes; below 0 where it is no plain file, or not any more. */
  private static long sizeOf(Path path) throws IOException {
    try {
      return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.size(path) : -1;
    } catch (NoSuchFileException e) {
      return -1;
    }
  }
}
