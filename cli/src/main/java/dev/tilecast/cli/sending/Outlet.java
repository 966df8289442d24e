package dev.tilecast.cli.sending;

import dev.tilecast.transport.Direction;

/** Where packets of the service go. */
@FunctionalInterface
public interface Outlet {
  /**
   * Sends a packet, which may get lost.
   *
   * @param content what follows the two bytes of the header
   */
  void send(Direction to, byte[] content);
}
