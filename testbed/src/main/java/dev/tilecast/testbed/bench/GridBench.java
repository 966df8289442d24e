package dev.tilecast.testbed.bench;

import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * How soon one file that is dropped into a corner is live on all of a grid as T2 tiles are laid,
 * worst of several seeds. Each seed is another file, other boot ids and another order of telling.
 */
final class GridBench implements Bench {
  private static final double BOUNDS_MAX = 1.25;

  private final Plan plan;

  /**
   * How much is measured.
   *
   * @param side tiles in a row, and rows
   * @param cleanSeeds where nothing goes wrong, and every direction has queues of its own
   * @param otherSeeds of each of the other lines
   * @param threads that run a world each
   */
  record Plan(int side, int fileBytes, int cleanSeeds, int otherSeeds, int threads) {
    static final Plan WHOLE = new Plan(8, 2 << 20, 20, 3, 2);
  }

  /** What came of one seed. */
  private record Run(double seconds, double bound) {
    double bounds() {
      return seconds / bound;
    }
  }

  GridBench() {
    this(Plan.WHOLE);
  }

  GridBench(Plan plan) {
    this.plan = plan;
  }

  @Override
  public void run(Consumer<Figure> figures) throws InterruptedException, ExpectationException {
    World.Setting clean = setting(LinkSettings.PERFECT, DeviceSettings.INDEPENDENT);
    Run worst = worst(clean, plan.cleanSeeds());
    figures.accept(
        Figure.atMost(BOUNDS_MAX * worst.bound(), "grid.live", worst.seconds(), "s")
            .bound(worst.bound()));
    tell(figures, "grid.stalls", setting(LinkSettings.T2, DeviceSettings.INDEPENDENT));
    tell(figures, "grid.shared", setting(LinkSettings.PERFECT, DeviceSettings.T2));
  }

  private static World.Setting setting(LinkSettings links, DeviceSettings device) {
    return new World.Setting(links, device, TileModel.QUICK);
  }

  private void tell(Consumer<Figure> figures, String name, World.Setting setting)
      throws InterruptedException, ExpectationException {
    Run worst = worst(setting, plan.otherSeeds());
    figures.accept(Figure.told(name, worst.seconds(), "s").bound(worst.bound()));
  }

  /** The run that took longest for its bound, which depends a little on where a file is cut. */
  private Run worst(World.Setting setting, int seeds)
      throws InterruptedException, ExpectationException {
    ExecutorService threads = Executors.newFixedThreadPool(plan.threads());
    try {
      List<Future<Run>> runs = new ArrayList<>();
      for (int seed = 1; seed <= seeds; seed++) {
        int one = seed;
        runs.add(threads.submit(() -> run(setting, one)));
      }
      Run worst = of(runs.get(0));
      for (Future<Run> run : runs) {
        worst = of(run).bounds() > worst.bounds() ? of(run) : worst;
      }
      return worst;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Run of(Future<Run> future) throws InterruptedException, ExpectationException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ExpectationException expectation) {
        throw expectation;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private Run run(World.Setting setting, int seed) throws ExpectationException {
    Topology topology = Topology.brick(plan.side(), plan.side());
    Spread spread = new Spread(topology, setting, seed);
    double seconds = spread.run(world -> SampleFile.sealed(world, plan.fileBytes()));
    SimFile file = spread.world().mint().files().iterator().next();
    int hops = topology.distances(Spread.START).values().stream().mapToInt(d -> d).max().orElse(0);
    return new Run(seconds, StreamingBound.of(file, setting).byTwoPaths(hops));
  }
}
