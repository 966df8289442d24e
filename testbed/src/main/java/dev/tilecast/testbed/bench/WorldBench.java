package dev.tilecast.testbed.bench;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.check.Promises;
import dev.tilecast.testbed.fuzz.Fuzz;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Timeline;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.Watch;
import dev.tilecast.testbed.world.World;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How quick the simulator is: one file on a large grid whose promises are judged all the while,
 * seeds with faults on a small one, and whether one seed is one world.
 */
final class WorldBench implements Bench {
  private static final int SIDE = 64;
  private static final int SMALL_SIDE = 16;
  private static final int FILE_BYTES = 64 << 10;
  private static final double WALL_SECONDS_MAX = 60;
  private static final double MEMORY_MIB_MAX = 2048;
  private static final double SEEDS_A_MINUTE_MIN = 300;
  private static final int SEEDS = 100;
  private static final Fuzz.Grid FUZZ_GRID = new Fuzz.Grid(5, 5);
  private static final int FUZZ_THREADS = 2;
  private static final long VIRTUAL_NANOS_MAX = 3600 * 1_000_000_000L;
  private static final double MIB = 1 << 20;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Told of it, asked for it, sent: no byte of a file arrives without these three packets. */
  private static final int PACKETS_BEFORE_FIRST_BYTE = 3;

  /** As {@code SimShell} promotes: synced, archived, renamed, folders synced, marked. */
  private static final int DISK_STEPS = 5;

  private static final World.Setting SETTING =
      new World.Setting(LinkSettings.T2, DeviceSettings.INDEPENDENT, TileModel.QUICK);

  /** One file on its way over a grid. */
  private static final class Spread implements Watch {
    private final World world;
    private int live;
    private long firstAt;
    private long lastAt;

    Spread(int side, long seed) {
      world = new World(new Timeline(seed), Topology.brick(side, side), SETTING);
      world.watch(new Promises(world));
      world.watch(this);
    }

    @Override
    public void wentLive(SimTile tile, SimFile file, Bytes content) {
      if (live == 0) {
        firstAt = world.now();
      }
      live++;
      lastAt = world.now();
    }

    void run() throws ExpectationException {
      world.startAll();
      SimFile file = world.mint().make(new Name("bench.mfz"), 100, FILE_BYTES, TileModel.SIGNER);
      world.drop(world.tile(new Place(0, 0)), file);
      int tiles = world.tiles().size();
      if (!world.runUntil(() -> live == tiles, VIRTUAL_NANOS_MAX)) {
        throw new ExpectationException(
            "the file is live on "
                + live
                + " of "
                + tiles
                + " tiles after an hour of virtual time");
      }
    }

    double virtualSeconds() {
      return (lastAt - firstAt) / NANOS_PER_SECOND;
    }
  }

  @Override
  public void run(Consumer<Figure> figures)
      throws IOException, InterruptedException, ExpectationException {
    large(figures);
    same(figures);
    fuzz(figures);
  }

  private static void large(Consumer<Figure> figures) throws IOException, ExpectationException {
    List<MemoryPoolMXBean> heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    heap.forEach(MemoryPoolMXBean::resetPeakUsage);
    long wallNanos = System.nanoTime();
    long cpuNanos = cpuNanos();
    Spread spread = new Spread(SIDE, 1);
    spread.run();
    double cpu = (cpuNanos() - cpuNanos) / NANOS_PER_SECOND;
    double wall = (System.nanoTime() - wallNanos) / NANOS_PER_SECOND;
    long events = spread.world.timeline().executed();
    figures.accept(Figure.atMost(WALL_SECONDS_MAX, "world.wall", wall, "s"));
    figures.accept(Figure.told("world.cpu", cpu, "s"));
    figures.accept(Figure.told("world.events", (double) events, ""));
    figures.accept(Figure.told("world.events-a-second", Math.rint(events / wall), ""));
    double used = heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum() / MIB;
    figures.accept(Figure.atMost(MEMORY_MIB_MAX, "world.heap", used, "MiB"));
    peakResidentBytes()
        .ifPresent(
            bytes ->
                figures.accept(
                    Figure.atMost(MEMORY_MIB_MAX, "world.resident", bytes / MIB, "MiB")));
    figures.accept(
        Figure.told("world.virtual", spread.virtualSeconds(), "s")
            .bound(boundSeconds(spread.world.topology())));
  }

  /** When the last tile could have it at the earliest, after the first one. */
  private static double boundSeconds(Topology topology) {
    LinkSettings.Speed speed = LinkSettings.T2.speed();
    int mtu = SETTING.device().mtu();
    double payload = (double) speed.bytesPerSecond() * Codec.dataBytes(mtu) / mtu;
    TileModel tile = SETTING.tile();
    HopByHop best =
        new HopByHop(
            FILE_BYTES,
            payload,
            PACKETS_BEFORE_FIRST_BYTE * speed.latencyNanos(),
            tile.inspectNanos() + DISK_STEPS * tile.diskNanos());
    Map<Place, Double> earliest = best.earliest(topology, new Place(0, 0));
    return earliest.values().stream().mapToDouble(at -> at).max().orElse(0) / NANOS_PER_SECOND;
  }

  private static void same(Consumer<Figure> figures) throws ExpectationException {
    Spread one = new Spread(SMALL_SIDE, 2);
    one.run();
    Spread other = new Spread(SMALL_SIDE, 2);
    other.run();
    boolean same =
        one.world.timeline().history().digest() == other.world.timeline().history().digest();
    figures.accept(Figure.atMost(0, "world.differing", same ? 0 : 1, "traces"));
  }

  private static void fuzz(Consumer<Figure> figures)
      throws InterruptedException, ExpectationException {
    Fuzz.Request request =
        new Fuzz.Request(
            SEEDS,
            1,
            Long.MAX_VALUE / 2,
            1,
            1,
            Optional.empty(),
            Optional.of(FUZZ_GRID),
            false,
            FUZZ_THREADS);
    List<String> told = new ArrayList<>();
    long wallNanos = System.nanoTime();
    Fuzz.Result result = new Fuzz(request, System::nanoTime, told::add).run();
    double minutes = (System.nanoTime() - wallNanos) / NANOS_PER_SECOND / 60;
    if (result.broken() > 0) {
      throw new ExpectationException(String.join("\n", told));
    }
    figures.accept(
        Figure.atLeast(SEEDS_A_MINUTE_MIN, "world.seeds", result.run() / minutes, "a minute"));
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** The most memory of this process that ever was resident, where the system tells (Linux). */
  private static Optional<Long> peakResidentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return Optional.empty();
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst();
  }
}
