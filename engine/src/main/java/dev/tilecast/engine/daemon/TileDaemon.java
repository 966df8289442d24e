package dev.tilecast.engine.daemon;

import dev.tilecast.engine.admin.AdminServer;
import dev.tilecast.engine.admin.Answers;
import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.Limits;
import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.Replicator;
import dev.tilecast.engine.core.Restored;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TileSettings;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.files.FileLimits;
import dev.tilecast.engine.files.Inbox;
import dev.tilecast.engine.files.LiveFolder;
import dev.tilecast.engine.files.Marks;
import dev.tilecast.engine.files.RefusedFolder;
import dev.tilecast.engine.files.Room;
import dev.tilecast.engine.files.Staging;
import dev.tilecast.engine.files.TileHome;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.physics.Activation;
import dev.tilecast.engine.store.Store;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.Switch;
import dev.tilecast.transport.tcp.TcpLink;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * One running tile: wires the core to its disk, links, keys and askers, and runs the one thread
 * that owns the core's state (ARCHITECTURE.md, The daemon).
 */
public final class TileDaemon implements Answers, AutoCloseable {
  /** The number of our service on every link. */
  public static final int SERVICE = 8;

  /** Inputs of one transaction: enough to share its cost, few enough to answer quickly. */
  private static final int BATCH_MAX = 256;

  /** How often the inbox and the keys are looked at. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** While there is much to do, reports are made no more often than this. */
  private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** How long an asker waits for a report of now before it gets the last one. */
  private static final Duration FRESH = Duration.ofMillis(500);

  /** Of the two seconds within which SIGTERM must have ended everything. */
  private static final long CLOSE_MILLIS = 300;

  private final Diary diary;
  private final Store store;
  private final Trusted trusted;
  private final Switch links;
  private final InputQueue inputs = new InputQueue();
  private final Reception reception;
  private final Shell shell;
  private final Replicator core;
  private final Reports reports;
  private final LinkReports linkReports;
  private final Thread thread;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean stopping;

  /** What must be closed, in the order in which it was opened. */
  private final Deque<AutoCloseable> opened;

  private TileDaemon(Path root, Diary diary, Deque<AutoCloseable> opened)
      throws IOException, SettingsException {
    this.diary = diary;
    this.opened = opened;
    TileHome home = TileHome.open(root);
    Settings settings = Settings.read(home.root());
    opened.addFirst(home.lock());
    SecureRandom seeds = new SecureRandom();
    FileLimits limits = fileLimits(settings.limits());
    trusted =
        new Trusted(
            home.keys(),
            InspectionLimits.defaults().withFileBytesMax(settings.limits().fileBytesMax()));
    Marks marks = Marks.open(home.marks());
    Room room = new Room(home.staging(), limits);
    RefusedFolder refused = new RefusedFolder(home.refused(), limits);
    Staging staging = opened(new Staging(home.staging(), room));
    LiveFolder live = opened(new LiveFolder(home, limits, room, marks, refused));
    Inbox inbox = new Inbox(home, limits, room, refused);
    store = opened(Store.open(home.store(), InstantSource.system()));
    Restored restored = new Reconciliation(store, live, marks, staging, trusted, diary).run();
    links = opened(new Switch(openLinks(settings, seeds)));
    Worker inspector = opened(new Worker(threads("inspector"), CLOSE_MILLIS, this::fail));
    reception = new Reception(inbox, trusted, inspector::submit, inputs, diary);
    Serving serving = new Serving(links, live, store, diary, this::fail);
    Activation activation =
        opened(
            new Activation(
                home.root(),
                settings.activations(),
                threads("activation"),
                System::nanoTime,
                state -> inputs.answer(new Input.Activation(state))));
    shell =
        new Shell(
            store,
            staging,
            live,
            inbox,
            reception,
            trusted,
            serving,
            activation,
            inspector,
            inputs,
            diary,
            this::fail);
    long boot = seeds.nextLong();
    core =
        new Replicator(
            new TileSettings(
                home.tileId(seeds),
                boot,
                settings.group(),
                new Limits(
                    settings.limits().fileBytesMax(),
                    settings.limits().transfersMax(),
                    settings.limits().catalogNamesMax())),
            restored,
            new SplittableRandom(boot),
            System.nanoTime());
    linkReports = new LinkReports(links, inputs, serving);
    reports = new Reports(linkReports.complete(core.report()));
    links.register(SERVICE, new Reader(inputs, links));
    opened(AdminServer.start(home.run().resolve("admin.sock"), this, threads("admin")));
    thread = new Thread(this::loop, "tile");
    trusted.keyring().warnings().forEach(text -> diary.tell("trust", text));
    links
        .directions()
        .forEach(d -> inputs.answer(new Input.LinkDown(d, "nobody has connected yet")));
    diary.tell("ready", "tile " + core.report().tileId() + " at " + home.root());
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
    Diary diary = new Diary(err);
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      TileDaemon daemon = new TileDaemon(root, diary, opened);
      daemon.thread.start();
      daemon.links.start();
      return daemon;
    } catch (IOException | SettingsException | RuntimeException e) {
      closeAll(opened, diary);
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.addFirst(resource);
    return resource;
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
    } catch (IOException | SettingsException e) {
      err.println("tilecast: " + e.getMessage());
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

  private static FileLimits fileLimits(LimitSettings settings) {
    return FileLimits.defaults()
        .withFileBytesMax(settings.fileBytesMax())
        .withReserveBytes(settings.reserveBytes())
        .withRestNanos(TimeUnit.MILLISECONDS.toNanos(settings.inboxRestMillis()));
  }

  private static List<Link> openLinks(Settings settings, SecureRandom seeds) throws IOException {
    List<Link> links = new ArrayList<>();
    try {
      for (LinkSettings link : settings.links()) {
        links.add(
            TcpLink.open(
                link.direction(),
                link.address(),
                link.mtu(),
                link.plain(),
                new SplittableRandom(seeds.nextLong())));
      }
      return links;
    } catch (IOException e) {
      links.forEach(Link::close);
      throw e;
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
      List<Effect> effects = new ArrayList<>();
      core.start(effects);
      shell.carryOut(effects);
      List<Input> batch = new ArrayList<>(BATCH_MAX);
      long lookAt = System.nanoTime();
      long reportAt = lookAt;
      while (!stopping) {
        long now = System.nanoTime();
        long wakeAt = Math.min(core.wakeAtNanos(), lookAt);
        batch.clear();
        inputs.take(batch, BATCH_MAX, InputQueue.until(wakeAt, now));
        now = System.nanoTime();
        effects.clear();
        if (now >= core.wakeAtNanos()) {
          core.step(new Input.Tick(), now, effects);
        }
        for (Input input : batch) {
          core.step(input, now, effects);
        }
        shell.carryOut(effects);
        if (now >= lookAt) {
          look(now);
          lookAt = now + LOOK_NANOS;
        }
        boolean changed = !batch.isEmpty() || !effects.isEmpty();
        if (changed && (inputs.isEmpty() || now >= reportAt)) {
          publish();
          reportAt = now + REPORT_NANOS;
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

  private void look(long now) {
    reception.look(now);
    try {
      if (trusted.refresh()) {
        inputs.answer(new Input.TrustChanged(trusted.keyring().trust()));
        trusted.keyring().warnings().forEach(text -> diary.tell("trust", text));
      }
    } catch (IOException e) {
      diary.trouble("keys", "the keys cannot be read: " + e.getMessage());
    }
  }

  private void publish() {
    reports.publish(linkReports.complete(core.report()));
  }

  /** Something that must not happen has happened: the tile stops, to start again from its disk. */
  private void fail(Throwable cause) {
    // What a stop interrupts is no failure.
    if (!stopping && failure.compareAndSet(null, cause)) {
      diary.tell("failed", cause + "; the tile stops, and will start again from its disk");
      stopping = true;
      inputs.wake();
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
    diary.tell("stopping", why);
    stopping = true;
    inputs.wake();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeAll();
  }

  private void closeAll() {
    synchronized (opened) {
      if (!opened.isEmpty()) {
        closeAll(opened, diary);
        diary.tell("stopped", "everything is on the disk");
      }
    }
  }

  /** Closes the last opened first, each whatever became of the others. */
  private static void closeAll(Deque<AutoCloseable> opened, Diary diary) {
    while (!opened.isEmpty()) {
      try {
        opened.removeFirst().close();
      } catch (Exception e) {
        diary.tell("trouble", "while stopping: " + e.getMessage());
      }
    }
  }

  /** Stops the tile and returns when everything is on the disk. */
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
    return reports.next(() -> inputs.answer(new Input.Tick()), FRESH);
  }

  @Override
  public List<LoggedEvent> events(long afterId, int limit) {
    try {
      return store.newestEvents(limit).stream().filter(e -> e.id() > afterId).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<Verdict> dropped(String fileName, Duration timeout) throws InterruptedException {
    return reception.await(fileName, timeout);
  }

  @Override
  public boolean await(Predicate<TileReport> until, Duration timeout) throws InterruptedException {
    return reports.await(until, timeout);
  }
}
