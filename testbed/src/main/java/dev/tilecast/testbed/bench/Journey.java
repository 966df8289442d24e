package dev.tilecast.testbed.bench;

import dev.tilecast.engine.admin.Question;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.engine.mfz.Seal;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.ProcessTile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * One file on its way along a row of daemons, until it is live on the last one, in seconds.
 *
 * @param fromDrop since it was renamed into the inbox of the first one
 * @param fromVerdict since that one has answered that it is live there
 */
record Journey(double fromDrop, double fromVerdict) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** Drops {@code made} and waits. */
  static Journey along(Rig rig, Maker.Made made) throws IOException, ExpectationException {
    List<ProcessTile> tiles = rig.grid().tiles();
    return between(tiles.get(0), tiles.get(tiles.size() - 1), made);
  }

  /** Drops {@code made} at {@code first} and waits until {@code last} has it. */
  static Journey between(ProcessTile first, ProcessTile last, Maker.Made made)
      throws IOException, ExpectationException {
    String name = made.file().getFileName().toString();
    final long dropNanos = drop(first, made);
    Optional<Verdict> verdict = first.client().dropped(name, Rig.PATIENCE, () -> {});
    final long verdictNanos = System.nanoTime();
    if (!(verdict.orElse(null) instanceof Verdict.Live)) {
      throw new ExpectationException(name + " was to go live, but the verdict is " + verdict);
    }
    Version version = made.accepted().version().orElseThrow();
    Question.AwaitLive question =
        new Question.AwaitLive(
            version.name(), version.stamp(), version.innerDigest(), Rig.PATIENCE);
    boolean met = last.client().awaitLive(question, words -> {}).get("met").getAsBoolean();
    final long liveNanos = System.nanoTime();
    if (!met) {
      throw new ExpectationException(
          name + " did not reach tile " + last.label() + " within " + Rig.PATIENCE);
    }
    Path live = last.home().resolve("live").resolve(name);
    if (Files.mismatch(made.file(), live) >= 0) {
      throw new ExpectationException(live + " differs from " + made.file());
    }
    return new Journey(
        (liveNanos - dropNanos) / NANOS_PER_SECOND, (liveNanos - verdictNanos) / NANOS_PER_SECOND);
  }

  /**
   * Puts a made file into the inbox of {@code tile}, whole at once, after its seal.
   *
   * @return the instant just before it was there
   */
  private static long drop(ProcessTile tile, Maker.Made made) throws IOException {
    Path inbox = tile.home().resolve("inbox");
    Path file = made.file();
    Path dropped = inbox.resolve(file.getFileName());
    Path part = inbox.resolve("." + file.getFileName() + ".part");
    Files.copy(file, part);
    Files.copy(Seal.pathFor(file), Seal.pathFor(dropped), StandardCopyOption.REPLACE_EXISTING);
    long nanos = System.nanoTime();
    Files.move(part, dropped, StandardCopyOption.ATOMIC_MOVE);
    return nanos;
  }
}
