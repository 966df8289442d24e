package dev.tilecast.cli;

import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.local.LocalClient;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one thread of a program that owns a service of its tile: tells it what its sockets have
 * heard, one after the other, and connects again where the daemon has gone and come back.
 */
final class ServiceLoop implements AutoCloseable {
  /** Whoever hears more than that at once waits; the daemon counts what it drops meanwhile. */
  private static final int WAITING_MAX = 1024;

  private static final long END_SECONDS = 5;

  /** All that is said here fits into a packet of any link; longer ones are not ours. */
  private static final int PACKET_BYTES_MAX = 255;

  private static final byte[] NONE_OF_OURS = {};

  private static final long RECONNECT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What the program hears, all in the loop's thread. */
  interface Program {
    /** Somebody can be reached in {@code direction}, perhaps another one than before. */
    void connected(Direction direction, long now) throws IOException;

    /** Nobody can be reached there any more. */
    void disconnected(Direction direction) throws IOException;

    /** A packet of the service, header included; an empty one in place of what is too long. */
    void received(Direction from, byte[] packet, long now) throws IOException;

    /** The daemon's word why the service cannot be owned, and what to do. */
    default String refused(String why) {
      return why;
    }
  }

  /** A program of the service for files to a neighbor. */
  interface FilesProgram extends Program {
    @Override
    default String refused(String why) {
      return why + ": tilecast send and tilecast receive are programs of it; end the other one";
    }
  }

  private interface Heard {
    void take(long now) throws IOException, FailedException;
  }

  private final Terminal terminal;
  private final HomeOption home;
  private final int service;
  private final Program program;
  private final BlockingQueue<Heard> heard = new ArrayBlockingQueue<>(WAITING_MAX);
  private final AtomicBoolean ending = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private Optional<LocalClient> client = Optional.empty();
  private Session session = new Session();
  private boolean wasGone;
  private long connectAt;

  private ServiceLoop(Terminal terminal, HomeOption home, int service, Program program) {
    this.terminal = terminal;
    this.home = home;
    this.service = service;
    this.program = program;
  }

  /**
   * Owns {@code service} of the tile of {@code home}.
   *
   * @throws NoDaemonException where no daemon runs
   */
  static ServiceLoop open(Terminal terminal, HomeOption home, int service, Program program)
      throws IOException, FailedException, NoDaemonException {
    ServiceLoop loop = new ServiceLoop(terminal, home, service, program);
    if (!loop.connect()) {
      // Says in its own words that nobody answers, and what to do.
      home.client(terminal).report();
      throw ServiceCommand.noSocket(service);
    }
    return loop;
  }

  /** The tile must have a link in {@code direction}, up or not. */
  void requireLink(Direction direction) throws FailedException {
    if (!LocalClient.hasLink(run(), direction)) {
      throw new FailedException(
          "this tile has no link " + direction + "; see: tilecast links for those it has");
    }
  }

  private Path run() {
    return home.path(terminal).resolve("run");
  }

  /** Returns whether a daemon is there. */
  private boolean connect() throws IOException {
    session = new Session();
    try {
      client = Optional.of(LocalClient.open(run(), service, session, session::ended));
      if (wasGone) {
        terminal.progressEnds();
        terminal.note("the daemon is back");
      }
      return true;
    } catch (NoSuchFileException | ConnectException e) {
      return false;
    }
  }

  /**
   * Sends {@code content}, which follows the header. Lost where there is no daemon now: links lose
   * packets, too.
   */
  void send(Direction to, byte[] content) {
    if (client.isPresent()) {
      try {
        client.get().send(to, content);
      } catch (IOException e) {
        // The reader of the same socket hears why, and says it.
      }
    }
  }

  /**
   * Tells the program what has been heard, once there is something, or {@code until} has come.
   *
   * @throws FailedException where the daemon has closed the socket, and why
   */
  void hear(long until) throws IOException, InterruptedException, FailedException {
    long now = System.nanoTime();
    if (client.isEmpty() && now - connectAt >= 0) {
      connectAt = now + RECONNECT_NANOS;
      connect();
    }
    long deadline = client.isEmpty() ? Math.min(connectAt, until) : until;
    Heard next = heard.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    for (int i = 0; next != null; i++) {
      next.take(System.nanoTime());
      next = i < WAITING_MAX ? heard.poll() : null;
    }
  }

  /** Makes {@link #hear} return soon; from any thread. */
  private void wake() {
    // A queue that is full wakes by itself.
    heard.offer(now -> {});
  }

  /** From now on an interrupt or SIGTERM lets the program end what it does, for some seconds. */
  void endInOrder() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  ending.set(true);
                  wake();
                  try {
                    closed.await(END_SECONDS, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  /** Whether the program is to end. */
  boolean isEnding() {
    return ending.get();
  }

  @Override
  public void close() {
    client.ifPresent(LocalClient::close);
    closed.countDown();
  }

  /** What one connection hears; it counts for nothing once there is another one. */
  private final class Session implements LinkEvents {
    @Override
    public void up(Direction direction) {
      hear(now -> program.connected(direction, now));
    }

    @Override
    public void down(Direction direction, String why) {
      hear(now -> program.disconnected(direction));
    }

    @Override
    public void received(Direction from, byte[] packet) {
      // What waits must stay small, whoever floods; the program counts it as one that is none.
      byte[] kept = packet.length > PACKET_BYTES_MAX ? NONE_OF_OURS : packet;
      hear(now -> program.received(from, kept, now));
    }

    void ended(boolean refused, String why) {
      hear(
          now -> {
            if (refused) {
              throw new FailedException(program.refused(why));
            }
            terminal.progressEnds();
            terminal.note(why + "; waiting for it to come back");
            wasGone = true;
            client = Optional.empty();
            connectAt = now + RECONNECT_NANOS;
            session = new Session();
            for (Direction direction : Direction.values()) {
              program.disconnected(direction);
            }
          });
    }

    private void hear(Heard news) {
      try {
        heard.put(
            now -> {
              if (session == this) {
                news.take(now);
              }
            });
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
