package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.Limits;
import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.Replicator;
import dev.tilecast.engine.core.Restored;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TileSettings;
import dev.tilecast.engine.core.TileSizes;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.files.FileLimits;
import dev.tilecast.engine.files.Inbox;
import dev.tilecast.engine.files.LiveFolder;
import dev.tilecast.engine.files.Marks;
import dev.tilecast.engine.files.RefusedFolder;
import dev.tilecast.engine.files.Room;
import dev.tilecast.engine.files.Staging;
import dev.tilecast.engine.files.TileHome;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.physics.Activation;
import dev.tilecast.engine.store.Store;
import dev.tilecast.engine.store.StoreDistrustedException;
import dev.tilecast.transport.Switch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One tile on its disk: the core wired to its home, keys, store and links, without a thread, clock
 * or socket of its own. Whoever owns it calls {@link #start} once and {@link #turn} again and
 * again, from one thread: the daemon in real time, a world in virtual time (ARCHITECTURE.md, The
 * daemon).
 */
public final class Tile implements Closeable {
  /** The number of our service on every link. */
  public static final int SERVICE = 8;

  /** Inputs of one transaction: enough to share its cost, few enough to answer quickly. */
  private static final int BATCH_MAX = 256;

  /** How often the inbox, the keys and one more live file are looked at. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Looks in a row that cannot read the keys, after which nobody is trusted. */
  private static final int KEYS_UNREAD_MAX = 2;

  private final TileHome home;
  private final Diary diary;
  private final Store store;
  private final Staging staging;
  private final LiveFolder live;
  private final Trusted trusted;
  private final Switch links;
  private final Optional<String> programsGroup;
  private final InputQueue inputs = new InputQueue();
  private final Reception reception;
  private final Shell shell;
  private final Replicator core;
  private final LinkReports linkReports;
  private final LongSupplier nanoTime;
  private final List<Input> batch = new ArrayList<>(BATCH_MAX);
  private final List<Effect> effects = new ArrayList<>();
  private long lookAt;

  /** Looks in a row that could not read the keys. */
  private int keysUnread;

  /** What must be closed, the last opened first. */
  private final Deque<AutoCloseable> opened;

  private Tile(Path root, Surroundings around, Deque<AutoCloseable> opened)
      throws IOException, SettingsException {
    this.opened = opened;
    this.nanoTime = around.nanoTime();
    diary = new Diary(around.diary(), around.clock());
    home = TileHome.open(root);
    Settings settings = Settings.read(home.root());
    opened.addFirst(home.lock());
    // Before anything on the disk is put in order: one that cannot be read needs a person.
    Bytes tileId = home.tileId(around.random());
    // So does an address that is in use.
    programsGroup = settings.programsGroup();
    links = opened(new Switch(around.links().open(settings, text -> diary.trouble("links", text))));
    FileLimits limits = fileLimits(settings.limits());
    trusted =
        new Trusted(
            home.keys(),
            InspectionLimits.defaults().withFileBytesMax(settings.limits().fileBytesMax()));
    Marks marks = Marks.open(home.marks());
    Room room = new Room(home.staging(), limits);
    RefusedFolder refused =
        new RefusedFolder(home.refused(), limits, text -> diary.tell("refused", text));
    staging = opened(new Staging(home.staging(), room));
    live = opened(new LiveFolder(home, limits, room, marks, refused));
    Inbox inbox = new Inbox(home, limits, room, refused);
    inbox.putAllBack().forEach(text -> diary.tell("inbox", text));
    store = opened(Store.open(home.store(), around.clock()));
    Seals seals = new Seals(live, diary);
    Reconciliation reconciliation =
        new Reconciliation(store, live, marks, staging, seals, trusted, diary);
    Restored restored = reconciliation.run();
    // To be closed before all that neighbors are served from.
    opened.remove(links);
    opened.addFirst(links);
    Beside beside = new Beside(around.beside());
    reception = new Reception(inbox, trusted, around.slow(), beside, inputs, diary, nanoTime);
    Serving serving =
        new Serving(links, live, staging, seals, store, inputs, diary, around.fatal());
    Activation activation =
        opened(
            new Activation(
                home.root(),
                settings.activations(),
                around.activationThreads(),
                nanoTime,
                state -> inputs.answer(new Input.Activation(state))));
    shell =
        new Shell(
            store,
            staging,
            live,
            inbox,
            reception,
            trusted,
            seals,
            serving,
            activation,
            around.slow(),
            beside,
            inputs,
            diary,
            around.fatal());
    long boot = around.random().nextLong();
    lookAt = nanoTime.getAsLong();
    core =
        new Replicator(
            new TileSettings(
                tileId,
                boot,
                settings.group(),
                limits(settings.limits()),
                TimeUnit.SECONDS.toNanos(settings.limits().scrubSeconds())),
            restored,
            new SplittableRandom(boot),
            lookAt);
    linkReports = new LinkReports(links, inputs, serving);
    links.register(SERVICE, new Reader(inputs, links));
    reconciliation.doubted().forEach(name -> inputs.answer(new Input.LiveDoubted(name)));
    trusted.keyring().warnings().forEach(text -> diary.tell("trust", text));
    links
        .directions()
        .forEach(d -> inputs.answer(new Input.LinkDown(d, "nobody has connected yet")));
    diary.tell("ready", "tile " + core.report().tileId() + " at " + home.root());
  }

  /**
   * Opens the tile whose home is {@code root}, and makes its rows agree with its files.
   *
   * @throws SettingsException where its settings cannot be used
   * @throws IOException where its home, its disk or a link cannot be used; the message says what to
   *     do, and everything is closed again
   */
  public static Tile open(Path root, Surroundings around) throws IOException, SettingsException {
    try {
      return openOnce(root, around);
    } catch (StoreDistrustedException e) {
      // Damage that opening did not show. Nothing was sent yet, and the next opening sets the
      // database aside, so nobody need start this tile a second time.
      new Diary(around.diary(), around.clock()).tell("store", e.getMessage());
      return openOnce(root, around);
    }
  }

  private static Tile openOnce(Path root, Surroundings around)
      throws IOException, SettingsException {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      return new Tile(root, around, opened);
    } catch (IOException | SettingsException | RuntimeException e) {
      closeAll(opened, new Diary(around.diary(), around.clock()));
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.addFirst(resource);
    return resource;
  }

  private static FileLimits fileLimits(LimitSettings settings) {
    return FileLimits.defaults()
        .withFileBytesMax(settings.fileBytesMax())
        .withReserveBytes(settings.reserveBytes())
        .withRestNanos(TimeUnit.MILLISECONDS.toNanos(settings.inboxRestMillis()));
  }

  private static Limits limits(LimitSettings settings) {
    return new Limits(settings.fileBytesMax(), settings.transfersMax(), settings.catalogNamesMax());
  }

  /**
   * Carries out the first step, and lets the links begin.
   *
   * @throws IOException as {@link #turn}
   */
  public void start() throws IOException {
    core.start(effects);
    shell.carryOut(effects);
    links.start();
  }

  /** The instant by which {@link #turn} is to be called even if nothing comes. */
  public long dueAtNanos() {
    return Math.min(core.wakeAtNanos(), lookAt);
  }

  /** Whether nothing waits to be taken. */
  public boolean isIdle() {
    return inputs.isEmpty();
  }

  /**
   * One round: takes a bounded batch of what has come, steps the core with it, saves, sends, begins
   * slow work, and looks at the inbox, the keys and a live file where that is due.
   *
   * @param waitNanosMax how long to wait for the first input
   * @return whether anything has changed that a report would show
   * @throws IOException where the rows could not be saved: nothing of the batch was sent, and the
   *     tile must be closed and opened again from its disk
   */
  public boolean turn(long waitNanosMax) throws IOException, InterruptedException {
    batch.clear();
    effects.clear();
    inputs.take(batch, BATCH_MAX, waitNanosMax);
    long now = nanoTime.getAsLong();
    if (!batch.isEmpty() || now >= core.wakeAtNanos()) {
      core.step(batch, now, effects);
    }
    shell.carryOut(effects);
    for (Input input : batch) {
      if (input instanceof Input.LiveDoubted doubted) {
        live.told(doubted.name());
      }
    }
    if (now >= lookAt) {
      look(now);
      lookAt = now + LOOK_NANOS;
    }
    return !batch.isEmpty() || !effects.isEmpty();
  }

  private void look(long now) {
    reception.look(now);
    try {
      live.replaced().ifPresent(name -> inputs.answer(new Input.LiveDoubted(name)));
    } catch (IOException e) {
      diary.trouble("live", "a live file cannot be looked at: " + DurableFile.words(e));
    }
    try {
      if (trusted.refresh()) {
        inputs.answer(new Input.TrustChanged(trusted.keyring().trust()));
        trusted.keyring().warnings().forEach(text -> diary.tell("trust", text));
      }
      keysUnread = 0;
    } catch (IOException e) {
      keysUnread++;
      // Once may be a passing fault of the disk; those who were removed must not stay trusted.
      boolean changed = keysUnread >= KEYS_UNREAD_MAX && trusted.distrust();
      diary.trouble(
          "keys",
          "the keys cannot be read; nobody is trusted from the second time on, until they can: "
              + DurableFile.words(e));
      if (changed) {
        inputs.answer(new Input.TrustChanged(trusted.keyring().trust()));
      }
    }
  }

  /** Ends a wait in {@link #turn}; from any thread. */
  public void wake() {
    inputs.wake();
  }

  /** Lets the next {@link #turn} change what a report shows; from any thread. */
  void tick() {
    inputs.answer(new Input.Tick());
  }

  /** Lets the next turns read {@code name}, or everything that is live, again; from any thread. */
  public void scrub(Optional<Name> name) {
    inputs.answer(new Input.ScrubAsked(name));
  }

  /** What the tile is and does, as of the last {@link #turn}; from the same thread as that. */
  public TileReport report() {
    return linkReports.complete(core.report());
  }

  /** How much it keeps, as of the last {@link #turn}; from the same thread as that. */
  public TileSizes sizes() {
    return core.sizes();
  }

  /** The newest version of {@code name} that was ever live; from the thread of {@link #turn}. */
  public Optional<Version> mark(Name name) {
    return core.mark(name);
  }

  /** The newest {@code limit} events, oldest of them first; from any thread. */
  public List<LoggedEvent> newestEvents(int limit) throws IOException {
    return store.newestEvents(limit);
  }

  /**
   * The verdict on the file that was last judged under {@code fileName}, if it fell within the last
   * ten seconds and no other file lies there; waits for nothing. From any thread.
   */
  public Optional<Verdict> verdict(String fileName) {
    return reception.verdict(fileName);
  }

  /** Waits for the verdict on a file that was renamed into the inbox; from any other thread. */
  Optional<Verdict> dropped(String fileName, Duration timeout) throws InterruptedException {
    return reception.await(fileName, timeout);
  }

  /** Where the tile lives. */
  public TileHome home() {
    return home;
  }

  Diary diary() {
    return diary;
  }

  /** From now on its reports show what {@code counting} puts among the counters, too. */
  void alsoCounts(Consumer<Map<String, Long>> counting) {
    linkReports.alsoCounts(counting);
  }

  /** The group whose members may use the sockets for programs. */
  Optional<String> programsGroup() {
    return programsGroup;
  }

  /** Its links, for services beside ours; to be taken before {@link #start}. */
  Switch links() {
    return links;
  }

  /**
   * From now on the database writes when a promise is synced, and never by a thread of its own in
   * between: for worlds, of which two runs must be alike.
   */
  public void writeOnlyWhenSynced() throws IOException {
    store.writeOnlyWhenSynced();
  }

  /** The database writes now what it would write by itself a little later; nothing is synced. */
  public void writeBehind() throws IOException {
    store.writeBehind();
  }

  /**
   * Lets go of everything that {@link #open} opened, as the system does when a process is killed:
   * what was written stays, what the database had not written yet is lost.
   */
  public void abandon() {
    store.abandon();
    staging.abandon();
    close();
  }

  /**
   * Gives the disk what was gathered: the slow work is about to be interrupted, which closes the
   * files that it is just reading or writing.
   */
  void flush() {
    try {
      staging.flushAll();
    } catch (IOException e) {
      diary.tell("trouble", "while stopping: " + DurableFile.words(e));
    }
  }

  /** Closes everything that {@link #open} opened; the slow work must have ended. */
  @Override
  public void close() {
    end();
  }

  /**
   * The same.
   *
   * @return whether all of it could be closed; what could not was told
   */
  boolean end() {
    synchronized (opened) {
      return closeAll(opened, diary);
    }
  }

  /** Closes the last opened first, each whatever became of the others. */
  private static boolean closeAll(Deque<AutoCloseable> opened, Diary diary) {
    boolean closed = true;
    while (!opened.isEmpty()) {
      try {
        opened.removeFirst().close();
      } catch (Exception e) {
        closed = false;
        diary.tell("trouble", "while stopping: " + e.getMessage());
      }
    }
    return closed;
  }
}
