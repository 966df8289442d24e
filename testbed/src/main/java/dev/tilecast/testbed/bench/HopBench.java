package dev.tilecast.testbed.bench;

import dev.tilecast.engine.admin.Question;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.SignedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How fast a large file crosses one link of loopback, from its verdict at one daemon until it is
 * live at the other: pulled, checked chunk by chunk and as a whole, synced and promoted. Beside it
 * stands what this disk and these digests cost by themselves, measured in the same run.
 */
final class HopBench implements Bench {
  private static final long FILE_BYTES = 64L << 20;
  private static final double MEGABYTES_PER_SECOND_MIN = 60;
  private static final int PIECE_BYTES = 1 << 20;
  private static final double MEGABYTE = 1e6;

  private final Launcher launcher;

  HopBench(Launcher launcher) {
    this.launcher = launcher;
  }

  @Override
  public void run(Consumer<Figure> figures)
      throws IOException,
          InterruptedException,
          ExpectationException,
          SettingsException,
          KeyException,
          MakeException {
    try (Rig rig = Rig.row(2, launcher)) {
      Maker.Made warm = rig.file("warm.mfz", FILE_BYTES).make(1, SignedFile.MEMBERS);
      Maker.Made timed = rig.file("timed.mfz", FILE_BYTES).make(2, SignedFile.MEMBERS);
      rig.grid().start();
      rig.grid().awaitJoined(Rig.PATIENCE);
      double first = cross(rig, warm);
      figures.accept(Figure.told("hop.first", speed(warm, first), "MB/s"));
      ProcessTile from = rig.grid().at(0, 0);
      ProcessTile to = rig.grid().at(1, 0);
      Optional<Duration> fromCpu = from.cpu();
      Optional<Duration> toCpu = to.cpu();
      TileReport before = to.report();
      double seconds = cross(rig, timed);
      figures.accept(
          Figure.atLeast(MEGABYTES_PER_SECOND_MIN, "hop.speed", speed(timed, seconds), "MB/s"));
      tellCpu(figures, "hop.cpu-publishing", fromCpu, from.cpu());
      tellCpu(figures, "hop.cpu-pulling", toCpu, to.cpu());
      tellTraffic(figures, timed, before, to.report());
      baselines(figures, rig.folder(), timed.file());
    }
  }

  /** Seconds from the verdict at the one until the file is live at the other. */
  private static double cross(Rig rig, Maker.Made made) throws IOException, ExpectationException {
    ProcessTile from = rig.grid().at(0, 0);
    Path file = made.file();
    String name = file.getFileName().toString();
    Path inbox = from.home().resolve("inbox");
    Path part = inbox.resolve("." + name + ".part");
    Files.copy(file, part);
    Files.move(part, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    Optional<Verdict> verdict = from.client().dropped(name, Rig.PATIENCE, () -> {});
    long startNanos = System.nanoTime();
    if (!(verdict.orElse(null) instanceof Verdict.Live)) {
      throw new ExpectationException(name + " was to go live, but the verdict is " + verdict);
    }
    Version version = made.accepted().version().orElseThrow();
    Question.AwaitLive question =
        new Question.AwaitLive(
            version.name(), version.stamp(), version.innerDigest(), Rig.PATIENCE);
    boolean met =
        rig.grid().at(1, 0).client().awaitLive(question, words -> {}).get("met").getAsBoolean();
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    if (!met) {
      throw new ExpectationException(name + " did not cross the link within " + Rig.PATIENCE);
    }
    Path live = rig.grid().at(1, 0).home().resolve("live").resolve(name);
    if (Files.mismatch(file, live) >= 0) {
      throw new ExpectationException(live + " differs from " + file);
    }
    return seconds;
  }

  private static double speed(Maker.Made made, double seconds) {
    return made.accepted().fileLength() / MEGABYTE / seconds;
  }

  private static void tellCpu(
      Consumer<Figure> figures, String name, Optional<Duration> before, Optional<Duration> after) {
    if (before.isPresent() && after.isPresent()) {
      double seconds = after.get().minus(before.get()).toNanos() / 1e9;
      figures.accept(Figure.told(name, seconds, "s"));
    }
  }

  private static void tellTraffic(
      Consumer<Figure> figures, Maker.Made made, TileReport before, TileReport after) {
    long packets = counter(after, "data") - counter(before, "data");
    long wire = counter(after, "link_bytes_received") - counter(before, "link_bytes_received");
    long unneeded =
        counter(after, "data_not_needed")
            + counter(after, "data_late")
            - counter(before, "data_not_needed")
            - counter(before, "data_late");
    long length = made.accepted().fileLength();
    figures.accept(Figure.told("hop.data-packets", (double) packets, "packets"));
    figures.accept(Figure.told("hop.unneeded", 100.0 * unneeded / packets, "%"));
    figures.accept(Figure.told("hop.wire-per-byte", (double) wire / length, "bytes"));
  }

  private static long counter(TileReport report, String name) {
    return report.neighbors().get(0).counters().getOrDefault(name, 0L);
  }

  /** What pulling cannot do without, by itself: the file's bytes on the disk, and its digests. */
  private static void baselines(Consumer<Figure> figures, Path folder, Path file)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    // The first time, the digests are not compiled yet.
    digests(bytes);
    long digestNanos = System.nanoTime();
    digests(bytes);
    double digestSeconds = (System.nanoTime() - digestNanos) / 1e9;
    long diskNanos = System.nanoTime();
    try (FileChannel disk =
        FileChannel.open(
            folder.resolve("baseline"), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      for (int at = 0; at < bytes.length; at += PIECE_BYTES) {
        ByteBuffer piece = ByteBuffer.wrap(bytes, at, Math.min(PIECE_BYTES, bytes.length - at));
        while (piece.hasRemaining()) {
          disk.write(piece);
        }
      }
      disk.force(true);
    }
    double diskSeconds = (System.nanoTime() - diskNanos) / 1e9;
    double megabytes = bytes.length / MEGABYTE;
    figures.accept(Figure.told("hop.disk-alone", megabytes / diskSeconds, "MB/s"));
    figures.accept(Figure.told("hop.digests-alone", megabytes / digestSeconds, "MB/s"));
  }

  private static void digests(byte[] bytes) {
    try {
      MessageDigest.getInstance("SHA-256").digest(bytes);
      MessageDigest.getInstance("SHA-512").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256 and SHA-512", e);
    }
  }
}
