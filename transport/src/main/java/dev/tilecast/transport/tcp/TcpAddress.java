package dev.tilecast.transport.tcp;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/** Where the far end of a TCP link is found: one side listens, the other connects. */
public sealed interface TcpAddress {
  /**
   * The neighbor connects to us.
   *
   * @param at where we listen
   * @param addressFile where the address that was really bound is written, if anywhere
   */
  record Listen(HostPort at, Optional<Path> addressFile) implements TcpAddress {
    public Listen {
      requireNonNull(at);
      requireNonNull(addressFile);
    }
  }

  /**
   * We connect to the neighbor.
   *
   * @param to where it listens; not port 0
   */
  record Connect(HostPort to) implements TcpAddress {
    public Connect {
      if (to.port() == 0) {
        throw new IllegalArgumentException("nobody can connect to port 0: " + to);
      }
    }
  }

  /**
   * We connect to the address that stands in a file, which is read again at each attempt.
   *
   * @param file what a listener wrote
   */
  record ConnectByFile(Path file) implements TcpAddress {
    public ConnectByFile {
      requireNonNull(file);
    }
  }
}
