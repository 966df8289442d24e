package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Fault;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Optional;

/** Something that happened to the tile. */
public sealed interface Input {
  /** Time has passed. */
  record Tick() implements Input {}

  /**
   * A link came up.
   *
   * @param mtu the longest packet that we take on it
   */
  record LinkUp(Direction direction, int mtu) implements Input {}

  /** A link went down. */
  record LinkDown(Direction direction, String why) implements Input {}

  /** A message came. */
  record Received(Direction from, Message message) implements Input {}

  /** A packet of our service came that is no message. */
  record Unreadable(Direction from, Fault fault) implements Input {}

  /** The keys or rules of this tile are now these. */
  record TrustChanged(Trust trust) implements Input {}

  /**
   * A dropped file was inspected and found good.
   *
   * @param ticket the shell's number for it
   * @param manifest of the private copy
   * @param seal the signature of the checked seal that lay beside it, if one did
   */
  record Offered(long ticket, Manifest manifest, Optional<Bytes> seal) implements Input {}

  /** A dropped file was inspected and refused; the shell has already put it aside. */
  record OfferRefused(String fileName, Refusal refusal) implements Input {}

  /** Something about {@code fileName} in the inbox is worth a line of the diary. */
  record InboxNoted(String fileName, String text) implements Input {}

  /**
   * Answer to {@link Effect.JudgeHead}.
   *
   * @param sealStands whether the seal that was to be judged with it is a right one
   */
  record HeadJudged(Bytes manifestId, Optional<Refusal> refusal, boolean sealStands)
      implements Input {}

  /**
   * Answer to {@link Effect.OpenStaging}.
   *
   * @param anew whether the file was made now, with nothing in it
   */
  record StagingOpened(Bytes manifestId, boolean anew, Optional<Refusal> refusal)
      implements Input {}

  /**
   * Answer to {@link Effect.CheckChunk} where the staging file does not lie in its place any more,
   * or not with its length: somebody has deleted, replaced or cut it. Nothing in it counts.
   */
  record StagingLost(Bytes manifestId) implements Input {}

  /** Answer to {@link Effect.CheckChunk}. */
  record ChunkChecked(Bytes manifestId, int index, boolean good) implements Input {}

  /** Writing or reading a staging file failed; the transfer cannot go on now. */
  record StagingFailed(Bytes manifestId, Refusal refusal) implements Input {}

  /** Answer to {@link Effect.Inspect}. */
  record Inspected(Bytes manifestId, Optional<Refusal> refusal) implements Input {}

  /**
   * Answer to {@link Effect.Promote}: renamed, folders synced, mark written.
   *
   * @param sealed whether a seal is kept beside the file
   */
  record Promoted(Source source, Manifest manifest, String fileIdentity, boolean sealed)
      implements Input {}

  /**
   * Answer to {@link Effect.KeepSeal}: the seal lies beside the live file, whatever fails.
   *
   * @param unused why it does not; empty where it does
   */
  record SealKept(long ticket, Manifest manifest, Optional<String> unused) implements Input {}

  /**
   * Answer to {@link Effect.Promote}: nothing in {@code live/} was changed.
   *
   * @param stagingLost whether the disk did not take a staged file, and it was deleted
   */
  record PromotionFailed(Source source, Manifest manifest, Refusal refusal, boolean stagingLost)
      implements Input {}

  /**
   * Answer to {@link Effect.Scrub}.
   *
   * @param nextChunk the first that was not read
   * @param last whether that was the end of the file, or the file is another one by now
   * @param bytes how many were read
   * @param wrong the chunks that are not what the manifest says, or cannot be read
   * @param misplaced what lies there, where that is no file of its length; if nothing of it can be
   *     read, all chunks are wrong
   * @param manifest of the file, where it still is the live one
   */
  record Scrubbed(
      Bytes manifestId,
      int firstChunk,
      int nextChunk,
      boolean last,
      long bytes,
      List<Integer> wrong,
      Optional<Misplaced> misplaced,
      Optional<Manifest> manifest)
      implements Input {
    public Scrubbed {
      wrong = List.copyOf(wrong);
    }

    /** Whether nothing of what was read is wrong. */
    boolean isGood() {
      return wrong.isEmpty() && misplaced.isEmpty();
    }
  }

  /**
   * Something else lies under the name of a live file than when it was looked at last: nothing is
   * known of it until it was read whole.
   */
  record LiveDoubted(Name name) implements Input {}

  /**
   * Answer to {@link Effect.CopyLive}.
   *
   * @param wrong the chunks that were not copied, since they have rotted meanwhile
   */
  record LiveCopied(Bytes manifestId, List<Integer> wrong, Optional<Refusal> refusal)
      implements Input {
    public LiveCopied {
      wrong = List.copyOf(wrong);
    }
  }

  /**
   * Answer to {@link Effect.CopyHeld}.
   *
   * @param copied the chunks that were copied; each is still to be checked
   * @param refusal why no more could be written
   */
  record HeldCopied(Bytes manifestId, List<Integer> copied, Optional<Refusal> refusal)
      implements Input {
    public HeldCopied {
      copied = List.copyOf(copied);
    }
  }

  /**
   * The seal beside the live file of {@code name} was not what it should be.
   *
   * @param what was wrong with it and what came of that, as a sentence
   */
  record SealDamaged(Name name, String what) implements Input {}

  /** Somebody wants {@code name}, or everything that is live, to be read again now. */
  record ScrubAsked(Optional<Name> name) implements Input {}

  /** What is known of the activation of one name. */
  record Activation(ActivationState state) implements Input {}
}
