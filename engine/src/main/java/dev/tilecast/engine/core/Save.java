package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Version;

/**
 * A row to write. All rows of a batch are committed in one transaction before anything of that
 * batch is sent; where one of them {@linkplain #durable() must survive power loss}, the commit is
 * synced.
 */
public sealed interface Save extends Effect {
  /** Whether a promise hangs on this row, so that its commit is synced to the disk. */
  default boolean durable() {
    return false;
  }

  /**
   * The promotion of {@code version} is about to begin. May be lost: a start looks at every live
   * file whose row does not tell of it.
   */
  record Intent(Version version) implements Save {}

  /**
   * {@code entry} is live; replaces the row of the same name, its manifest and its intent.
   *
   * @param fileIdentity what the shell compares at start to know that the file is still the one
   *     that was checked
   */
  record Live(LiveEntry entry, Manifest manifest, String fileIdentity) implements Save {
    @Override
    public boolean durable() {
      return true;
    }
  }

  /** An intent came to nothing. */
  record IntentGone(Version version) implements Save {}

  /**
   * A transfer has begun and its staging file exists. Synced once: without this row its bytes would
   * be swept away at the next start.
   */
  record TransferBegun(Bytes manifestId, ManifestHead head) implements Save {
    @Override
    public boolean durable() {
      return true;
    }
  }

  /** A checked page of a transfer's manifest. May be lost: it is asked for again. */
  record Page(Bytes manifestId, int index, ManifestPage page) implements Save {}

  /** A transfer has ended, well or not; its rows go. */
  record TransferGone(Bytes manifestId) implements Save {}

  /** Something that an operator would want to read later. */
  record Event(TileEvent event) implements Save {}
}
