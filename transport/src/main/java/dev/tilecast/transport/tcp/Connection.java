package dev.tilecast.transport.tcp;

import dev.tilecast.transport.PacketHeader;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** One TCP connection with the packets that wait for it (PACKETS.md, TCP). */
final class Connection {
  /** Bytes of the length in front of every packet. */
  static final int FRAME_HEAD_BYTES = 2;

  /** The most bytes gathered into one write; the longest frame fits. */
  static final int WRITE_BYTES_MAX = 128 << 10;

  /** The most bytes taken by one read; the longest frame fits. */
  static final int READ_BYTES_MAX = 128 << 10;

  /**
   * Bytes that the kernel keeps for us. Kept small, since an urgent packet waits behind them: half
   * a millisecond on a fast network.
   */
  private static final int KERNEL_BYTES = 256 << 10;

  private final SocketChannel channel;
  private final SendQueue queue = new SendQueue();
  private final AtomicReference<String> reason = new AtomicReference<>("");

  Connection(SocketChannel channel) {
    this.channel = channel;
  }

  /** Sets what every connection of a link wants from its socket. */
  static void prepare(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, KERNEL_BYTES);
  }

  /**
   * Whether both ends are one socket. It happens to who keeps connecting to a port of the own
   * machine on which nobody listens: the kernel may choose that very port for our end.
   */
  static boolean isToItself(SocketChannel channel) throws IOException {
    SocketAddress local = channel.getLocalAddress();
    return local != null && local.equals(channel.getRemoteAddress());
  }

  SendQueue queue() {
    return queue;
  }

  /** Why it was closed, or an empty text while it is open. */
  String reason() {
    return reason.get();
  }

  /** Frees both threads of the link from this connection; the first reason given stays. */
  void close(String why) {
    reason.compareAndSet("", why);
    try {
      channel.close();
    } catch (IOException e) {
      reason.set(why + " (closing it: " + words(e) + ")");
    }
  }

  /** Reads packets until the connection ends, which closes it. */
  void receive(ByteBuffer in, Consumer<byte[]> sink) {
    in.clear();
    try {
      while (channel.read(in) >= 0) {
        in.flip();
        if (!takeFrames(in, sink)) {
          return;
        }
        in.compact();
      }
      close("the neighbor closed the connection");
    } catch (IOException e) {
      close("reading failed: " + words(e));
    }
  }

  /**
   * Writes packets as they come until the connection ends; an error closes it. Returns how many
   * packets were taken from the queue and not, or not wholly, written.
   */
  int transmit(ByteBuffer out, Consumer<List<byte[]>> written) throws InterruptedException {
    List<byte[]> batch = new ArrayList<>();
    try {
      while (queue.take(batch, WRITE_BYTES_MAX, FRAME_HEAD_BYTES)) {
        out.clear();
        for (byte[] packet : batch) {
          out.putShort((short) packet.length).put(packet);
        }
        out.flip();
        while (out.hasRemaining()) {
          channel.write(out);
        }
        written.accept(batch);
        batch.clear();
      }
    } catch (IOException e) {
      close("writing failed: " + words(e));
    }
    return batch.size();
  }

  /** What went wrong, in words, also where the exception has none. */
  static String words(Exception e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }

  private boolean takeFrames(ByteBuffer in, Consumer<byte[]> sink) {
    while (in.remaining() >= FRAME_HEAD_BYTES) {
      int length = Short.toUnsignedInt(in.getShort(in.position()));
      if (length < PacketHeader.BYTES) {
        close(
            "frame of %d bytes, expected %d to %d: the far end is no tilecast link"
                .formatted(length, PacketHeader.BYTES, PacketHeader.PACKET_BYTES_MAX));
        return false;
      }
      if (in.remaining() < FRAME_HEAD_BYTES + length) {
        return true;
      }
      byte[] packet = new byte[length];
      in.position(in.position() + FRAME_HEAD_BYTES);
      in.get(packet);
      sink.accept(packet);
    }
    return true;
  }
}
