package dev.tilecast.engine.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * By what a file is seen to have changed without reading it.
 *
 * @param key of the file itself, whatever its name; the platform says what that is
 */
public record FileState(FileTime modified, long bytes, String key) {
  /** The state of the file at {@code path}, behind links. */
  public static FileState of(Path path) throws IOException {
    BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
    return new FileState(file.lastModifiedTime(), file.size(), String.valueOf(file.fileKey()));
  }
}
