package dev.tilecast.testbed.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.admin.AdminClient;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.core.TileReport;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One real daemon in a process of its own. Not thread-safe. It can be started again after it has
 * ended; its home stays.
 */
public final class ProcessTile implements AutoCloseable {
  /** Between two looks at a daemon: short beside what is timed, long beside what a look costs. */
  private static final long LOOK_MILLIS = 10;

  private static final int DIARY_LINES = 8;

  /** Of the times in {@code /proc}, on every Linux. */
  private static final long MILLIS_PER_TICK = 10;

  /** What Java calls the threads that compile. */
  private static final Pattern COMPILER = Pattern.compile("C[12] Compiler");

  /** Of a killed process: it is gone within this unless the kernel itself is stuck. */
  private static final Duration KILLED_MAX = Duration.ofSeconds(10);

  private final String label;
  private final Path home;
  private final Path diary;
  private final Launcher launcher;
  private Optional<Process> process = Optional.empty();

  /**
   * The tile whose home is {@code home}; nothing is started yet.
   *
   * @param label what people call it
   */
  public ProcessTile(String label, Path home, Launcher launcher) {
    this.label = requireNonNull(label);
    this.home = home.toAbsolutePath();
    this.diary = this.home.resolveSibling(this.home.getFileName() + ".log");
    this.launcher = requireNonNull(launcher);
  }

  /** What people call it. */
  public String label() {
    return label;
  }

  /** Its home, absolute. */
  public Path home() {
    return home;
  }

  /** Where all its runs have written what they say on stderr. */
  public Path diary() {
    return diary;
  }

  /** Asks its daemon. */
  public AdminClient client() {
    return new AdminClient(home);
  }

  /** Starts its daemon and returns at once. */
  public void start() throws IOException {
    if (process.isPresent() && process.get().isAlive()) {
      throw new IllegalStateException("tile " + label + " runs already");
    }
    // The shell opens the diary and becomes the daemon, so that pid and signals are the daemon's.
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "d=$1; shift; exec \"$@\" >>\"$d\" 2>&1 </dev/null", "sh"));
    command.add(diary.toString());
    command.addAll(launcher.command(List.of("run", "--home", home.toString())));
    Process started = new ProcessBuilder(command).start();
    ChildProcesses.add(started);
    process = Optional.of(started);
  }

  /** Waits until its admin socket answers, and returns that answer. */
  public TileReport awaitReady(Duration patience)
      throws IOException, InterruptedException, ExpectationException {
    return await(report -> true, "answer a question", patience);
  }

  /**
   * Asks for its report until one is as wanted; a daemon that is only starting counts as not yet.
   *
   * @param what what is waited for, in words that go after "did not"
   * @return the report that was as wanted
   * @throws ExpectationException where the daemon ends, or {@code patience} does
   */
  public TileReport await(Predicate<TileReport> until, String what, Duration patience)
      throws IOException, InterruptedException, ExpectationException {
    long deadlineNanos = System.nanoTime() + patience.toNanos();
    AdminClient client = client();
    while (true) {
      try {
        TileReport report = client.report();
        if (until.test(report)) {
          return report;
        }
      } catch (NoDaemonException e) {
        // Starting, or ended: the next lines tell which.
      }
      if (running().waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new ExpectationException(
            "tile " + label + " ended with exit code " + running().exitValue() + said());
      }
      if (System.nanoTime() > deadlineNanos) {
        throw new ExpectationException(
            "tile "
                + label
                + " did not "
                + what
                + " within "
                + InWords.span(patience.toNanos())
                + said());
      }
    }
  }

  /** Its current report. */
  public TileReport report() throws IOException {
    return client().report();
  }

  /** Kills it as {@code kill -9} does, and returns when it is gone. */
  public void kill() throws IOException, InterruptedException, ExpectationException {
    running().destroyForcibly();
    awaitExit(KILLED_MAX);
  }

  /** Sends SIGTERM and returns at once. */
  public void terminate() {
    running().destroy();
  }

  /**
   * Waits for its end.
   *
   * @return its exit code
   */
  public int awaitExit(Duration patience) throws InterruptedException, ExpectationException {
    if (!running().waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new ExpectationException(
          "tile " + label + " still runs after " + InWords.span(patience.toNanos()) + said());
    }
    ChildProcesses.remove(running());
    return running().exitValue();
  }

  /** Whether its daemon runs. */
  public boolean isRunning() {
    return process.map(Process::isAlive).orElse(false);
  }

  /** The pid of its daemon. */
  public long pid() {
    return running().pid();
  }

  /** The processor time that its daemon has used, where the system tells. */
  public Optional<Duration> cpu() {
    return running().toHandle().info().totalCpuDuration();
  }

  /**
   * The part of {@link #cpu} that went into compiling code of the daemon, where the system tells
   * (Linux). What compiles has threads of its own.
   */
  public Optional<Duration> compilerCpu() throws IOException {
    Path threads = Path.of("/proc", Long.toString(pid()), "task");
    if (!Files.isReadable(threads)) {
      return Optional.empty();
    }
    long ticks = 0;
    try (DirectoryStream<Path> each = Files.newDirectoryStream(threads)) {
      for (Path thread : each) {
        ticks += compilerTicks(stat(thread));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return Optional.of(Duration.ofMillis(ticks * MILLIS_PER_TICK));
  }

  /** What the system tells of a thread; empty where it has ended, as most do sooner or later. */
  private static String stat(Path thread) {
    try {
      return Files.readString(thread.resolve("stat"), ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Times of a thread that compiles, 0 of any other and of one that has ended: proc(5), fields 2 (a
   * name in parentheses), 14 and 15 of {@code stat}.
   */
  static long compilerTicks(String stat) {
    int nameEnd = stat.lastIndexOf(')');
    if (nameEnd < 0
        || !COMPILER.matcher(stat.substring(stat.indexOf('(') + 1, nameEnd)).lookingAt()) {
      return 0;
    }
    String[] fields = stat.substring(nameEnd + 2).split(" ", -1);
    return Long.parseLong(fields[14 - 3]) + Long.parseLong(fields[15 - 3]);
  }

  /** The memory of its daemon that is resident, in bytes, where the system tells (Linux). */
  public Optional<Long> residentBytes() throws IOException {
    Path status = Path.of("/proc", Long.toString(pid()), "status");
    if (!Files.isReadable(status)) {
      return Optional.empty();
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst();
  }

  private Process running() {
    return process.orElseThrow(() -> new IllegalStateException("tile " + label + " never ran"));
  }

  /** The end of what it wrote, as the end of a message. */
  private String said() {
    try {
      List<String> lines = Files.exists(diary) ? Files.readAllLines(diary) : List.of();
      List<String> last = lines.subList(Math.max(0, lines.size() - DIARY_LINES), lines.size());
      return ". It said:\n  " + String.join("\n  ", last);
    } catch (IOException e) {
      return ". What it said cannot be read: " + e.getMessage();
    }
  }

  /** Kills its daemon where it still runs. */
  @Override
  public void close() {
    process.ifPresent(
        running -> {
          running.destroyForcibly().onExit().join();
          ChildProcesses.remove(running);
        });
  }
}
