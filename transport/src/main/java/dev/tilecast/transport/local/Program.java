package dev.tilecast.transport.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A program that is connected to one of the sockets. Packets for it may be queued from any thread;
 * everything else is done by the thread of the sockets.
 */
final class Program implements Closeable {
  /** Packets that wait for a program that does not read; the oldest goes first. */
  static final int QUEUED_MAX = 256;

  private static final int QUEUED_BYTES_MAX = 256 << 10;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Frames frames = new Frames();
  private final Consumer<LocalCount> counts;

  /** Guarded by itself. */
  private final Deque<ByteBuffer> queue = new ArrayDeque<>();

  private int queuedBytes;
  private boolean isPaused;

  /** Whether it reads no more; what it has sent counts all the same. */
  private boolean isDeaf;

  Program(SocketChannel channel, SelectionKey key, Consumer<LocalCount> counts) {
    this.channel = channel;
    this.key = key;
    this.counts = counts;
  }

  /**
   * Queues a packet; where too much waits already, the oldest that was not begun is missed.
   *
   * @return whether nothing waited before, so that {@link #flush} is to be called
   */
  boolean offer(byte[] packet) {
    ByteBuffer frame = Frames.of(packet);
    boolean isFirst;
    synchronized (queue) {
      if (isDeaf) {
        return false;
      }
      isFirst = queue.isEmpty();
      while (queue.size() >= QUEUED_MAX || queuedBytes + frame.remaining() > QUEUED_BYTES_MAX) {
        if (!missOldest()) {
          break;
        }
      }
      queue.addLast(frame);
      queuedBytes += frame.remaining();
    }
    counts.accept(LocalCount.PACKETS_RECEIVED);
    return isFirst;
  }

  /** One that is written in part must be written to its end, or the stream has no meaning. */
  private boolean missOldest() {
    ByteBuffer first = queue.peekFirst();
    ByteBuffer begun = first != null && first.position() > 0 ? queue.removeFirst() : null;
    ByteBuffer missed = queue.pollFirst();
    if (begun != null) {
      queue.addFirst(begun);
    }
    if (missed == null) {
      return false;
    }
    queuedBytes -= missed.remaining();
    counts.accept(LocalCount.MISSED);
    return true;
  }

  /** Writes what the program takes now, and asks to be called again while something is left. */
  void flush() {
    synchronized (queue) {
      while (!queue.isEmpty()) {
        ByteBuffer first = queue.peekFirst();
        int before = first.remaining();
        try {
          channel.write(first);
        } catch (IOException e) {
          // Its end is noticed by reading, behind all that it has sent.
          isDeaf = true;
          queue.clear();
          break;
        }
        queuedBytes -= before - first.remaining();
        if (first.hasRemaining()) {
          break;
        }
        queue.removeFirst();
      }
      askFor();
    }
  }

  /** Whether nothing is to be read from it for now: then it notices that nothing can be sent. */
  void pause(boolean paused) {
    synchronized (queue) {
      isPaused = paused;
      askFor();
    }
  }

  private void askFor() {
    int read = isPaused ? 0 : SelectionKey.OP_READ;
    key.interestOps(read | (queue.isEmpty() ? 0 : SelectionKey.OP_WRITE));
  }

  /**
   * Reads what is there.
   *
   * @return false where the program has ended the stream
   */
  boolean fill() {
    int got;
    try {
      got = channel.read(frames.room());
    } catch (IOException e) {
      // It has ended without reading all that there was for it.
      return false;
    }
    if (got > 0) {
      frames.filled(got);
    }
    return got >= 0;
  }

  /** The length of the next packet, as soon as it is known. */
  Optional<Integer> nextLength() {
    return frames.nextLength();
  }

  /** The next packet, if it is here whole. */
  Optional<byte[]> next() {
    return frames.next();
  }

  /**
   * Says why and closes. The reason is a frame of ASCII, which no packet is: bit 7 of its first
   * byte is clear. Who has not read what came before may not see it.
   */
  void refuse(String reason) {
    counts.accept(LocalCount.PROGRAMS_REFUSED);
    synchronized (queue) {
      queue.removeIf(frame -> frame.position() == 0);
      queue.addLast(Frames.of(reason.getBytes(US_ASCII)));
      try {
        flush();
      } catch (CancelledKeyException e) {
        // It is gone already.
      }
    }
    close();
  }

  @Override
  public void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is lost with it.
    }
  }
}
