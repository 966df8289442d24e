package dev.tilecast.engine.files;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Homes, versions and bytes for the tests of this package. */
final class Sample {
  static final long MEBIBYTE = 1 << 20;

  private Sample() {}

  /** Limits that do not depend on how full the disk of the test is. */
  static FileLimits limits() {
    return new FileLimits(MEBIBYTE, 0, MEBIBYTE, 4, 1000, 8, 1000, 2);
  }

  /** Plenty, whatever the disk of the test has. */
  static Room room() {
    return new Room(() -> 1000 * MEBIBYTE, limits());
  }

  static TileHome home(Path folder) throws IOException {
    return TileHome.create(folder.resolve("home"), "# settings\n");
  }

  static Version version(String name, long stamp, int seed) {
    return new Version(new Name(name), stamp, bytes(64, seed));
  }

  static Bytes bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return Bytes.copyOf(bytes);
  }

  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
