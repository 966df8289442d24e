package dev.tilecast.transport.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The side that connects, again and again, until it is closed. */
final class Connector implements ConnectionSource {
  /** The longest wait between attempts to reach another machine. */
  static final long BACKOFF_MAX_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * The longest wait between attempts to reach the own machine, where one costs nobody anything.
   */
  static final long BACKOFF_LOOPBACK_MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A connection that held this long was a good one: the next wait is a short one again. */
  static final long GOOD_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int CONNECT_MILLIS_MAX = 5000;

  private final TcpAddress to;
  private final boolean plainEverywhere;
  private final Optional<TlsContext> tls;
  private final Timing timing;
  private final Backoff backoff;
  private long backoffMaxNanos = BACKOFF_LOOPBACK_MAX_NANOS;
  private long openedNanos;
  private boolean attempted;

  private Optional<SocketChannel> attempt = Optional.empty();
  private Optional<Connection> current = Optional.empty();
  private boolean closed;

  /** The side that connects; plain text leaves the machine only with {@code plainEverywhere}. */
  Connector(
      TcpAddress to,
      boolean plainEverywhere,
      Optional<TlsContext> tls,
      RandomGenerator random,
      Timing timing) {
    this.to = to;
    this.plainEverywhere = plainEverywhere;
    this.tls = tls;
    this.timing = timing;
    this.backoff = new Backoff(random);
  }

  @Override
  public Connection next(Consumer<String> trouble)
      throws ClosedChannelException, InterruptedException {
    if (current.isPresent() && System.nanoTime() - openedNanos >= GOOD_NANOS) {
      backoff.reset();
    }
    while (true) {
      if (attempted) {
        pause(backoff.next(backoffMaxNanos));
      }
      attempted = true;
      try {
        Connection connection = connect();
        openedNanos = System.nanoTime();
        return connection;
      } catch (IOException e) {
        requireOpen();
        trouble.accept(Connection.words(e));
      }
    }
  }

  @Override
  public synchronized void close(String why) {
    closed = true;
    notifyAll();
    // As a connection, since closing one takes care of its exception.
    attempt.ifPresent(channel -> new Connection(channel, timing).close(why));
    current.ifPresent(connection -> connection.close(why));
  }

  private Connection connect() throws IOException {
    HostPort target = target();
    InetSocketAddress address = resolve(target);
    boolean loopback = address.getAddress().isLoopbackAddress();
    backoffMaxNanos = loopback ? BACKOFF_LOOPBACK_MAX_NANOS : BACKOFF_MAX_NANOS;
    if (!loopback && !plainEverywhere && tls.isEmpty()) {
      throw new IOException(TcpLink.refusedPlain("connect to", target));
    }
    SocketChannel channel = begin();
    try {
      Connection.prepare(channel);
      channel.socket().connect(address, CONNECT_MILLIS_MAX);
      if (Connection.isToItself(channel)) {
        throw new IOException("nobody listens there, the connection came back to its own end");
      }
      return done(tls.isPresent() ? tls.get().open(channel, true) : channel);
    } catch (IOException e) {
      channel.close();
      throw new IOException("cannot connect to " + target + ": " + Connection.words(e), e);
    }
  }

  private HostPort target() throws IOException {
    if (to instanceof TcpAddress.Connect connect) {
      return connect.to();
    } else if (to instanceof TcpAddress.ConnectByFile byFile) {
      return readAddress(byFile.file());
    }
    throw new AssertionError(to);
  }

  private static HostPort readAddress(Path file) throws IOException {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(HostPort.TEXT_LENGTH_MAX + 2), US_ASCII).strip();
    } catch (NoSuchFileException e) {
      throw new IOException("waiting for the address file " + file + ": it is not there yet", e);
    }
    return HostPort.parse(text)
        .filter(address -> address.port() > 0)
        .orElseThrow(() -> new IOException("address file " + file + " holds no address HOST:PORT"));
  }

  private static InetSocketAddress resolve(HostPort target) throws IOException {
    try {
      return target.resolve();
    } catch (UnknownHostException e) {
      throw new IOException("cannot connect to " + target + ": unknown host", e);
    }
  }

  private synchronized SocketChannel begin() throws IOException {
    requireOpen();
    SocketChannel channel = SocketChannel.open();
    attempt = Optional.of(channel);
    return channel;
  }

  private synchronized Connection done(ByteChannel channel) throws ClosedChannelException {
    requireOpen();
    attempt = Optional.empty();
    Connection connection = new Connection(channel, timing);
    current = Optional.of(connection);
    return connection;
  }

  private synchronized void requireOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  private synchronized void pause(long nanos) throws ClosedChannelException, InterruptedException {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0 && !closed; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    requireOpen();
  }
}
