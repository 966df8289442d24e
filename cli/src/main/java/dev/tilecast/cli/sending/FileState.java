package dev.tilecast.cli.sending;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/** By what a file is seen to have changed without reading it. */
record FileState(FileTime modified, long bytes, String key) {
  static FileState of(Path path) throws IOException {
    BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
    return new FileState(file.lastModifiedTime(), file.size(), String.valueOf(file.fileKey()));
  }
}
