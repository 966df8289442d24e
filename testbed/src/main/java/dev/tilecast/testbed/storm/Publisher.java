package dev.tilecast.testbed.storm;

import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.testbed.process.Invocation;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.SignedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Publishes versions, one after the other, at whatever tiles: of one name, or each of a name of its
 * own. Belongs to one thread.
 */
final class Publisher {
  private static final Duration VERDICT_MAX = Duration.ofSeconds(15);
  private static final Duration COMMAND_MAX = Duration.ofSeconds(40);

  private static final int ASKED_MAX = 3;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int NO_DAEMON = 3;
  private static final int TIMED_OUT = 4;

  private final IntFunction<SignedFile> files;
  private final List<ProcessTile> tiles;
  private final int tinyTile;
  private final Launcher launcher;
  private final Ledger ledger;
  private final Floors floors;
  private final Violations violations;
  private final Tally tally;
  private final Duration answerMax;

  private int version;
  private Optional<Ready> newest = Optional.empty();
  private Optional<Ready> old = Optional.empty();

  /** A file that lies ready. */
  private record Ready(Path file, Published published) {}

  /**
   * A publisher that has made nothing yet.
   *
   * @param files of which file the version of a number is, counted from 1
   * @param answerMax how long a command waits for a daemon to answer before it is given up
   */
  Publisher(
      IntFunction<SignedFile> files,
      List<ProcessTile> tiles,
      int tinyTile,
      Launcher launcher,
      Ledger ledger,
      Floors floors,
      Violations violations,
      Tally tally,
      Duration answerMax) {
    this.files = files;
    this.tiles = List.copyOf(tiles);
    this.tinyTile = tinyTile;
    this.launcher = launcher;
    this.ledger = ledger;
    this.floors = floors;
    this.violations = violations;
    this.tally = tally;
    this.answerMax = answerMax;
  }

  /** Carries out one publish, until its verdict where somebody waits for one. */
  void strike(Strike.Publish strike)
      throws IOException, InterruptedException, MakeException, KeyException {
    if (strike.way() == Strike.Way.OLD && old.isPresent()) {
      publish(strike.tile(), old.get(), false);
      return;
    }
    Ready ready = make(strike.changed());
    if (strike.way() == Strike.Way.INBOX) {
      drop(strike.tile(), ready);
    } else {
      publish(strike.tile(), ready, true);
    }
  }

  private Ready make(int changed) throws IOException, MakeException, KeyException {
    version++;
    Maker.Made made =
        files.apply(version).make(version, version == 1 ? SignedFile.MEMBERS : changed);
    Ready ready = new Ready(made.file(), ledger.made(made));
    tally.add(Tally.Count.MADE);
    if (old.isPresent()) {
      delete(old.get().file());
    }
    old = newest;
    newest = Optional.of(ready);
    return ready;
  }

  private static void delete(Path made) throws IOException {
    Files.delete(made);
    Files.deleteIfExists(made.resolveSibling(made.getFileName() + ".seal"));
    Files.delete(made.getParent());
  }

  private void drop(int tile, Ready ready) throws IOException {
    Path inbox = tiles.get(tile).home().resolve("inbox");
    Path part = inbox.resolve("." + ready.published().name() + ".part");
    try {
      Files.copy(ready.file(), part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, inbox.resolve(ready.published().name()), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (tile != tinyTile) {
        throw e;
      }
      Files.deleteIfExists(part);
      tally.add(Tally.Count.REFUSED_FOR_ROOM);
      return;
    }
    tally.add(Tally.Count.INBOX);
    if (tile != tinyTile) {
      ledger.delivered(tile, ready.published());
    }
  }

  private void publish(int tile, Ready ready, boolean fresh)
      throws IOException, InterruptedException {
    if (!fresh) {
      tally.add(Tally.Count.REPEATED);
      ledger.mayBeReplaced(tile, ready.published());
    }
    Invocation invocation = askPatiently(tile, ready);
    switch (invocation.exitCode()) {
      case DONE -> {
        tally.add(Tally.Count.ACKNOWLEDGED);
        ledger.acknowledged(ready.published());
        floors.raise(tile, ready.published());
      }
      case NO_DAEMON, TIMED_OUT -> tally.add(Tally.Count.NOT_ANSWERED);
      case FAILED -> refused(tile, ready, invocation.output());
      default -> unexpected(tile, ready, invocation);
    }
  }

  /** As a person would: who finds no daemon, or whose daemon was killed, tries it again. */
  private Invocation askPatiently(int tile, Ready ready) throws IOException, InterruptedException {
    List<String> command =
        launcher.command(
            List.of(
                "publish",
                "--home",
                tiles.get(tile).home().toString(),
                "--timeout",
                VERDICT_MAX.toSeconds() + "s",
                ready.file().toString()));
    Invocation invocation;
    int asked = 0;
    do {
      awaitAnswer(tiles.get(tile));
      invocation = Invocation.run(command, COMMAND_MAX);
      asked++;
    } while (invocation.exitCode() == NO_DAEMON && asked < ASKED_MAX);
    return invocation;
  }

  /** A look costs less than a command that finds nobody. */
  private void awaitAnswer(ProcessTile tile) throws IOException {
    long endNanos = System.nanoTime() + answerMax.toNanos();
    while (System.nanoTime() < endNanos) {
      try {
        tile.report();
        return;
      } catch (NoDaemonException e) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  private void refused(int tile, Ready ready, String said) {
    if (tile == tinyTile && saysNoRoom(said)) {
      tally.add(Tally.Count.REFUSED_FOR_ROOM);
    } else if (ledger.isOvertaken(ready.published()) && said.contains("refused: ")) {
      tally.add(Tally.Count.REFUSED_OLD);
    } else {
      violations.add(
          "tile "
              + tiles.get(tile).label()
              + " did not accept "
              + ready.published()
              + ", of which there is no newer version: "
              + said.strip());
    }
  }

  /** In the words of the program, or of the C library where even the inbox has no room. */
  private static boolean saysNoRoom(String said) {
    return said.contains("No space left on device")
        || said.contains("are free on this tile")
        || said.contains("are kept in reserve")
        || said.contains("this tile takes");
  }

  private void unexpected(int tile, Ready ready, Invocation invocation) {
    violations.add(
        "publishing "
            + ready.published()
            + " at tile "
            + tiles.get(tile).label()
            + " ended with exit code "
            + invocation.exitCode()
            + ": "
            + invocation.output().strip());
  }
}
