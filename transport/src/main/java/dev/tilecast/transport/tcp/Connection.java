package dev.tilecast.transport.tcp;

import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** One TCP connection with the packets that wait for it (PACKETS.md, TCP). */
final class Connection {
  /** Bytes of the length in front of every packet. */
  static final int FRAME_HEAD_BYTES = 2;

  /** A frame without a packet, which says that somebody is there. */
  static final byte[] EMPTY_FRAME = new byte[FRAME_HEAD_BYTES];

  /** The most bytes gathered into one write; the longest frame fits. */
  static final int WRITE_BYTES_MAX = 128 << 10;

  /** The most bytes taken by one read; the longest frame fits. */
  static final int READ_BYTES_MAX = 128 << 10;

  /**
   * Bytes that the kernel keeps for us. Kept small, since an urgent packet waits behind them: half
   * a millisecond on a fast network.
   */
  private static final int KERNEL_BYTES = 256 << 10;

  /** The same once the simulation has sent: what fits beside it is ours to send later. */
  private static final int KERNEL_BYTES_BESIDE_MFM = 16 << 10;

  private static final int TLS_RECORD_HEAD_BYTES = 3;
  private static final int TLS_ALERT = 0x15;
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int TLS_MAJOR = 3;
  private static final int TLS_MINOR_MAX = 4;

  private final ByteChannel channel;
  private final long lookNanos;
  private final Pulse pulse;
  private final SendQueue queue;
  private volatile boolean inWrite;
  private volatile boolean isNarrow;
  private volatile boolean vanished;
  private final AtomicReference<String> reason = new AtomicReference<>("");

  Connection(ByteChannel channel, Timing timing) {
    this.channel = channel;
    this.lookNanos = timing.lookNanos();
    this.queue = new SendQueue(timing.nanoTime());
    this.pulse = new Pulse(timing.nanoTime());
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

  /** Whether it was closed since the far end said nothing any more. */
  boolean hasVanished() {
    return vanished;
  }

  /** Queues a packet; returns how many were dropped for it. */
  int send(byte[] packet, Urgency urgency) {
    if (urgency == Urgency.MFM && !isNarrow) {
      narrow();
    }
    int dropped = queue.offer(packet, urgency);
    // A writer that is stuck cannot look by itself.
    if (inWrite) {
      endIfSilent();
    }
    return dropped;
  }

  /** Prepares for packets of the simulation: {@link SendQueue#expectMfm}. */
  void expectMfm(boolean expected) {
    queue.expectMfm(expected);
    if (expected && !isNarrow) {
      narrow();
    }
  }

  /**
   * From the first packet of the simulation on, or from when it is expected, little of ours waits
   * in the kernel before it.
   */
  private void narrow() {
    isNarrow = true;
    try {
      if (channel instanceof SocketChannel socket) {
        socket.setOption(StandardSocketOptions.SO_SNDBUF, KERNEL_BYTES_BESIDE_MFM);
      } else if (channel instanceof TlsChannel tls) {
        tls.socket().setOption(StandardSocketOptions.SO_SNDBUF, KERNEL_BYTES_BESIDE_MFM);
      }
    } catch (IOException e) {
      // Closed meanwhile; whoever writes to it says so.
    }
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
        pulse.heard();
        in.flip();
        if (!takeFrames(in, sink)) {
          return;
        }
        in.compact();
      }
      close("the neighbor closed the connection" + ifTls(in));
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
      while (queue.take(batch, WRITE_BYTES_MAX, FRAME_HEAD_BYTES, lookNanos)) {
        endIfSilent();
        if (batch.isEmpty() && !pulse.isDue()) {
          continue;
        }
        out.clear();
        if (batch.isEmpty()) {
          out.put(EMPTY_FRAME);
        }
        for (byte[] packet : batch) {
          out.putShort((short) packet.length).put(packet);
        }
        out.flip();
        pulse.said();
        inWrite = true;
        while (out.hasRemaining()) {
          channel.write(out);
        }
        inWrite = false;
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

  private void endIfSilent() {
    if (pulse.isSilent()) {
      vanished = true;
      close(
          "nothing has come for %d s, not even an empty frame: the far end is gone"
              .formatted(TimeUnit.NANOSECONDS.toSeconds(Pulse.SILENCE_NANOS)));
    }
  }

  /**
   * What to do where the unfinished frame is the beginning of a TLS record: that of no packet is,
   * since it has the highest bit of its third byte.
   */
  private static String ifTls(ByteBuffer in) {
    ByteBuffer rest = in.duplicate().flip();
    if (rest.remaining() < TLS_RECORD_HEAD_BYTES) {
      return "";
    }
    int type = rest.get();
    boolean tls =
        (type == TLS_ALERT || type == TLS_HANDSHAKE)
            && rest.get() == TLS_MAJOR
            && rest.get() <= TLS_MINOR_MAX
            && rest.get(TLS_RECORD_HEAD_BYTES - 1) >= 0;
    return tls
        ? "; it speaks TLS, and this link is plain text: pair it with: tilecast links pair"
        : "";
  }

  private boolean takeFrames(ByteBuffer in, Consumer<byte[]> sink) {
    while (in.remaining() >= FRAME_HEAD_BYTES) {
      int length = Short.toUnsignedInt(in.getShort(in.position()));
      if (length == 0) {
        in.position(in.position() + FRAME_HEAD_BYTES);
        continue;
      }
      if (length < PacketHeader.BYTES) {
        close(
            "frame of %d bytes, expected 0 or %d to %d: the far end is no tilecast link"
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
