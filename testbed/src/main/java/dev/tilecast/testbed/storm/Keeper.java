package dev.tilecast.testbed.storm;

import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.ProcessTile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps one daemon: starts it, kills it when it is struck, starts it again, and knows whether it
 * has ever ended by itself. Belongs to one thread at a time.
 */
final class Keeper {
  /** 128 and the number of SIGKILL: how the end of a process by {@code kill -9} is reported. */
  private static final int KILLED = 137;

  /** How long a kill waits for what it is aimed at; then it falls anyway. */
  private static final long AIM_NANOS_MAX = TimeUnit.SECONDS.toNanos(3);

  /** How long a kill that does not fall anywhere leaves a daemon to its start. */
  private static final long ANSWER_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

  private static final long ANSWER_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final Duration GONE_MAX = Duration.ofSeconds(10);
  private static final int SAID_CHARACTERS_MAX = 1000;

  private final ProcessTile tile;
  private final boolean tiny;
  private final Violations violations;
  private final Tally tally;
  private long saidBefore;

  /**
   * Keeps {@code tile}.
   *
   * @param tiny whether its disk may be full, so that it may have to stop by itself
   */
  Keeper(ProcessTile tile, boolean tiny, Violations violations, Tally tally) {
    this.tile = tile;
    this.tiny = tiny;
    this.violations = violations;
    this.tally = tally;
  }

  ProcessTile tile() {
    return tile;
  }

  /** Starts the daemon, where it does not run. */
  void start() throws IOException {
    if (!tile.isRunning()) {
      saidBefore = Files.exists(tile.diary()) ? Files.size(tile.diary()) : 0;
      tile.start();
    }
  }

  /** Carries out one kill, to the start that follows it. */
  void strike(Strike.Kill kill, StormClock clock)
      throws IOException, InterruptedException, ExpectationException {
    if (kill.aim() != Strike.Aim.ANYWHERE) {
      awaitAnswer();
    }
    boolean met = aim(kill);
    killOnce();
    if (met && kill.aim() == Strike.Aim.PROMOTION) {
      tally.add(Tally.Count.KILLS_IN_PROMOTION);
    }
    for (long micros : kill.startMicros()) {
      start();
      pauseMicros(micros);
      killOnce();
      tally.add(Tally.Count.KILLS_IN_START);
    }
    if (kill.databaseDeleted()) {
      deleteDatabase();
    }
    clock.pause(kill.downMillis());
    start();
  }

  /** Else a slow machine would spend the whole storm in starts. */
  private void awaitAnswer() throws IOException {
    long endNanos = System.nanoTime() + ANSWER_NANOS_MAX;
    while (tile.isRunning() && System.nanoTime() < endNanos) {
      try {
        tile.report();
        return;
      } catch (NoDaemonException e) {
        LockSupport.parkNanos(ANSWER_LOOK_NANOS);
      }
    }
  }

  /** Waits for what the kill is aimed at; whether that came. */
  private boolean aim(Strike.Kill kill) throws IOException {
    if (kill.aim() == Strike.Aim.ANYWHERE || kill.aim() == Strike.Aim.START) {
      return false;
    }
    Path live = tile.home().resolve("live");
    Path staging = tile.home().resolve("staging");
    Object before = Files.getLastModifiedTime(live);
    long endNanos = System.nanoTime() + AIM_NANOS_MAX;
    boolean met = false;
    while (!met && System.nanoTime() < endNanos) {
      LockSupport.parkNanos(LOOK_NANOS);
      met =
          kill.aim() == Strike.Aim.TRANSFER
              ? !isEmpty(staging)
              : !Files.getLastModifiedTime(live).equals(before);
    }
    if (met) {
      pauseMicros(kill.waitMicros());
    }
    return met;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      return !entries.iterator().hasNext();
    }
  }

  private static void pauseMicros(long micros) {
    long endNanos = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
    for (long left = endNanos - System.nanoTime(); left > 0; left = endNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void killOnce() throws IOException, InterruptedException, ExpectationException {
    tile.kill();
    int exitCode = tile.awaitExit(GONE_MAX);
    if (exitCode == KILLED) {
      tally.add(Tally.Count.KILLS);
      if (!isEmpty(tile.home().resolve("staging"))) {
        tally.add(Tally.Count.KILLS_IN_TRANSFER);
      }
    } else {
      endedByItself(exitCode);
    }
  }

  /** Judges a daemon that nobody has killed and that runs no more. */
  void requireRunning() throws IOException, InterruptedException, ExpectationException {
    if (!tile.isRunning()) {
      endedByItself(tile.awaitExit(GONE_MAX));
    }
  }

  private void endedByItself(int exitCode) throws IOException {
    String said = said();
    if (tiny && exitCode == 1 && said.contains("No space left on device")) {
      tally.add(Tally.Count.STOPS_FOR_ROOM);
      return;
    }
    violations.add(
        "tile "
            + tile.label()
            + " ended by itself with exit code "
            + exitCode
            + " after it had said: "
            + said.substring(Math.max(0, said.length() - SAID_CHARACTERS_MAX)).strip());
  }

  /** What it has written since its last start. */
  private String said() throws IOException {
    byte[] all = Files.readAllBytes(tile.diary());
    int from = (int) Math.min(saidBefore, all.length);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  private void deleteDatabase() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(tile.home().resolve("store"))) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    tally.add(Tally.Count.DATABASES_DELETED);
  }
}
