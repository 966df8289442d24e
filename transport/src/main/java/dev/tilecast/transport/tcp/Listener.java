package dev.tilecast.transport.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The side that waits for its one neighbor. A newer connection replaces the older one: the older
 * may be half-open, its far end long gone, and would block the direction for many minutes.
 */
final class Listener implements ConnectionSource {
  /** After a failure to accept: most likely too many files are open, which takes time to end. */
  private static final long ACCEPT_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Between two connections: whoever connects again and again brings us up 20 times a second. */
  private static final long ACCEPT_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final int BACKLOG = 4;

  private final ServerSocketChannel server;
  private final HostPort bound;
  private final Optional<Path> addressFile;
  private Optional<Connection> accepted = Optional.empty();
  private Optional<Connection> current = Optional.empty();
  private boolean closed;

  private final Optional<Handshakes> handshakes;
  private final Timing timing;

  /**
   * Binds {@code listen} at once, and writes the address file.
   *
   * @param threadName of the threads that shake hands
   */
  Listener(
      TcpAddress.Listen listen,
      boolean plainEverywhere,
      Optional<TlsContext> tls,
      String threadName,
      Timing timing)
      throws IOException {
    this.timing = timing;
    handshakes = tls.map(context -> new Handshakes(context, threadName, this::take));
    addressFile = listen.addressFile();
    InetSocketAddress address = listen.at().resolve();
    if (!address.getAddress().isLoopbackAddress() && !plainEverywhere && tls.isEmpty()) {
      throw new IOException(TcpLink.refusedPlain("listen on", listen.at()));
    }
    server = ServerSocketChannel.open();
    try {
      // A daemon that was killed leaves connections behind that would hold its port for a minute.
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address, BACKLOG);
      bound = HostPort.of((InetSocketAddress) server.getLocalAddress());
      if (addressFile.isPresent()) {
        writeAddress(addressFile.get(), bound);
      }
    } catch (IOException e) {
      server.close();
      throw new IOException("cannot listen on " + listen.at() + ": " + Connection.words(e), e);
    }
  }

  /** The address that was really bound. */
  HostPort bound() {
    return bound;
  }

  /** Accepts connections until closed; the body of a thread of its own. */
  void accept(Consumer<String> trouble) {
    long waitNanos;
    do {
      try {
        welcome(server.accept(), trouble);
        waitNanos = handshakes.isPresent() ? Handshakes.GAP_NANOS : ACCEPT_GAP_NANOS;
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        trouble.accept("cannot accept connections on " + bound + ": " + Connection.words(e));
        waitNanos = ACCEPT_RETRY_NANOS;
      }
    } while (pause(waitNanos));
  }

  @Override
  public synchronized Connection next(Consumer<String> trouble)
      throws ClosedChannelException, InterruptedException {
    while (!closed && accepted.isEmpty()) {
      wait();
    }
    if (closed) {
      throw new ClosedChannelException();
    }
    Connection next = accepted.get();
    current = accepted;
    accepted = Optional.empty();
    return next;
  }

  @Override
  public void close(String why) {
    end(why);
    try {
      // Not under the lock, which a handshake that has just ended may wait for.
      if (handshakes.isPresent()) {
        handshakes.get().close();
      }
    } catch (IOException e) {
      System.getLogger(Listener.class.getName())
          .log(System.Logger.Level.WARNING, "ending handshakes on " + bound, e);
    }
  }

  private synchronized void end(String why) {
    closed = true;
    notifyAll();
    try {
      server.close();
      if (addressFile.isPresent()) {
        Files.deleteIfExists(addressFile.get());
      }
    } catch (IOException e) {
      // The address is free or the process is about to end; who reads a stale file finds nobody.
      System.getLogger(Listener.class.getName())
          .log(System.Logger.Level.WARNING, "closing listener on " + bound, e);
    }
    accepted.ifPresent(connection -> connection.close(why));
    current.ifPresent(connection -> connection.close(why));
  }

  private void welcome(SocketChannel channel, Consumer<String> trouble) throws IOException {
    try {
      Connection.prepare(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    if (handshakes.isPresent()) {
      handshakes.get().begin(channel, trouble);
    } else {
      take(channel, channel);
    }
  }

  /** From now on {@code channel} is the link; only with TLS is it known to be the neighbor. */
  private synchronized void take(ByteChannel channel, SocketChannel socket) {
    Connection connection = new Connection(channel, timing);
    if (closed) {
      connection.close("the link was closed");
      return;
    }
    String why =
        "a newer connection, from " + socket.socket().getRemoteSocketAddress() + ", replaced it";
    accepted.ifPresent(older -> older.close(why));
    current.ifPresent(older -> older.close(why));
    accepted = Optional.of(connection);
    notifyAll();
  }

  /** Waits, and returns whether the listener is still open. */
  private synchronized boolean pause(long nanos) {
    long end = System.nanoTime() + nanos;
    try {
      for (long left = nanos; left > 0 && !closed; left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return !closed;
  }

  private static void writeAddress(Path file, HostPort bound) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path temporary = folder.resolve(file.getFileName() + ".tmp");
    Files.write(temporary, (bound + "\n").getBytes(US_ASCII));
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
