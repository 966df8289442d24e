package dev.tilecast.engine.sending;

import dev.tilecast.engine.message.Message;
import java.util.List;

/** What came of looking for a place for a file that is offered. */
public sealed interface Opening {
  /** A file of its length is open; {@code held} is what an earlier transfer wrote and synced. */
  record Ready(List<Message.Range> held) implements Opening {
    public Ready {
      held = List.copyOf(held);
    }
  }

  /** It is here, under its name, with its digest. */
  record Present() implements Opening {}

  /**
   * It cannot be taken.
   *
   * @param why the same for a person on the receiver's tile, with what to do
   */
  record Refused(Objection objection, String why) implements Opening {
    /** Refused for a reason that speaks for itself. */
    public Refused(Objection objection) {
      this(objection, objection.words());
    }
  }
}
