package dev.tilecast.engine.daemon;

import dev.tilecast.engine.admin.AdminServer;
import dev.tilecast.engine.admin.Answers;
import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Visible;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.itc.ItcDevice;
import dev.tilecast.transport.local.LocalSockets;
import dev.tilecast.transport.local.Rights;
import dev.tilecast.transport.tcp.TcpLink;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One running tile: the one thread that owns a {@link Tile}, the inspector's thread beside it, its
 * links, and the socket at which it is asked (ARCHITECTURE.md, The daemon).
 */
public final class TileDaemon implements Answers, AutoCloseable {
  /**
   * Reports that nobody waits for are made no more often than this: one costs as much as a turn,
   * and is shown only where the tile is too busy to make another.
   */
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Those that somebody waits for are made no more often than this. */
  private static final long AWAITED_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** How long an asker waits for a report of now before it gets the last one. */
  private static final Duration FRESH = Duration.ofMillis(500);

  /** Of the two seconds within which SIGTERM must have ended everything. */
  private static final long CLOSE_MILLIS = 300;

  private final Worker inspector = new Worker(threads("inspector"), 1, CLOSE_MILLIS, this::fail);

  /** One waits for the disk while the other computes; nobody waits for them at the end. */
  private final Worker beside = new Worker(threads("beside"), 2, 0, this::fail);

  private final Tile tile;
  private final AdminServer admin;
  private final Optional<LocalSockets> programs;
  private final Reports reports;
  private final Thread thread;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean stopping;
  private boolean closed;

  private TileDaemon(Path root, PrintStream err) throws IOException, SettingsException {
    SecureRandom seeds = new SecureRandom();
    try {
      tile =
          Tile.open(
              root,
              new Surroundings(
                  (settings, troubles) -> openLinks(root, settings, troubles, seeds),
                  inspector::submit,
                  Optional.of(beside::submit),
                  System::nanoTime,
                  InstantSource.system(),
                  seeds,
                  threads("activation"),
                  this::fail,
                  err));
    } catch (IOException | SettingsException | RuntimeException e) {
      closeWorkers();
      throw e;
    }
    reports = new Reports(tile.report());
    try {
      programs = openPrograms(tile);
      programs.ifPresent(sockets -> tile.alsoCounts(sockets::addCounters));
      try {
        admin = AdminServer.start(tile.home().run().resolve("admin.sock"), this, threads("admin"));
      } catch (IOException | RuntimeException e) {
        closePrograms();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      closeWorkers();
      tile.close();
      throw e;
    }
    thread = new Thread(this::loop, "tile");
  }

  /**
   * Starts the tile whose home is {@code root}.
   *
   * @param err where its diary goes
   * @throws SettingsException where its settings cannot be used
   * @throws IOException where its home, its disk or an address cannot be used; the message says
   *     what to do
   */
  public static TileDaemon start(Path root, PrintStream err) throws IOException, SettingsException {
    TileDaemon daemon = new TileDaemon(root, err);
    daemon.thread.start();
    return daemon;
  }

  /**
   * Is the daemon of the tile at {@code root} until the process is told to stop.
   *
   * @return the exit code: 0 after SIGTERM or SIGINT, 1 where it could not start or go on
   */
  public static int run(Path root, PrintStream err) {
    TileDaemon daemon;
    try {
      daemon = start(root, err);
    } catch (SettingsException e) {
      // A line for each thing that is wrong, each spelled already.
      err.println("tilecast: " + e.getMessage());
      return 1;
    } catch (IOException e) {
      err.println("tilecast: " + Visible.text(String.valueOf(e.getMessage())));
      return 1;
    }
    Thread hook = new Thread(daemon::stopProcess, "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    Thread.setDefaultUncaughtExceptionHandler((thread, cause) -> daemon.fail(cause));
    Readiness.tell(err);
    daemon.join();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Told to stop: the hook is at work, and ends the process.
    }
    return daemon.exitCode();
  }

  /** Java would end with 143 after SIGTERM, as if killed, however well everything was closed. */
  private void stopProcess() {
    stop("told to stop");
    Runtime.getRuntime().halt(exitCode());
  }

  private int exitCode() {
    return failure.get() == null ? 0 : 1;
  }

  private static List<Link> openLinks(
      Path root, Settings settings, Consumer<String> troubles, SecureRandom seeds)
      throws IOException {
    List<Link> links = new ArrayList<>();
    try {
      for (LinkSettings link : settings.links()) {
        TcpLink opened =
            TcpLink.open(
                link.direction(),
                link.address(),
                link.mtu(),
                LinkPairing.security(root, link),
                new SplittableRandom(seeds.nextLong()));
        opened.limitBulk(link.bulk());
        links.add(opened);
      }
      settings.device().ifPresent(device -> links.addAll(ItcDevice.links(device, troubles)));
      return links;
    } catch (IOException e) {
      links.forEach(Link::close);
      throw e;
    }
  }

  /** Sockets for other programs, where the home's path is not too long for them. */
  private static Optional<LocalSockets> openPrograms(Tile tile) throws IOException {
    Path run = tile.home().run();
    if (!LocalSockets.fit(run)) {
      tile.diary()
          .tell(
              "local",
              "no sockets for other programs: the paths below "
                  + run
                  + " would be longer than a socket's may be; use a home with a shorter path");
      return Optional.empty();
    }
    return Optional.of(LocalSockets.open(run, tile.links(), rights(tile), threads("local")));
  }

  /** A tile goes on without those who may not be let in; never with more than were named. */
  private static Rights rights(Tile tile) {
    Optional<String> group = tile.programsGroup();
    if (group.isPresent()) {
      try {
        return Rights.ofGroup(group.get(), tile.home().run());
      } catch (IOException e) {
        tile.diary()
            .tell(
                "local",
                e.getMessage()
                    + "; until [programs] group in tilecast.toml is right, the sockets for programs"
                    + " are for the owner of this home alone");
      }
    }
    return Rights.ofOwner();
  }

  private void closePrograms() {
    try {
      if (programs.isPresent()) {
        programs.get().close();
      }
    } catch (IOException e) {
      tile.diary().tell("trouble", "while stopping: " + e.getMessage());
    }
  }

  private static ThreadFactory threads(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private void loop() {
    try {
      tile.start();
      long reportedAt = System.nanoTime() - REPORT_NANOS;
      boolean changed = false;
      while (!stopping) {
        long reportAt = changed ? reportedAt + reportNanos() : Long.MAX_VALUE;
        long due = Math.min(tile.dueAtNanos(), reportAt);
        changed |= tile.turn(InputQueue.until(due, System.nanoTime()));
        long now = System.nanoTime();
        if (changed && now - reportedAt >= reportNanos()) {
          reports.publish(tile.report());
          reportedAt = now;
          changed = false;
        }
      }
    } catch (InterruptedException e) {
      // Told to stop while waiting.
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    } finally {
      reports.end();
    }
  }

  private long reportNanos() {
    return reports.isAwaited() ? AWAITED_NANOS : REPORT_NANOS;
  }

  /** Something that must not happen has happened: the tile stops, to start again from its disk. */
  private void fail(Throwable cause) {
    // What a stop interrupts is no failure.
    if (!stopping && failure.compareAndSet(null, cause)) {
      tile.diary().tell("failed", cause + "; the tile stops, and will start again from its disk");
      stopping = true;
      tile.wake();
    }
  }

  private void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      stop("interrupted");
    }
    closeAll();
  }

  private void stop(String why) {
    tile.diary().tell("stopping", why);
    stopping = true;
    tile.wake();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeAll();
  }

  private void closeWorkers() {
    inspector.close();
    beside.close();
  }

  private synchronized void closeAll() {
    if (!closed) {
      closed = true;
      try {
        admin.close();
      } catch (IOException e) {
        tile.diary().tell("trouble", "while stopping: " + e.getMessage());
      }
      closePrograms();
      tile.flush();
      closeWorkers();
      boolean good = tile.end() && failure.get() == null;
      tile.diary()
          .tell(
              "stopped",
              good
                  ? "everything is on the disk"
                  : "what was promised is on the disk; the next start looks at all the rest");
    }
  }

  /** Stops the tile and returns when everything is on the disk that its disk still takes. */
  @Override
  public void close() {
    stop("closed");
  }

  /** Why the tile stopped by itself, if it did. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** A report of now: an idle tile would otherwise show the time of its last event. */
  @Override
  public TileReport report() {
    return reports.next(tile::tick, FRESH);
  }

  @Override
  public List<LoggedEvent> events(long afterId, int limit) {
    try {
      return tile.newestEvents(limit).stream().filter(e -> e.id() > afterId).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<Verdict> dropped(String fileName, Duration timeout) throws InterruptedException {
    return tile.dropped(fileName, timeout);
  }

  @Override
  public void scrub(Optional<Name> name) {
    tile.scrub(name);
  }

  @Override
  public boolean await(Predicate<TileReport> until, Duration timeout) throws InterruptedException {
    return reports.await(until, tile::tick, timeout);
  }
}
