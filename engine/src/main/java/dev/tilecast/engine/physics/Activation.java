package dev.tilecast.engine.physics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs the command that the settings name for a version that went live, once for each version
 * (ARCHITECTURE.md, Activation). A command that fails is tried again, at growing intervals and
 * without end; a newer version of the name ends that, and kills a command that still runs. Success
 * is kept in {@code active/NAME.done}, which is about the version alone: another command in the
 * settings does not run again for a version that is done. Only a crash between the end of the
 * command and that mark makes it run twice.
 */
public final class Activation implements Closeable {
  /** Commands that run at once: one that hangs must not hold up all others. */
  static final int RUNNING_MAX = 4;

  /** The wait after the first failure; it doubles with each. */
  static final long RETRY_MIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The longest wait: rare enough to cost nothing, and a tile heals without a visit. */
  static final long RETRY_MAX_NANOS = TimeUnit.MINUTES.toNanos(5);

  private static final long CLOSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(900);
  private static final System.Logger LOG = System.getLogger(Activation.class.getName());

  private final Path home;
  private final Path folder;
  private final List<ActivationRule> rules;
  private final ThreadFactory threads;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final Consumer<ActivationState> told;

  /** Guards all below, and is held while a state is told, so that states come in order. */
  private final Object lock = new Object();

  private final Map<Name, Job> jobs = new LinkedHashMap<>();
  private final Set<Name> running = new HashSet<>();
  private final List<Thread> workers = new ArrayList<>();
  private boolean closed;

  /** One version that is not done, as far as we know. */
  private static final class Job {
    final LiveEntry entry;
    final Path file;
    final ActivationRule rule;
    long dueNanos;
    int attempts;

    Job(LiveEntry entry, Path file, ActivationRule rule, long dueNanos) {
      this.entry = entry;
      this.file = file;
      this.rule = rule;
      this.dueNanos = dueNanos;
    }

    Name name() {
      return entry.version().name();
    }
  }

  /**
   * Activation for the tile at {@code home}.
   *
   * @param rules the first that matches a name counts
   * @param threads makes up to {@value #RUNNING_MAX} threads, when they are needed
   * @param nanoTime a monotonic clock
   * @param told takes every change; called from those threads and by {@link #wentLive}, one after
   *     the other, and must not wait for anything
   */
  public Activation(
      Path home,
      List<ActivationRule> rules,
      ThreadFactory threads,
      LongSupplier nanoTime,
      Consumer<ActivationState> told) {
    this(home, rules, threads, nanoTime, told, InstantSource.system());
  }

  /**
   * As above.
   *
   * @param clock for what people read only
   */
  Activation(
      Path home,
      List<ActivationRule> rules,
      ThreadFactory threads,
      LongSupplier nanoTime,
      Consumer<ActivationState> told,
      InstantSource clock) {
    this.home = home.toAbsolutePath();
    this.folder = this.home.resolve("active");
    this.rules = List.copyOf(rules);
    this.threads = requireNonNull(threads);
    this.nanoTime = requireNonNull(nanoTime);
    this.told = requireNonNull(told);
    this.clock = requireNonNull(clock);
  }

  /**
   * {@code entry} is what is live of its name now; called after each promotion, and at the start
   * for everything live. Returns at once. Nothing happens where no rule matches, or where this
   * version is already being seen to; one that is done is told to be done.
   *
   * @param file where the version lies in {@code live/}
   */
  public void wentLive(LiveEntry entry, Path file) {
    Optional<ActivationRule> rule =
        rules.stream().filter(each -> each.matches(entry.version().name())).findFirst();
    if (rule.isEmpty()) {
      return;
    }
    Job job = new Job(entry, file, rule.get(), nanoTime.getAsLong());
    synchronized (lock) {
      Job known = jobs.get(job.name());
      if (closed || (known != null && known.entry.version().equals(entry.version()))) {
        return;
      }
      jobs.put(job.name(), job);
      tell(job, ActivationState.Phase.WAITING, "");
      startWorkerIfNeeded();
      lock.notifyAll();
    }
  }

  /** Kills running commands and ends all threads, at the latest after 0.9 s; tells nothing more. */
  @Override
  public void close() {
    List<Thread> ending;
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
      ending = List.copyOf(workers);
    }
    long end = System.nanoTime() + CLOSE_NANOS_MAX;
    try {
      for (Thread worker : ending) {
        long left = end - System.nanoTime();
        if (worker != Thread.currentThread() && left > 0) {
          TimeUnit.NANOSECONDS.timedJoin(worker, left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks at the clock again; for a clock that jumps. */
  void clockChanged() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  private void startWorkerIfNeeded() {
    if (jobs.size() > workers.size() && workers.size() < RUNNING_MAX) {
      Thread worker = threads.newThread(this::work);
      workers.add(worker);
      worker.start();
    }
  }

  private void work() {
    try {
      Optional<Job> next = awaitDue();
      while (next.isPresent()) {
        see(next.get());
        next = awaitDue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The job that has been due for longest, marked as running; empty once closed. */
  private Optional<Job> awaitDue() throws InterruptedException {
    synchronized (lock) {
      while (!closed) {
        Optional<Job> first = Optional.empty();
        for (Job job : jobs.values()) {
          boolean sooner = first.isEmpty() || job.dueNanos - first.get().dueNanos < 0;
          first = sooner && !running.contains(job.name()) ? Optional.of(job) : first;
        }
        if (first.isEmpty()) {
          lock.wait();
          continue;
        }
        long left = first.get().dueNanos - nanoTime.getAsLong();
        if (left <= 0) {
          running.add(first.get().name());
          return first;
        }
        TimeUnit.NANOSECONDS.timedWait(lock, left);
      }
      return Optional.empty();
    }
  }

  private void see(Job job) throws InterruptedException {
    try {
      Optional<DoneMark> mark = job.attempts == 0 ? mark(job.entry.version()) : Optional.empty();
      if (mark.isPresent()) {
        job.attempts = mark.get().attempts();
        finish(job, mark.get().result());
      } else {
        attempt(job);
      }
    } finally {
      synchronized (lock) {
        running.remove(job.name());
        lock.notifyAll();
      }
    }
  }

  private Optional<DoneMark> mark(Version version) {
    try {
      return DoneMark.read(folder, version.name()).filter(mark -> mark.isOf(version));
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          version.name() + ": its mark cannot be read, so its command runs again",
          e);
      return Optional.empty();
    }
  }

  private void attempt(Job job) throws InterruptedException {
    long begin = nanoTime.getAsLong();
    synchronized (lock) {
      job.attempts++;
      tell(job, ActivationState.Phase.RUNNING, "");
    }
    CommandRun run = new CommandRun(home, job.rule, nanoTime);
    Attempt attempt = run.run(job.entry, job.file, begin, () -> isWanted(job));
    String words = attempt.words() + ", at " + clock.instant().truncatedTo(ChronoUnit.SECONDS);
    // The mark before all else: a crash until it is there makes the command run twice.
    boolean succeeded = attempt.outcome() == Attempt.Outcome.SUCCEEDED;
    String marked = succeeded ? writeMark(job, words) : "";
    String result = words + marked + keepOutput(job, words, run.output());
    switch (attempt.outcome()) {
      case SUCCEEDED -> finish(job, result);
      case FAILED -> retryLater(job, result);
      case ABANDONED ->
          LOG.log(System.Logger.Level.INFO, job.entry.version() + ": command " + words);
    }
  }

  private void finish(Job job, String result) {
    synchronized (lock) {
      tell(job, ActivationState.Phase.DONE, result);
      jobs.remove(job.name(), job);
    }
  }

  private void retryLater(Job job, String result) {
    int doublings = Math.min(job.attempts - 1, 30);
    long waitNanos = Math.min(RETRY_MIN_NANOS << doublings, RETRY_MAX_NANOS);
    synchronized (lock) {
      job.dueNanos = nanoTime.getAsLong() + waitNanos;
      tell(
          job,
          ActivationState.Phase.RETRYING,
          result + "; next try in " + TimeUnit.NANOSECONDS.toSeconds(waitNanos) + " s");
    }
  }

  private String writeMark(Job job, String words) {
    Version version = job.entry.version();
    try {
      Files.createDirectories(folder);
      new DoneMark(version.stamp(), version.innerDigest().toHex(), job.attempts, words)
          .write(folder, version.name());
      return "";
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, version.name() + ": its mark cannot be written", e);
      return "; its mark could not be written, so it runs again after a restart: " + e;
    }
  }

  /** Writes the log of the latest attempt; returns words only where that failed. */
  private String keepOutput(Job job, String words, OutputTail output) {
    String cut =
        output.cut() == 0 ? "" : ", " + Counted.bytes(output.cut()) + " before these left out";
    byte[] head =
        "# %s, attempt %d: %s%s\n"
            .formatted(job.entry.version(), job.attempts, words, cut)
            .getBytes(UTF_8);
    try {
      Files.createDirectories(folder);
      writeLog(job.name(), head, output.bytes());
      return "";
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, job.name() + ": its output cannot be kept", e);
      return "; its output could not be kept: " + e;
    }
  }

  private void writeLog(Name name, byte[] head, byte[] output) throws IOException {
    Path temporary = folder.resolve(name + ".log.tmp");
    try {
      try (OutputStream out = Files.newOutputStream(temporary)) {
        out.write(head);
        out.write(output);
      }
      Files.move(
          temporary,
          folder.resolve(name + ".log"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private boolean isWanted(Job job) {
    synchronized (lock) {
      return !closed && jobs.get(job.name()) == job;
    }
  }

  private void tell(Job job, ActivationState.Phase phase, String result) {
    if (isWanted(job)) {
      Version version = job.entry.version();
      told.accept(
          new ActivationState(
              version.name(),
              version.stamp(),
              version.innerDigest().toHex(),
              phase,
              job.attempts,
              result));
    }
  }
}
