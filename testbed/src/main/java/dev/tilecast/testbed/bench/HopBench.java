package dev.tilecast.testbed.bench;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.SignedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      double first = Journey.along(rig, warm).fromVerdict();
      figures.accept(Figure.told("hop.first", speed(warm, first), "MB/s"));
      ProcessTile from = rig.grid().at(0, 0);
      ProcessTile to = rig.grid().at(1, 0);
      Optional<Duration> fromCpu = from.cpu();
      Optional<Duration> toCpu = to.cpu();
      TileReport before = to.report();
      double seconds = Journey.along(rig, timed).fromVerdict();
      figures.accept(
          Figure.atLeast(MEGABYTES_PER_SECOND_MIN, "hop.speed", speed(timed, seconds), "MB/s"));
      tellCpu(figures, "hop.cpu-publishing", fromCpu, from.cpu());
      tellCpu(figures, "hop.cpu-pulling", toCpu, to.cpu());
      tellTraffic(figures, timed, before, to.report());
      baselines(figures, rig.folder(), timed.file());
    }
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
    Baselines.digests(bytes);
    double digests = Baselines.digests(bytes);
    double disk = Baselines.disk(folder, bytes);
    double megabytes = bytes.length / MEGABYTE;
    figures.accept(Figure.told("hop.disk-alone", megabytes / disk, "MB/s"));
    figures.accept(Figure.told("hop.digests-alone", megabytes / digests, "MB/s"));
  }
}
