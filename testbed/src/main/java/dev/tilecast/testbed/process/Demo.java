package dev.tilecast.testbed.process;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.engine.mfz.Seal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The quick start: a grid of real daemons on this machine, a fresh key, a signed file that is
 * dropped into one corner's inbox and arrives everywhere, and a newer version of it that wins. What
 * it says is checked, not assumed: whatever does not hold ends it with an {@link
 * ExpectationException}.
 */
public final class Demo {
  private static final String NAME = "demo.mfz";
  private static final Handle SIGNER = new Handle("demo");

  /** Made in well under a second, unlike the longer keys that are advised for real signers. */
  private static final int KEY_BITS = 2048;

  /** Of what normally takes a second or ten: a machine that is slower than this is not at work. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What a tile promises to whoever stops it. */
  private static final Duration STOP_MAX = Duration.ofSeconds(2);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  /** The command that each tile runs for each version; it writes one line into the tile's home. */
  private static final String ACTIVATION =
      """

      [[activate]]
      name = "*.mfz"
      command = ["sh", "-c", "echo $TILECAST_NAME $TILECAST_STAMP >> activated.txt"]
      """;

  private final DemoPlan plan;
  private final Launcher launcher;
  private final PrintStream out;
  private final PrintStream screen;
  private final boolean interactive;

  /**
   * A demo that has not begun.
   *
   * @param out where it says what happens
   * @param screen where it draws, if {@code interactive}
   * @param interactive whether a person watches {@code screen}
   */
  public Demo(
      DemoPlan plan, Launcher launcher, PrintStream out, PrintStream screen, boolean interactive) {
    this.plan = requireNonNull(plan);
    this.launcher = requireNonNull(launcher);
    this.out = requireNonNull(out);
    this.screen = requireNonNull(screen);
    this.interactive = interactive;
  }

  /**
   * Shows everything and cleans up. On failure the folder stays.
   *
   * @throws ExpectationException where something that had to happen has not
   */
  public void run()
      throws IOException,
          InterruptedException,
          ExpectationException,
          SettingsException,
          KeyException,
          MakeException {
    long startNanos = System.nanoTime();
    Scratch scratch = Scratch.make("tilecast-demo");
    if (plan.keep()) {
      scratch.keep();
    }
    boolean shown = false;
    try {
      show(scratch.folder());
      shown = true;
    } finally {
      if (scratch.isEnding()) {
        // Told to end by Ctrl-C: the daemons were killed under our hands, and the folder goes.
        LockSupport.parkNanos(PATIENCE.toNanos());
      }
      if (!shown || plan.keep()) {
        scratch.keep();
        tell("kept", "every tile's home and log are in " + scratch.folder());
      }
    }
    scratch.close();
    tell(
        "done",
        "all as promised, "
            + InWords.span(System.nanoTime() - startNanos)
            + " in all"
            + (plan.keep() ? "" : "; the folder is gone"));
  }

  private void show(Path folder)
      throws IOException,
          InterruptedException,
          ExpectationException,
          SettingsException,
          KeyException,
          MakeException {
    tell("folder", folder.toString());
    long keyNanos = System.nanoTime();
    KeyFolder keys = new KeyFolder(folder.resolve("maker"));
    keys.generate(SIGNER, KEY_BITS);
    tell("key", SIGNER + ", " + KEY_BITS + " bits, made in " + since(keyNanos));
    try (ProcessGrid grid =
        ProcessGrid.create(
            folder,
            plan.width(),
            plan.height(),
            plan.wiring(),
            keys.publicFile(SIGNER),
            ACTIVATION,
            launcher)) {
      SignedFile file =
          new SignedFile(folder.resolve("maker"), keys, SIGNER, NAME, plan.fileBytes());
      start(grid);
      Maker.Made first = file.make(1, SignedFile.MEMBERS);
      tell("made", words(first) + ", " + SignedFile.MEMBERS + " members, signed and sealed");
      drop(grid, first);
      Maker.Made second = file.make(2, 1);
      tell("newer", words(second) + ", 1 of " + SignedFile.MEMBERS + " members changed");
      publish(grid, second);
      ProcessTile far = grid.at(grid.width() - 1, grid.height() - 1);
      runCommand("status", "--home", far.home().toString());
      stop(grid);
      requireActivatedOnce(grid, List.of(first, second));
    }
  }

  private void start(ProcessGrid grid)
      throws IOException, InterruptedException, ExpectationException {
    long startNanos = System.nanoTime();
    grid.start();
    for (ProcessTile tile : grid.tiles()) {
      tile.awaitReady(PATIENCE);
    }
    String ready = since(startNanos);
    grid.awaitJoined(PATIENCE);
    tell(
        "tiles",
        grid.tiles().size()
            + " daemons ready in "
            + ready
            + ", and joined by "
            + grid.links()
            + " links in "
            + since(startNanos));
  }

  /** As a person would: the seal, then a copy under another name, then a rename. */
  private void drop(ProcessGrid grid, Maker.Made made)
      throws IOException, InterruptedException, ExpectationException {
    ProcessTile corner = grid.at(0, 0);
    Path inbox = corner.home().resolve("inbox");
    Path part = inbox.resolve("." + NAME + ".part");
    Files.copy(Seal.pathFor(made.file()), inbox.resolve(NAME + Seal.SUFFIX));
    Files.copy(made.file(), part);
    Files.move(part, inbox.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    long startNanos = System.nanoTime();
    tell("dropped", "into the inbox of tile " + corner.label() + ", where it must rest a second");
    follow(grid, made, startNanos);
  }

  private void publish(ProcessGrid grid, Maker.Made made)
      throws IOException, InterruptedException, ExpectationException {
    ProcessTile corner =
        grid.width() > 1 ? grid.at(grid.width() - 1, 0) : grid.at(0, grid.height() - 1);
    long startNanos = System.nanoTime();
    runCommand("publish", "--home", corner.home().toString(), made.file().toString());
    follow(grid, made, startNanos);
  }

  private void follow(ProcessGrid grid, Maker.Made made, long startNanos)
      throws IOException, InterruptedException, ExpectationException {
    Version version = made.accepted().version().orElseThrow();
    SpreadView view = new SpreadView(grid, out, screen, interactive);
    watch(grid, version, view, startNanos);
    tell("spread", "live on all " + grid.tiles().size() + " tiles after " + since(startNanos));
    if (!interactive) {
      view.rows().forEach(out::println);
    }
    requireSameBytes(grid, made.file());
    awaitActivated(grid, version);
  }

  private void watch(ProcessGrid grid, Version version, SpreadView view, long startNanos)
      throws IOException, ExpectationException {
    List<Integer> waiting = new ArrayList<>();
    for (int i = 0; i < grid.tiles().size(); i++) {
      waiting.add(i);
    }
    while (true) {
      for (int i : List.copyOf(waiting)) {
        TileReport report = reportOf(grid.tiles().get(i));
        if (holds(report, version)) {
          view.live(i, System.nanoTime() - startNanos);
          waiting.remove((Integer) i);
        } else {
          report.transfers().stream()
              .filter(transfer -> transfer.stamp() == version.stamp())
              .forEach(t -> view.holds(i, InWords.percent(t.verifiedBytes(), t.fileLength())));
        }
      }
      view.refresh();
      if (waiting.isEmpty()) {
        return;
      }
      if (System.nanoTime() - startNanos > PATIENCE.toNanos()) {
        ProcessTile tile = grid.tiles().get(waiting.get(0));
        throw new ExpectationException(
            version.name()
                + " is not live on "
                + waiting.size()
                + " of "
                + grid.tiles().size()
                + " tiles "
                + since(startNanos)
                + " after it was published; ask the log of the first: "
                + tile.diary());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static TileReport reportOf(ProcessTile tile) throws IOException, ExpectationException {
    try {
      return tile.report();
    } catch (NoDaemonException e) {
      throw new ExpectationException(
          "tile " + tile.label() + " does not answer; its log is " + tile.diary());
    }
  }

  private static boolean holds(TileReport report, Version version) {
    return report.live().stream().anyMatch(live -> live.entry().version().equals(version));
  }

  private void requireSameBytes(ProcessGrid grid, Path original)
      throws IOException, ExpectationException {
    long startNanos = System.nanoTime();
    for (ProcessTile tile : grid.tiles()) {
      Path live = tile.home().resolve("live").resolve(NAME);
      long differsAt = Files.mismatch(original, live);
      if (differsAt >= 0) {
        throw new ExpectationException(
            live + " differs from " + original + " at byte " + differsAt + ", expected the same");
      }
    }
    ProcessTile far = grid.tiles().get(grid.tiles().size() - 1);
    tell(
        "equal",
        "the "
            + Files.size(original)
            + " bytes are the same on all "
            + grid.tiles().size()
            + " tiles, the far corner "
            + far.label()
            + " included (compared in "
            + since(startNanos)
            + ")");
  }

  private void awaitActivated(ProcessGrid grid, Version version)
      throws IOException, InterruptedException, ExpectationException {
    for (ProcessTile tile : grid.tiles()) {
      tile.await(
          report -> report.activations().stream().anyMatch(state -> isDone(state, version)),
          "run the activation command of stamp " + version.stamp(),
          PATIENCE);
    }
    tell("activated", "its command has run on all " + grid.tiles().size() + " tiles");
  }

  private static boolean isDone(ActivationState state, Version version) {
    return state.name().equals(version.name())
        && state.stamp() == version.stamp()
        && state.phase() == ActivationState.Phase.DONE;
  }

  private void stop(ProcessGrid grid) throws InterruptedException, ExpectationException {
    long startNanos = System.nanoTime();
    grid.tiles().forEach(ProcessTile::terminate);
    for (ProcessTile tile : grid.tiles()) {
      Duration left = STOP_MAX.minusNanos(System.nanoTime() - startNanos);
      int exitCode = tile.awaitExit(left.isNegative() ? Duration.ZERO : left);
      if (exitCode != 0) {
        throw new ExpectationException(
            "tile "
                + tile.label()
                + " ended with exit code "
                + exitCode
                + " after SIGTERM, expected 0; its log is "
                + tile.diary());
      }
    }
    tell("stopped", "all daemons, by SIGTERM, in " + since(startNanos));
  }

  private void requireActivatedOnce(ProcessGrid grid, List<Maker.Made> versions)
      throws IOException, ExpectationException {
    List<String> expected =
        versions.stream()
            .map(made -> made.accepted().version().orElseThrow())
            .map(version -> version.name() + " " + version.stamp())
            .toList();
    for (ProcessTile tile : grid.tiles()) {
      Path record = tile.home().resolve("activated.txt");
      List<String> lines = linesOf(record).orElse(List.of());
      if (!lines.equals(expected)) {
        throw new ExpectationException(record + " says " + lines + ", expected " + expected);
      }
    }
    tell(
        "once",
        "every tile's command has run exactly once for each of the "
            + versions.size()
            + " versions");
  }

  private static Optional<List<String>> linesOf(Path file) throws IOException {
    try {
      return Optional.of(Files.readAllLines(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Runs a command as a person would, and shows both. */
  private void runCommand(String... arguments)
      throws IOException, InterruptedException, ExpectationException {
    out.println("$ tilecast " + String.join(" ", arguments));
    Invocation invocation = Invocation.run(launcher.command(List.of(arguments)), PATIENCE);
    invocation.output().lines().forEach(line -> out.println("  " + line));
    invocation.orFail("tilecast " + arguments[0]);
  }

  private static String words(Maker.Made made) {
    Version version = made.accepted().version().orElseThrow();
    return version.name()
        + ", stamp "
        + InWords.stamp(version.stamp())
        + ", "
        + InWords.bytes(made.accepted().fileLength());
  }

  private static String since(long startNanos) {
    return InWords.span(System.nanoTime() - startNanos);
  }

  private void tell(String label, String text) {
    out.println(label + " ".repeat(Math.max(1, 12 - label.length())) + text);
  }
}
