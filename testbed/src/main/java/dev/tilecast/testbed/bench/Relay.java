package dev.tilecast.testbed.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of TCP connections over loopback, in this process, between which whatever is read is passed
 * on at once: nothing is framed, checked or kept. No tile is quicker.
 */
final class Relay implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final double NANOS_PER_SECOND = 1e9;

  /** One connection. */
  private record Link(SocketChannel writing, SocketChannel reading) {
    static Link open() throws IOException {
      try (ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel writing = SocketChannel.open(server.getLocalAddress());
        return new Link(writing, server.accept());
      }
    }

    void close() throws IOException {
      writing.close();
      reading.close();
    }
  }

  private final List<Link> links = new ArrayList<>();

  /** A row of so many connections. */
  Relay(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      links.add(Link.open());
    }
  }

  /** Sends {@code bytes} along all of them; gives the seconds until the last one has arrived. */
  double seconds(byte[] bytes) throws IOException, InterruptedException {
    List<Thread> threads = new ArrayList<>();
    threads.add(thread(links.get(0), () -> writeAll(links.get(0), ByteBuffer.wrap(bytes))));
    for (int i = 1; i < links.size(); i++) {
      Link from = links.get(i - 1);
      Link to = links.get(i);
      threads.add(thread(to, () -> pass(from, to, bytes.length)));
    }
    long startNanos = System.nanoTime();
    threads.forEach(Thread::start);
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    SocketChannel end = links.get(links.size() - 1).reading();
    for (long left = bytes.length; left > 0; left -= readSome(end, buffer)) {
      buffer.clear();
    }
    double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
    for (Thread thread : threads) {
      thread.join();
    }
    return seconds;
  }

  /** What a thread of the relay does. */
  private interface Work {
    void run() throws IOException;
  }

  private static Thread thread(Link writes, Work work) {
    return new Thread(
        () -> {
          try {
            work.run();
          } catch (IOException e) {
            end(writes);
          }
        },
        "relay");
  }

  /** Whoever reads there learns that nothing more will come, and says so. */
  private static void end(Link broken) {
    try {
      broken.writing().close();
    } catch (IOException e) {
      throw new IllegalStateException("a connection cannot be closed", e);
    }
  }

  private static void pass(Link from, Link to, long bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    long left = bytes;
    while (left > 0) {
      buffer.clear();
      left -= readSome(from.reading(), buffer);
      buffer.flip();
      writeAll(to, buffer);
    }
  }

  private static int readSome(SocketChannel from, ByteBuffer buffer) throws IOException {
    int got = from.read(buffer);
    if (got < 0) {
      throw new IOException("the relay broke");
    }
    return got;
  }

  private static void writeAll(Link to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.writing().write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    for (Link link : links) {
      link.close();
    }
  }
}
