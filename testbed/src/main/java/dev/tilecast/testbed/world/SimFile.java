package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;

/**
 * A file that somebody signed.
 *
 * @param manifest what it consists of
 * @param content the whole file
 * @param id the manifest id
 */
public record SimFile(Manifest manifest, Bytes content, Bytes id) {
  public SimFile {
    requireNonNull(manifest);
    requireNonNull(content);
    requireNonNull(id);
  }

  /** The file that {@code manifest} describes; its id is worked out once. */
  public SimFile(Manifest manifest, Bytes content) {
    this(manifest, content, manifest.head().id());
  }

  /** The same with other bytes, as a disk may make of it. */
  SimFile rotten(Bytes bytes) {
    return new SimFile(manifest, bytes, id);
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
