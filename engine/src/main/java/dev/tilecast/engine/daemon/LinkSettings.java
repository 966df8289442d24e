package dev.tilecast.engine.daemon;

import static java.util.Objects.requireNonNull;

import dev.tilecast.transport.BulkLimits;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.tcp.Fingerprint;
import dev.tilecast.transport.tcp.TcpAddress;
import java.util.Optional;

/**
 * One {@code [[link]]} of the settings.
 *
 * @param direction where it leads
 * @param address who listens where
 * @param mtu the longest packet, in bytes
 * @param plain whether plain text may leave this machine
 * @param bulk what bulk may take of it
 * @param neighborKey the key that the neighbor must have; with one the link is TLS
 */
public record LinkSettings(
    Direction direction,
    TcpAddress address,
    int mtu,
    boolean plain,
    BulkLimits bulk,
    Optional<Fingerprint> neighborKey) {
  /** A link slower than this carries no file in a useful time. */
  static final long BULK_BYTES_PER_SECOND_MIN = 1000;

  /** No link is faster. */
  static final long BULK_BYTES_PER_SECOND_MAX = 1_000_000_000_000L;

  public LinkSettings {
    requireNonNull(direction);
    requireNonNull(address);
    requireNonNull(bulk);
    requireNonNull(neighborKey);
  }

  /** A link without TLS. */
  public LinkSettings(Direction direction, TcpAddress address, int mtu, boolean plain) {
    this(direction, address, mtu, plain, BulkLimits.NONE, Optional.empty());
  }

  /** The same link, with TLS. */
  LinkSettings pinned(Fingerprint neighbor) {
    return new LinkSettings(direction, address, mtu, plain, bulk, Optional.of(neighbor));
  }

  /** What protects it. */
  public LinkProtection protection() {
    if (neighborKey.isPresent()) {
      return LinkProtection.TLS;
    } else if (plain) {
      return LinkProtection.PLAIN;
    }
    return isLocal() ? LinkProtection.PLAIN_LOCAL : LinkProtection.NONE;
  }

  /** The fingerprint that its neighbor must show, where it is paired. */
  public Optional<String> pinned() {
    return neighborKey.map(Fingerprint::hex);
  }

  /** Whether its address is of this machine. What stands in a file is seen when it is read. */
  private boolean isLocal() {
    if (address instanceof TcpAddress.Listen listen) {
      return listen.at().isLoopback();
    }
    return !(address instanceof TcpAddress.Connect connect) || connect.to().isLoopback();
  }

  /** Where it listens or connects, as in the settings. */
  public String where() {
    if (address instanceof TcpAddress.Listen listen) {
      return "listen " + listen.at();
    } else if (address instanceof TcpAddress.Connect connect) {
      return "connect " + connect.to();
    } else if (address instanceof TcpAddress.ConnectByFile byFile) {
      return "connect @" + byFile.file();
    }
    throw new AssertionError(address);
  }
}
