package dev.tilecast.engine.sending;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.List;

/** What is to be done next, in order. At most one file is open for each direction. */
public sealed interface FileEffect {
  /** A message goes to a neighbor; it may get lost. */
  record Send(Direction to, FileMessage message) implements FileEffect {}

  /** Bytes of the file that is sent are read and go out as {@link FileMessage.Data}. */
  record Serve(Direction to, int key, int offset, int length) implements FileEffect {}

  /**
   * A place for a file is looked for: {@link Receiver#opened} tells. If one is found, what is there
   * of any other unfinished file from this direction is deleted.
   */
  record Open(Direction from, FileMessage.Offer offer) implements FileEffect {}

  /** Bytes are written to the open file; {@link Receiver#diskFailed} tells if that fails. */
  record Write(Direction from, int offset, Bytes bytes) implements FileEffect {}

  /** The open file is synced, and then what of it is held is written down, for a restart. */
  record Keep(Direction from, List<Message.Range> held) implements FileEffect {}

  /** Nothing of the open file is held any more, and that is written down. */
  record Discard(Direction from) implements FileEffect {}

  /**
   * The open file is synced, its digest is taken, and it gets its name unless something has that:
   * {@link Receiver#finished} tells. Where it does not get it, it stays open.
   */
  record Finish(Direction from) implements FileEffect {}

  /** The open file is closed, and found again when the same is offered. */
  record Close(Direction from) implements FileEffect {}

  /** The open file is closed and deleted. */
  record Remove(Direction from) implements FileEffect {}

  /** Something for a person to read. */
  record Told(Direction from, FileName name, Told.State state, String text) implements FileEffect {
    /** What has become of the file. */
    public enum State {
      /** It comes. */
      COMING,
      /** It is here, whole, under its name. */
      RECEIVED,
      /** It is not taken. */
      REFUSED,
      /** It comes no more for now; what is here may be kept for the same offer. */
      ENDED
    }
  }
}
