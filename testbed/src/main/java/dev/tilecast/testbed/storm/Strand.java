package dev.tilecast.testbed.storm;

import dev.tilecast.transport.tcp.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One connection through a cable. It ends when either of its ends does, and then wholly. */
final class Strand {
  private static final int PIECE_BYTES = 8 * 1024;
  private static final int CONNECT_MILLIS_MAX = 2000;

  private final Cable cable;
  private final SocketChannel near;
  private final SocketChannel far;

  /**
   * A strand that carries nothing yet.
   *
   * @param near the end that has connected to the cable
   */
  Strand(Cable cable, SocketChannel near) throws IOException {
    this.cable = cable;
    this.near = near;
    this.far = SocketChannel.open();
  }

  /** Connects to the far end and carries bytes until an end ends. */
  void run() {
    try {
      HostPort target = cable.target();
      far.socket().connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS_MAX);
      near.setOption(StandardSocketOptions.TCP_NODELAY, true);
      far.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Cable.start(Thread.currentThread().getName() + "-back", () -> carry(far, near));
      carry(near, far);
    } catch (IOException e) {
      // Nobody is there at the moment: whoever connected sees the end, and tries again.
      end();
    }
  }

  private void carry(SocketChannel from, SocketChannel to) {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    try {
      while (from.read(piece.clear()) >= 0) {
        int count = piece.flip().remaining();
        cable.awaitFlow();
        while (piece.hasRemaining()) {
          to.write(piece);
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) * count / cable.bytesPerSecond());
      }
    } catch (IOException e) {
      // An end was killed, or the cable was cut, which is what all this is for.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  private void end() {
    try {
      close();
    } catch (IOException e) {
      System.getLogger(Strand.class.getName())
          .log(System.Logger.Level.WARNING, "closing a connection of a cable", e);
    }
    cable.ended(this);
  }

  /** Ends both connections. */
  void close() throws IOException {
    near.close();
    far.close();
  }
}
