package dev.tilecast.engine.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Where a tile's admin socket is: {@code run/admin.sock} of its home, or, since the operating
 * system takes only about a hundred bytes of path, in a private folder of its own whose path {@code
 * run/admin.address} then holds.
 */
final class AdminSocket {
  /** The longest path that Linux and macOS both take. */
  static final int PATH_BYTES_MAX = 103;

  private AdminSocket() {}

  /** The usual place. */
  static Path of(Path home) {
    return home.resolve("run").resolve("admin.sock");
  }

  /**
   * Binds a socket for {@code wanted}, readable for the owner alone. One that is there already is
   * replaced: only the daemon that holds the lock of the home comes here, so it is a dead one's.
   */
  static ServerSocketChannel bind(Path wanted) throws IOException {
    Path absolute = wanted.toAbsolutePath().normalize();
    Path address = addressFile(absolute);
    Files.deleteIfExists(absolute);
    forget(address);
    boolean tooLong = absolute.toString().getBytes(UTF_8).length > PATH_BYTES_MAX;
    Path place = tooLong ? Files.createTempDirectory("tilecast-").resolve("s") : absolute;
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(place));
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rw-------"));
      if (tooLong) {
        Path written = address.resolveSibling(address.getFileName() + ".part");
        Files.writeString(written, place + "\n");
        Files.move(written, address, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      server.close();
      throw new IOException(
          "cannot listen on the admin socket " + place + ": " + e.getMessage(), e);
    }
    return server;
  }

  /** Removes what {@link #bind} made for {@code wanted}. */
  static void remove(Path wanted) throws IOException {
    Path absolute = wanted.toAbsolutePath().normalize();
    Files.deleteIfExists(absolute);
    forget(addressFile(absolute));
  }

  /** Where the daemon of {@code home} listens, if one does. */
  static UnixDomainSocketAddress find(Path home) throws IOException {
    Path absolute = of(home).toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (Files.isDirectory(folder) && !Files.isExecutable(folder)) {
      throw new AccessDeniedException(folder.toString());
    }
    Path place = elsewhere(addressFile(absolute)).orElse(absolute);
    if (!Files.exists(place)) {
      throw new NoDaemonException(
          "no daemon runs for "
              + home
              + " (there is no "
              + place
              + "). Start it with: tilecast run --home "
              + home);
    }
    return UnixDomainSocketAddress.of(place);
  }

  private static Optional<Path> elsewhere(Path address) throws IOException {
    try {
      return Optional.of(Path.of(Files.readString(address).strip()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Path addressFile(Path socket) {
    return socket.resolveSibling("admin.address");
  }

  /** Removes an address file, and the socket and private folder that it names. */
  private static void forget(Path address) throws IOException {
    if (!Files.exists(address)) {
      return;
    }
    Path place = Path.of(Files.readString(address).strip());
    Path folder = place.getParent();
    // Only what bind() itself names like this is ever deleted, whatever the file says.
    if (folder != null && folder.getFileName().toString().startsWith("tilecast-")) {
      Files.deleteIfExists(place);
      Files.deleteIfExists(folder);
    }
    Files.delete(address);
  }
}
