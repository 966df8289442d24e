package dev.tilecast.engine.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * Lines of text over a socket, each with a bound on its bytes and on the time it may take: whoever
 * is slow at the other end costs a thread for that long and no longer. For one thread at a time.
 */
final class LineChannel implements Closeable {
  private static final int BUFFER_BYTES = 8192;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();
  private boolean ended;

  /** Takes over {@code channel} and closes it with itself, also where this fails. */
  LineChannel(SocketChannel channel) throws IOException {
    this.channel = channel;
    Selector opened = null;
    try {
      channel.configureBlocking(false);
      opened = Selector.open();
      key = channel.register(opened, 0);
    } catch (IOException e) {
      if (opened != null) {
        opened.close();
      }
      channel.close();
      throw e;
    }
    selector = opened;
  }

  /**
   * The next line without its end, or empty where the other side ended before a whole line.
   *
   * @throws SocketTimeoutException when the line was not there within {@code timeout}
   * @throws LineTooLongException when it is longer than {@code bytesMax}
   */
  Optional<String> readLine(int bytesMax, Duration timeout) throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      while (buffer.hasRemaining()) {
        byte b = buffer.get();
        if (b == '\n') {
          return Optional.of(line.toString(UTF_8));
        }
        if (line.size() == bytesMax) {
          throw new LineTooLongException("a line of more than " + bytesMax + " bytes");
        }
        line.write(b);
      }
      if (ended || !fill(deadlineNanos)) {
        return Optional.empty();
      }
    }
  }

  /** Whether something can be read, or the end was reached, within {@code patience}. */
  boolean isReadable(Duration patience) throws IOException {
    return buffer.hasRemaining()
        || ended
        || isReady(SelectionKey.OP_READ, System.nanoTime() + patience.toNanos());
  }

  /** Whether the other side has closed; what it sent before stays readable. */
  boolean isHungUp() throws IOException {
    if (!ended && !buffer.hasRemaining()) {
      readSome();
    }
    return ended;
  }

  /**
   * Sends {@code line} and an end of line.
   *
   * @throws SocketTimeoutException when the other side did not take it within {@code timeout}
   */
  void writeLine(String line, Duration timeout) throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0 && !isReady(SelectionKey.OP_WRITE, deadlineNanos)) {
        throw new SocketTimeoutException(bytes.remaining() + " bytes were not taken in time");
      }
    }
  }

  /** From any thread: whoever reads or writes here is told that the channel is closed. */
  void hangUp() {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger(LineChannel.class.getName())
          .log(System.Logger.Level.DEBUG, "admin: closing a connection: " + e);
    }
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    try {
      selector.close();
    } finally {
      channel.close();
    }
  }

  private boolean fill(long deadlineNanos) throws IOException {
    while (!ended && !readSome()) {
      if (!isReady(SelectionKey.OP_READ, deadlineNanos)) {
        throw new SocketTimeoutException("nothing came in time");
      }
    }
    return buffer.hasRemaining();
  }

  /** Reads what is there without waiting; returns whether that was anything. */
  private boolean readSome() throws IOException {
    buffer.clear();
    int count = 0;
    try {
      count = channel.read(buffer);
    } finally {
      buffer.flip();
    }
    ended = count < 0;
    return count > 0;
  }

  private static ClosedChannelException closed(CancelledKeyException cause) {
    ClosedChannelException closed = new ClosedChannelException();
    closed.initCause(cause);
    return closed;
  }

  private boolean isReady(int operation, long deadlineNanos) throws IOException {
    try {
      key.interestOps(operation);
    } catch (CancelledKeyException e) {
      throw closed(e);
    }
    while (true) {
      long leftNanos = deadlineNanos - System.nanoTime();
      if (leftNanos <= 0) {
        return false;
      }
      // Rounded up, since a select of 0 ms would wait without end.
      selector.select(leftNanos / 1_000_000 + 1);
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      if (!channel.isOpen()) {
        throw new ClosedChannelException();
      }
      boolean ready = !selector.selectedKeys().isEmpty();
      selector.selectedKeys().clear();
      if (ready) {
        return true;
      }
    }
  }
}
