package dev.tilecast.engine.files;

import dev.tilecast.engine.core.Misplaced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * What lies at a path: which file, or what else. Two that are equal tell that nothing was put in
 * its place and that it has not grown or shrunk; what was written into it does not show.
 *
 * @param inode of a file, or an empty text
 * @param length of a file, or 0
 */
record Occupant(Optional<Misplaced> misplaced, String inode, long length) {
  /** One look; links are not followed. */
  static Occupant at(Path path) throws IOException {
    BasicFileAttributes of;
    try {
      of = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return no(Misplaced.GONE);
    }
    if (of.isRegularFile()) {
      return new Occupant(Optional.empty(), String.valueOf(of.fileKey()), of.size());
    } else if (of.isDirectory()) {
      return no(Misplaced.FOLDER);
    } else if (of.isSymbolicLink()) {
      return no(Misplaced.LINK);
    }
    return no(Misplaced.SPECIAL);
  }

  private static Occupant no(Misplaced misplaced) {
    return new Occupant(Optional.of(misplaced), "", 0);
  }
}
