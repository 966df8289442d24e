package dev.tilecast.transport.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.ServiceForm;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program's end of the sockets of its tile (PACKETS.md, Sockets for programs): the owner of one
 * service, who also hears of all directions.
 */
public final class LocalClient implements Closeable {
  /** Hears, once, that nothing more comes. */
  @FunctionalInterface
  public interface Ended {
    /**
     * It is over.
     *
     * @param refused whether the daemon has closed the socket for a reason that it gave
     * @param why that reason, or what happened
     */
    void ended(boolean refused, String why);
  }

  private final int service;
  private final LinkEvents events;
  private final Ended ended;
  private final SocketChannel owned;
  private final List<SocketChannel> channels = new ArrayList<>();
  private boolean closed;

  private LocalClient(int service, LinkEvents events, Ended ended, SocketChannel owned) {
    this.service = service;
    this.events = events;
    this.ended = ended;
    this.owned = owned;
    channels.add(owned);
  }

  /**
   * Connects, and tells {@code events} from now on, from a thread for each socket: at once of each
   * direction whether it is up, then of each change, and of each packet of the service. Those of
   * two sockets may come at the same time and in any order.
   *
   * @param run the folder {@code run} of the tile's home
   * @param ended hears once why nothing more comes
   * @throws NoSuchFileException where no daemon has made such sockets
   * @throws ConnectException where none listens there any more
   */
  public static LocalClient open(Path run, int service, LinkEvents events, Ended ended)
      throws IOException {
    LocalClient client =
        new LocalClient(service, events, ended, connect(LocalSockets.service(run, service)));
    try {
      List<Thread> threads = new ArrayList<>();
      threads.add(client.reader(client.owned, Optional.empty()));
      try (DirectoryStream<Path> paths = Files.newDirectoryStream(run.resolve("tile"))) {
        for (Path path : paths) {
          Optional<Direction> direction = Direction.ofText(path.getFileName().toString());
          if (direction.isPresent()) {
            SocketChannel channel = connect(path);
            client.channels.add(channel);
            threads.add(client.reader(channel, direction));
          }
        }
      }
      threads.forEach(Thread::start);
      return client;
    } catch (IOException | RuntimeException e) {
      client.close();
      throw e;
    }
  }

  /** Whether the tile of the folder {@code run} has a link in {@code direction}, up or not. */
  public static boolean hasLink(Path run, Direction direction) {
    return Files.exists(run.resolve("tile").resolve(direction.name()));
  }

  private static SocketChannel connect(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return SocketChannel.open(UnixDomainSocketAddress.of(path));
  }

  /**
   * Sends a packet of the service. Like all packets it may get lost, here where its link is down or
   * has no room for it.
   *
   * @param content what follows the two bytes of the header
   */
  public void send(Direction to, byte[] content) throws IOException {
    byte[] packet = new byte[PacketHeader.BYTES + content.length];
    System.arraycopy(content, 0, packet, PacketHeader.BYTES, content.length);
    PacketHeader.toService(to, service, ServiceForm.PLAIN).writeInto(packet);
    ByteBuffer frame = Frames.of(packet);
    synchronized (owned) {
      while (frame.hasRemaining()) {
        owned.write(frame);
      }
    }
  }

  private Thread reader(SocketChannel channel, Optional<Direction> direction) {
    Thread thread = new Thread(() -> read(channel, direction), "local-" + service);
    thread.setDaemon(true);
    return thread;
  }

  private void read(SocketChannel channel, Optional<Direction> direction) {
    Frames frames = new Frames();
    try {
      while (true) {
        int count = channel.read(frames.room());
        if (count < 0) {
          end(false, "the daemon has closed the socket");
          return;
        }
        frames.filled(count);
        for (Optional<byte[]> next = frames.next(); next.isPresent(); next = frames.next()) {
          byte[] packet = next.get();
          if (packet.length > 0 && packet[0] >= 0) {
            end(true, new String(packet, US_ASCII));
            return;
          }
          take(packet, direction);
        }
      }
    } catch (ClosedChannelException e) {
      // By this end.
    } catch (IOException e) {
      end(false, "the daemon is gone: " + e.getMessage());
    } finally {
      // Where it ends in any other way: nobody must wait for what no thread reads.
      end(false, "the reader of the socket has failed");
    }
  }

  private void take(byte[] packet, Optional<Direction> direction) {
    if (packet.length < PacketHeader.BYTES) {
      return;
    }
    if (direction.isEmpty()) {
      events.received(Direction.ofCode(packet[0]), packet);
    } else if (packet[1] == Listeners.CONNECTED[1]) {
      events.up(direction.get());
    } else if (packet[1] == Listeners.DISCONNECTED[1]) {
      events.down(direction.get(), "");
    }
  }

  private void end(boolean refused, String why) {
    if (closeOnce()) {
      ended.ended(refused, why);
    }
  }

  /** Nothing more comes, but for what is being told just now. */
  @Override
  public void close() {
    closeOnce();
  }

  /** Returns whether it was open. */
  private boolean closeOnce() {
    synchronized (channels) {
      if (closed) {
        return false;
      }
      closed = true;
      for (SocketChannel channel : channels) {
        try {
          channel.close();
        } catch (IOException e) {
          // Nothing is lost with it.
        }
      }
      return true;
    }
  }
}
