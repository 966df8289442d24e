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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * How soon a file that is dropped at one end of a row of warm daemons is live at the other end, and
 * how that compares with what no tile can do without: the digests of each tile, on the cores that
 * they share, and the bare passing on of the bytes, both measured in the same run.
 */
final class TcpBench implements Bench {
  private static final int TILES = 8;
  private static final double BOUNDS_MAX = 1.35;

  private static final Size LARGE = new Size(64L << 20, 12, 150, 7);
  private static final double LARGE_SECONDS_MAX = 1.7;
  private static final Size SMALL = new Size(2L << 20, 60, 1500, 31);
  private static final double SMALL_SECONDS_MAX = 0.15;

  /** Two of forty: 5 % of the file. */
  private static final int MEMBERS = 40;

  private static final int EDITED_MEMBERS = 2;
  private static final double EDITED_SECONDS_MAX = 1.5;

  private final Launcher launcher;

  /** Versions made so far, of all files. */
  private int versions;

  /**
   * How large a file is, and how often it is dropped. Daemons compile for the second time only what
   * they have done often: a packet often in one large file, what happens once a file only in many.
   *
   * @param window over so many versions compiling must have taken next to nothing
   * @param warmUpMax what has not become warm after so many versions is measured as it is
   * @param runs versions that are measured
   */
  private record Size(long bytes, int window, int warmUpMax, int runs) {}

  /**
   * A file whose next versions are dropped.
   *
   * @param name of its figures
   * @param changed of its {@link #MEMBERS}
   */
  private record Case(String name, Size size, SignedFile file, int changed, double secondsMax) {}

  /**
   * What one version took.
   *
   * @param processor what all daemons used, where the system tells
   * @param wirePercent bytes that came over the last link, for a hundred of the file
   */
  private record Cost(Journey journey, Optional<ProcessorTime> processor, double wirePercent) {}

  TcpBench(Launcher launcher) {
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
    try (Rig rig = Rig.row(TILES, launcher);
        Relay relay = new Relay(TILES - 1)) {
      SignedFile large = rig.file("large.mfz", LARGE.bytes(), MEMBERS);
      SignedFile small = rig.file("small.mfz", SMALL.bytes(), MEMBERS);
      rig.grid().start();
      rig.grid().awaitJoined(Rig.PATIENCE);
      figures.accept(Figure.told("tcp.first", journey(rig, large, MEMBERS).fromDrop(), "s"));
      for (Case one :
          List.of(
              new Case("tcp.new", LARGE, large, MEMBERS, LARGE_SECONDS_MAX),
              new Case("tcp.edited", LARGE, large, EDITED_MEMBERS, EDITED_SECONDS_MAX),
              new Case("tcp.small", SMALL, small, MEMBERS, SMALL_SECONDS_MAX))) {
        figures.accept(Figure.told(one.name() + "-warm-up", warm(rig, one), "files"));
        measure(rig, relay, one, figures);
      }
    }
  }

  /** Drops the next version of {@code file}. */
  private Journey journey(Rig rig, SignedFile file, int changed)
      throws IOException, ExpectationException, KeyException, MakeException {
    return Journey.along(rig, file.make(++versions, changed));
  }

  /** Drops versions until the daemons are warm; returns how many. */
  private int warm(Rig rig, Case one)
      throws IOException, ExpectationException, KeyException, MakeException {
    Warmth warmth = new Warmth(one.size().window());
    warmth.look(ProcessorTime.of(rig.grid().tiles()));
    int files = 0;
    while (files < one.size().warmUpMax() && !warmth.isReached()) {
      journey(rig, one.file(), one.changed());
      warmth.look(ProcessorTime.of(rig.grid().tiles()));
      files++;
    }
    return files;
  }

  private void measure(Rig rig, Relay relay, Case one, Consumer<Figure> figures)
      throws IOException, InterruptedException, ExpectationException, KeyException, MakeException {
    Cost[] costs = new Cost[one.size().runs()];
    double[] digests = new double[one.size().runs()];
    double[] relayed = new double[one.size().runs()];
    double[] passes = new double[one.size().runs()];
    for (int i = 0; i < one.size().runs(); i++) {
      Maker.Made made = one.file().make(++versions, one.changed());
      costs[i] = travel(rig, made);
      byte[] bytes = Files.readAllBytes(made.file());
      // The first time, the digests are not compiled yet.
      Baselines.digests(bytes);
      digests[i] = Baselines.digests(bytes);
      byte[] news = Arrays.copyOf(bytes, bytes.length / MEMBERS * one.changed());
      relay.seconds(news);
      relayed[i] = relay.seconds(news);
      Baselines.passes(rig.folder(), bytes);
      passes[i] = Baselines.passes(rig.folder(), bytes);
    }
    Row row = new Row(TILES, Runtime.getRuntime().availableProcessors());
    double bound = row.seconds(Median.of(digests), Median.of(relayed));
    double seconds = median(costs, cost -> cost.journey().fromDrop());
    String name = one.name();
    figures.accept(Figure.atMost(one.secondsMax(), name, seconds, "s").bound(bound));
    figures.accept(Figure.atMost(BOUNDS_MAX, name + "-by-bound", seconds / bound, "").bound(1));
    figures.accept(
        Figure.told(name + "-verdict", median(costs, cost -> cost.journey().fromVerdict()), "s"));
    if (Arrays.stream(costs).allMatch(cost -> cost.processor().isPresent())) {
      figures.accept(
          Figure.told(name + "-cpu", median(costs, cost -> cost.processor().get().all()), "s")
              .bound(Median.of(digests) * TILES));
      figures.accept(
          Figure.told(
              name + "-compiling",
              median(costs, cost -> cost.processor().get().compilingPercent()),
              "%"));
    }
    figures.accept(
        Figure.told(name + "-wire", median(costs, Cost::wirePercent), "%")
            .bound(100.0 * one.changed() / MEMBERS));
    figures.accept(Figure.told(name + "-digests", Median.of(digests), "s"));
    figures.accept(Figure.told(name + "-relay", Median.of(relayed), "s"));
    double floor = row.seconds(Median.of(digests) + Median.of(passes), Median.of(relayed));
    figures.accept(Figure.told(name + "-floor", floor, "s"));
  }

  private static Cost travel(Rig rig, Maker.Made made) throws IOException, ExpectationException {
    List<ProcessTile> tiles = rig.grid().tiles();
    ProcessTile last = tiles.get(tiles.size() - 1);
    Optional<ProcessorTime> before = ProcessorTime.of(tiles);
    long wireBefore = received(last);
    Journey journey = Journey.along(rig, made);
    long wire = received(last) - wireBefore;
    Optional<ProcessorTime> after = ProcessorTime.of(tiles);
    return new Cost(
        journey,
        after.flatMap(now -> before.map(now::since)),
        100.0 * wire / made.accepted().fileLength());
  }

  private static long received(ProcessTile tile) throws IOException {
    TileReport report = tile.report();
    return report.neighbors().get(0).counters().getOrDefault("link_bytes_received", 0L);
  }

  private static double median(Cost[] costs, ToDoubleFunction<Cost> of) {
    return Median.of(Arrays.stream(costs).mapToDouble(of).toArray());
  }
}
