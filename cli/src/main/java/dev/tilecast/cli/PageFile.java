package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where {@code --html} may write: never over a file that is something else. */
final class PageFile {
  /** How each of our pages begins. */
  private static final String BEGINNING = "<!doctype html>";

  private PageFile() {}

  /**
   * Looks before anything is run, so that nobody waits for a page that cannot be written.
   *
   * @throws FailedException where {@code file} is no page, or its folder is not there
   */
  static void requireFree(Path file) throws IOException, FailedException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || file.toString().isEmpty() || Files.isDirectory(file)) {
      throw new FailedException("--html " + file + " names no file; give the page a name");
    }
    if (!Files.isDirectory(folder)) {
      throw new FailedException("--html " + file + ": there is no folder " + folder);
    }
    if (Files.exists(file) && !beginsLikePage(file)) {
      throw new FailedException(
          "--html "
              + file
              + " is there, and is no page; it is not overwritten, choose another name");
    }
  }

  private static boolean beginsLikePage(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] first = in.readNBytes(BEGINNING.length());
      return first.length == 0 || new String(first, UTF_8).equals(BEGINNING);
    }
  }
}
