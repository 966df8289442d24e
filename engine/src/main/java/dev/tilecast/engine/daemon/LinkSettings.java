package dev.tilecast.engine.daemon;

import static java.util.Objects.requireNonNull;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.tcp.TcpAddress;

/**
 * One {@code [[link]]} of the settings.
 *
 * @param direction where it leads
 * @param address who listens where
 * @param mtu the longest packet, in bytes
 * @param plain whether plain text may leave this machine
 */
public record LinkSettings(Direction direction, TcpAddress address, int mtu, boolean plain) {
  public LinkSettings {
    requireNonNull(direction);
    requireNonNull(address);
  }
}
