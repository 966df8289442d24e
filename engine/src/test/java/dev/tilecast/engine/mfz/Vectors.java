package dev.tilecast.engine.mfz;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The committed files that the tests of this package judge, and keys to judge them with. */
final class Vectors {
  private Vectors() {}

  static Path root() {
    try {
      return Path.of(Vectors.class.getResource("/mfz").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Path file(String path) {
    return root().resolve(path);
  }

  static byte[] bytes(String path) throws IOException {
    return Files.readAllBytes(file(path));
  }

  /** The lines of a table, without comments, split at tabs. */
  static List<String[]> table(String path) throws IOException {
    return Files.readAllLines(file(path)).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .toList();
  }

  /** All known keys, without rules. */
  static Keyring keyring() throws IOException {
    return keyringFor(root());
  }

  /** All known keys, and those in the folder {@code X.kd} beside a vector {@code X.mfz}. */
  static Keyring keyringFor(Path vector) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    String name = vector.getFileName().toString();
    Path own = vector.resolveSibling(name.replaceFirst("\\.mfz$", "") + ".kd");
    for (Path folder : List.of(file("kd/public_keys"), own)) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> listing = Files.list(folder)) {
          for (Path key : listing.toList()) {
            files.put(key.getFileName().toString(), Files.readAllBytes(key));
          }
        }
      }
    }
    return new Keyring(files, PublishingRules.absent(), List.of());
  }

  static SigningKey signingKey(String handle) throws Exception {
    return SigningKey.parse(bytes("kd/private_keys/" + new Handle(handle).escaped() + ".priv"));
  }
}
