package dev.tilecast.transport.tcp;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The TLS handshakes with those who have connected, each on a thread of its own until it ends. Few
 * go on at once, and the oldest makes room: so somebody who never ends his keeps out nobody.
 */
final class Handshakes {
  /** Each costs a thread and a quarter of a megabyte while it lasts. */
  static final int AT_ONCE_MAX = 4;

  /**
   * Between two: a stranger costs us the work of five handshakes a second at most, and a neighbor
   * has 0.8 s until four strangers push it out.
   */
  static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long CLOSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(300);

  private final TlsContext tls;
  private final String threadName;
  private final BiConsumer<TlsChannel, SocketChannel> done;
  private final ArrayDeque<Running> running = new ArrayDeque<>();
  private boolean closed;

  private record Running(SocketChannel socket, Thread thread) {}

  /**
   * Makes it.
   *
   * @param done takes each connection that is the neighbor's
   */
  Handshakes(TlsContext tls, String threadName, BiConsumer<TlsChannel, SocketChannel> done) {
    this.tls = tls;
    this.threadName = threadName;
    this.done = done;
  }

  /**
   * Begins one and returns at once.
   *
   * @param trouble told in words if it comes to nothing
   */
  synchronized void begin(SocketChannel socket, Consumer<String> trouble) throws IOException {
    if (closed) {
      socket.close();
      return;
    }
    if (running.size() == AT_ONCE_MAX) {
      running.removeFirst().socket().close();
    }
    Thread thread = new Thread(() -> shake(socket, trouble), threadName);
    thread.setDaemon(true);
    running.addLast(new Running(socket, thread));
    thread.start();
  }

  /** Ends all of them; none is told any more. */
  void close() throws IOException {
    List<Thread> threads = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (Running each : running) {
        each.socket().close();
        threads.add(each.thread());
      }
      running.clear();
    }
    TcpLink.awaitEnds(threads, CLOSE_NANOS_MAX);
  }

  private void shake(SocketChannel socket, Consumer<String> trouble) {
    try {
      TlsChannel channel = tls.open(socket, false);
      if (leave(socket)) {
        done.accept(channel, socket);
      }
    } catch (IOException e) {
      if (leave(socket)) {
        trouble.accept(Connection.words(e));
      }
      new Connection(socket, Timing.STANDARD).close("no handshake");
    }
  }

  /** Whether it was still among those that count. */
  private synchronized boolean leave(SocketChannel socket) {
    for (Iterator<Running> each = running.iterator(); each.hasNext(); ) {
      if (each.next().socket().equals(socket)) {
        each.remove();
        return true;
      }
    }
    return false;
  }
}
