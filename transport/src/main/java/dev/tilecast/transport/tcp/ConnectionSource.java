package dev.tilecast.transport.tcp;

import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;

/** Where a link gets its next connection from: who listens and who connects differ only here. */
sealed interface ConnectionSource permits Listener, Connector {
  /**
   * Waits for the next connection, without limit.
   *
   * @param trouble told in words why there is none yet, perhaps many times
   * @throws ClosedChannelException once closed
   */
  Connection next(Consumer<String> trouble) throws ClosedChannelException, InterruptedException;

  /** Ends all waiting at once, and every connection that was handed out, with this reason. */
  void close(String why);
}
