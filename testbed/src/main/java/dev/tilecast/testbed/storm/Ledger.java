package dev.tilecast.testbed.storm;

import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Maker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was made, what was promised of it, and so what must be live everywhere in the end. May be
 * used from any thread.
 */
final class Ledger {
  private static final int BUFFER_BYTES = 64 * 1024;

  /** Every version by its name, oldest first. */
  private final Map<String, List<Published>> made = new TreeMap<>();

  private final Map<String, Published> bySha256 = new HashMap<>();
  private final Map<Version, Published> byVersion = new HashMap<>();
  private final Map<String, Published> acknowledged = new HashMap<>();

  /** What lies, or lay, in an inbox from which it cannot get lost. */
  private final Map<Slot, Published> delivered = new HashMap<>();

  private record Slot(int tile, String name) {}

  /**
   * The SHA-256 of the bytes that a file has; one that is replaced meanwhile is read to its end.
   */
  static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      int count;
      do {
        count = in.read(buffer);
      } while (count >= 0);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Notes a version before anybody can see it. */
  Published made(Maker.Made file) throws IOException {
    return made(
        file.accepted().version().orElseThrow(), sha256(file.file()), file.accepted().fileLength());
  }

  synchronized Published made(Version version, String sha256, long fileLength) {
    List<Published> versions =
        made.computeIfAbsent(version.name().text(), name -> new ArrayList<>());
    Published published = new Published(version, versions.size() + 1, sha256, fileLength);
    versions.add(published);
    bySha256.put(sha256, published);
    byVersion.put(version, published);
    return published;
  }

  /** The version whose file has this digest. */
  synchronized Optional<Published> ofFile(String sha256) {
    return Optional.ofNullable(bySha256.get(sha256));
  }

  synchronized Optional<Published> of(Version version) {
    return Optional.ofNullable(byVersion.get(version));
  }

  /** Every name of which there is a version. */
  synchronized List<String> names() {
    return List.copyOf(made.keySet());
  }

  /** Somebody was told that it is live: it, or a newer one, must be so everywhere. */
  synchronized void acknowledged(Published published) {
    acknowledged.merge(published.name(), published, Ledger::newer);
  }

  /** It was renamed into the inbox of a tile that has room: no kill can take it from there. */
  synchronized void delivered(int tile, Published published) {
    delivered.merge(new Slot(tile, published.name()), published, Ledger::newer);
  }

  /** {@code older} may take the place of a newer one in that inbox before that is looked at. */
  synchronized void mayBeReplaced(int tile, Published older) {
    delivered.computeIfPresent(
        new Slot(tile, older.name()), (slot, was) -> was.isNewerThan(older) ? null : was);
  }

  /** Whether a newer version of its name was made. */
  synchronized boolean isOvertaken(Published published) {
    return made.get(published.name()).size() > published.index();
  }

  /** The version below which {@code name} must not be in the end, on any tile. */
  synchronized Optional<Published> required(String name) {
    Optional<Published> required = Optional.ofNullable(acknowledged.get(name));
    for (Map.Entry<Slot, Published> entry : delivered.entrySet()) {
      if (entry.getKey().name().equals(name)) {
        required =
            Optional.of(required.map(r -> newer(r, entry.getValue())).orElse(entry.getValue()));
      }
    }
    return required;
  }

  private static Published newer(Published one, Published other) {
    return other.isNewerThan(one) ? other : one;
  }
}
