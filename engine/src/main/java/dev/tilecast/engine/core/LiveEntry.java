package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Version;

/**
 * One live version, as the catalog knows it.
 *
 * @param version name, stamp and inner digest
 * @param manifestId the id of the manifest of the very file that is live
 * @param fileLength its bytes
 * @param handle its signer
 * @param fingerprint the signer's fingerprint, 64 bytes
 * @param sealed whether its seal is kept beside it
 */
public record LiveEntry(
    Version version,
    Bytes manifestId,
    long fileLength,
    String handle,
    Bytes fingerprint,
    boolean sealed) {
  /** The entry of the file that {@code head} describes, without a seal. */
  public static LiveEntry of(ManifestHead head) {
    return new LiveEntry(
        head.version(), head.id(), head.fileLength(), head.handle(), head.fingerprint(), false);
  }

  /** What a tile that has it tells of it. */
  Message.Advertisement advertisement() {
    return new Message.Advertisement(
        version.name(),
        version.stamp(),
        Rank.of(version).digestPrefix(),
        manifestId,
        fileLength,
        fingerprint.prefix(Message.Advertisement.SIGNER_BYTES),
        sealed,
        Message.Advertisement.HELD_WHOLE);
  }

  /** The same, with or without a seal. */
  public LiveEntry withSeal(boolean kept) {
    return new LiveEntry(version, manifestId, fileLength, handle, fingerprint, kept);
  }
}
