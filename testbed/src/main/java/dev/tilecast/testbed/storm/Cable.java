package dev.tilecast.testbed.storm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.tilecast.testbed.process.ProcessGrid;
import dev.tilecast.transport.tcp.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What lies between the two ends of a link: it takes the connections of one end, and carries their
 * bytes to the other, no faster than a set rate. It can be cut, stalled and mended. May be used
 * from any thread.
 */
final class Cable implements AutoCloseable {
  private static final int BACKLOG = 8;

  private final ProcessGrid.Joint joint;
  private final long bytesPerSecond;
  private final Set<Strand> strands = new HashSet<>();
  private Optional<ServerSocketChannel> server = Optional.empty();
  private Optional<Thread> acceptor = Optional.empty();
  private boolean stalled;

  /** A cable that is not plugged in: {@link #mend} does that. */
  Cable(ProcessGrid.Joint joint, long bytesPerSecond) {
    this.joint = requireNonNull(joint);
    this.bytesPerSecond = bytesPerSecond;
  }

  /** From now on bytes flow; whoever looks for an address finds this cable's. */
  synchronized void mend() throws IOException {
    stalled = false;
    notifyAll();
    if (server.isPresent()) {
      return;
    }
    ServerSocketChannel opened = ServerSocketChannel.open();
    try {
      opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
      writeAddress((InetSocketAddress) opened.getLocalAddress());
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    server = Optional.of(opened);
    acceptor = Optional.of(start("cable-" + joint.label(), () -> accept(opened)));
  }

  /** From now on bytes are held, also those of new connections. */
  synchronized void stall() {
    stalled = true;
  }

  /** Ends all connections; new ones are refused. */
  void cut() throws IOException {
    Optional<Thread> accepting = end();
    try {
      // The system goes on taking connections until a call of accept that is under way is back.
      if (accepting.isPresent()) {
        accepting.get().join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives the thread that may still be in a call of accept. */
  private synchronized Optional<Thread> end() throws IOException {
    // First the address: its port may soon be somebody else's.
    Files.deleteIfExists(joint.connecting());
    if (server.isPresent()) {
      server.get().close();
      server = Optional.empty();
    }
    for (Strand strand : strands) {
      strand.close();
    }
    strands.clear();
    stalled = false;
    notifyAll();
    Optional<Thread> accepting = acceptor;
    acceptor = Optional.empty();
    return accepting;
  }

  /** How many connections it carries. */
  synchronized int strandCount() {
    return strands.size();
  }

  /** Waits while bytes are held. */
  synchronized void awaitFlow() throws InterruptedException {
    while (stalled) {
      wait();
    }
  }

  long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** Where the listening end is right now. */
  HostPort target() throws IOException {
    String text;
    try {
      text = Files.readString(joint.listening(), US_ASCII).strip();
    } catch (NoSuchFileException e) {
      throw new IOException("nobody listens: " + joint.listening() + " is not there", e);
    }
    return HostPort.parse(text)
        .orElseThrow(() -> new IOException(joint.listening() + " holds no address"));
  }

  private void accept(ServerSocketChannel from) {
    try {
      while (true) {
        take(from, from.accept());
      }
    } catch (ClosedChannelException e) {
      // Cut: nobody is accepted any more, and the connections that were there have ended, too.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("the cable " + joint.label() + " accepts nobody", e);
    }
  }

  private synchronized void take(ServerSocketChannel from, SocketChannel near) throws IOException {
    if (!from.isOpen()) {
      near.close();
      return;
    }
    Strand strand = new Strand(this, near);
    strands.add(strand);
    start("strand-" + joint.label(), strand::run);
  }

  synchronized void ended(Strand strand) {
    strands.remove(strand);
  }

  private void writeAddress(InetSocketAddress bound) throws IOException {
    Path file = joint.connecting();
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    String text = bound.getAddress().getHostAddress() + ":" + bound.getPort() + "\n";
    Files.writeString(temporary, text, US_ASCII);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}
