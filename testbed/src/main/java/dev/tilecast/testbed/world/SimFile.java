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
 */
public record SimFile(Manifest manifest, Bytes content) {
  public SimFile {
    requireNonNull(manifest);
    requireNonNull(content);
  }

  public Version version() {
    return manifest.head().version();
  }

  public Name name() {
    return version().name();
  }

  /** The manifest id. */
  public Bytes id() {
    return manifest.head().id();
  }

  /** As the catalog of a tile knows it once it is live. */
  public LiveEntry entry() {
    return LiveEntry.of(manifest.head());
  }
}
