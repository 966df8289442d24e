package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.util.Optional;

/**
 * A file that somebody signed.
 *
 * @param manifest what it consists of
 * @param content the whole file
 * @param id the manifest id
 * @param seal the signature of its seal, if it was sealed
 */
public record SimFile(Manifest manifest, Bytes content, Bytes id, Optional<Bytes> seal) {
  public SimFile {
    requireNonNull(manifest);
    requireNonNull(content);
    requireNonNull(id);
    requireNonNull(seal);
  }

  /** The file that {@code manifest} describes, without a seal; its id is worked out once. */
  public SimFile(Manifest manifest, Bytes content) {
    this(manifest, content, manifest.head().id(), Optional.empty());
  }

  /** The same with a seal. */
  SimFile sealed(Bytes signature) {
    return new SimFile(manifest, content, id, Optional.of(signature));
  }

  /** The same with other bytes, as a disk may make of it. */
  SimFile rotten(Bytes bytes) {
    return new SimFile(manifest, bytes, id, seal);
  }

  public Version version() {
    return manifest.head().version();
  }

  public Name name() {
    return version().name();
  }

  /** As the catalog of a tile knows it once it is live. */
  public LiveEntry entry() {
    return LiveEntry.of(manifest.head());
  }
}
