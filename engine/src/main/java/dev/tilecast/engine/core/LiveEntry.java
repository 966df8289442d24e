package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Version;

/**
 * One live version, as the catalog knows it.
 *
 * @param version name, stamp and inner digest
 * @param manifestId the id of the manifest of the very file that is live
 * @param fileLength its bytes
 * @param handle its signer
 * @param fingerprint the signer's fingerprint, 64 bytes
 */
public record LiveEntry(
    Version version, Bytes manifestId, long fileLength, String handle, Bytes fingerprint) {
  /** The entry of the file that {@code head} describes. */
  public static LiveEntry of(ManifestHead head) {
    return new LiveEntry(
        head.version(), head.id(), head.fileLength(), head.handle(), head.fingerprint());
  }
}
