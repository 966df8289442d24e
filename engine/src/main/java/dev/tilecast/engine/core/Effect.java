package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Optional;

/**
 * Something that the shell must do. The shell commits all {@link Save}s of a batch first, then
 * carries out the other effects in their order; slow work answers later as an {@link Input}.
 */
public sealed interface Effect
    permits Save,
        Effect.Send,
        Effect.SendData,
        Effect.SendStaged,
        Effect.SendManifest,
        Effect.JudgeHead,
        Effect.OpenStaging,
        Effect.WriteStaging,
        Effect.CheckChunk,
        Effect.DropStaging,
        Effect.Inspect,
        Effect.Promote,
        Effect.KeepSeal,
        Effect.Answer,
        Effect.Activate,
        Effect.Scrub,
        Effect.CopyLive,
        Effect.CopyHeld {
  /** Send {@code message} to the neighbor in direction {@code to}. */
  record Send(Direction to, Message message) implements Effect {}

  /**
   * Send bytes of the live file of {@code name} as DATA, but only if its manifest still is {@code
   * manifestId}; else NONE.
   *
   * @param mtu the longest packet to split them into
   */
  record SendData(Direction to, int mtu, Name name, Bytes manifestId, Message.Range range)
      implements Effect {}

  /**
   * Send bytes of a sealed file that still comes in, of chunks that were checked, as DATA; where it
   * has gone live meanwhile, of the live file. Where it is neither, nothing.
   *
   * @param mtu the longest packet to split them into
   */
  record SendStaged(Direction to, int mtu, Name name, Bytes manifestId, Message.Range range)
      implements Effect {}

  /**
   * Send a part of the manifest of the live file of {@code name} as MANIFEST_PARTs, else NONE.
   *
   * @param mtu the longest packet to split it into
   */
  record SendManifest(
      Direction to, int mtu, Name name, Bytes manifestId, int unit, int offset, int length)
      implements Effect {}

  /**
   * Slow: check the MFZ signature in {@code head}, and that {@code seal} is one of it; answered by
   * {@link Input.HeadJudged}.
   */
  record JudgeHead(Bytes manifestId, ManifestHead head, Optional<Bytes> seal) implements Effect {}

  /** Slow: reserve room and make the staging file; answered by {@link Input.StagingOpened}. */
  record OpenStaging(Bytes manifestId, ManifestHead head) implements Effect {}

  /** Write bytes into a staging file. Not synced. */
  record WriteStaging(Bytes manifestId, long offset, Bytes bytes) implements Effect {}

  /**
   * Compare the digest of bytes of a staging file, after all writes before it; answered by {@link
   * Input.ChunkChecked}.
   */
  record CheckChunk(Bytes manifestId, int index, long offset, ChunkRef expected)
      implements Effect {}

  /** Delete a staging file and give its room back. */
  record DropStaging(Bytes manifestId) implements Effect {}

  /**
   * Slow: check the whole staging file as a dropped file is checked, and that cutting it gives
   * {@code manifest}; answered by {@link Input.Inspected}.
   */
  record Inspect(Manifest manifest) implements Effect {}

  /**
   * Slow: the order of writes of a promotion up to and with the mark; answered by {@link
   * Input.Promoted} or {@link Input.PromotionFailed}.
   *
   * @param seal to be kept beside the file, if it stands under the keys of that moment
   */
  record Promote(Source source, Manifest manifest, Optional<Bytes> seal) implements Effect {}

  /**
   * Slow: put a checked seal beside the live file that {@code manifest} describes, which had none;
   * answered by {@link Input.SealKept}.
   *
   * @param ticket of the dropped file beside which it lay
   */
  record KeepSeal(long ticket, Manifest manifest, Bytes seal) implements Effect {}

  /** Tell whoever dropped a file what became of it, and clear its private copy away. */
  record Answer(long ticket, Verdict verdict) implements Effect {}

  /**
   * Slow: compare chunks of the live file of {@code name} with its manifest, from {@code
   * firstChunk} on until {@code bytesMax} bytes were read, at least one; answered by {@link
   * Input.Scrubbed}.
   */
  record Scrub(Name name, Bytes manifestId, int firstChunk, int bytesMax) implements Effect {}

  /**
   * Slow: copy the chunks of the live file that {@code manifest} describes into its staging file,
   * those that match their digests and are not {@code pulled}; answered by {@link
   * Input.LiveCopied}.
   */
  record CopyLive(Manifest manifest, List<Integer> pulled) implements Effect {
    public CopyLive {
      pulled = List.copyOf(pulled);
    }
  }

  /**
   * Slow: copy chunks that lie in other files of this tile into the staging file of {@code
   * manifest}: those of {@code lacking} whose digests match. First what lies {@code staged}; then
   * out of {@code files}, in this order, and after the first of them the archived one of the same
   * name. One whose chunks are not as long as those of {@code manifest} is cut again, up to {@code
   * cutBytesMax} bytes in all. A file that cannot be read is as one that is not there. Answered by
   * {@link Input.HeldCopied}.
   */
  record CopyHeld(
      Manifest manifest,
      List<Integer> lacking,
      List<Staged> staged,
      List<LiveEntry> files,
      long cutBytesMax)
      implements Effect {
    public CopyHeld {
      lacking = List.copyOf(lacking);
      staged = List.copyOf(staged);
      files = List.copyOf(files);
    }

    /**
     * A lacking chunk that should lie in the staging file of another transfer.
     *
     * @param index among the chunks of what is to be completed
     * @param manifestId of the other transfer
     * @param offset of the chunk in its staging file
     */
    public record Staged(int index, Bytes manifestId, long offset) {}
  }

  /** {@code entry} went live: whatever the tile's settings want done with it may begin. */
  record Activate(LiveEntry entry) implements Effect {}
}
