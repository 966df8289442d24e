package dev.tilecast.testbed.bench;

import dev.tilecast.testbed.fuzz.Fuzz;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Topology;
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
  private static final double MIB = 1 << 20;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Told of it, asked for it, sent: no byte of a file arrives without these three packets. */
  private static final int PACKETS_BEFORE_FIRST_BYTE = 3;

  /** As {@code SimPromotion} promotes: synced, archived, renamed, folders synced, marked. */
  private static final int DISK_STEPS = 5;

  private static final World.Setting SETTING =
      new World.Setting(LinkSettings.T2, DeviceSettings.INDEPENDENT, TileModel.QUICK);

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
    Spread spread = new Spread(Topology.brick(SIDE, SIDE), SETTING, 1);
    double virtual = spread.run(WorldBench::file);
    double cpu = (cpuNanos() - cpuNanos) / NANOS_PER_SECOND;
    double wall = (System.nanoTime() - wallNanos) / NANOS_PER_SECOND;
    long events = spread.world().timeline().executed();
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
        Figure.told("world.virtual", virtual, "s").bound(boundSeconds(spread.world().topology())));
  }

  /** When the last tile could have it at the earliest, after the first one. */
  private static double boundSeconds(Topology topology) {
    LinkSettings.Speed speed = LinkSettings.T2.speed();
    TileModel tile = SETTING.tile();
    HopByHop best =
        new HopByHop(
            FILE_BYTES,
            StreamingBound.payloadPerSecond(SETTING),
            PACKETS_BEFORE_FIRST_BYTE * speed.latencyNanos(),
            tile.inspectNanos() + DISK_STEPS * tile.diskNanos());
    Map<Place, Double> earliest = best.earliest(topology, Spread.START);
    return earliest.values().stream().mapToDouble(at -> at).max().orElse(0) / NANOS_PER_SECOND;
  }

  private static void same(Consumer<Figure> figures) throws ExpectationException {
    long one = smallTrace();
    boolean same = one == smallTrace();
    figures.accept(Figure.atMost(0, "world.differing", same ? 0 : 1, "traces"));
  }

  /** The digest of the trace of one and the same seed. */
  private static long smallTrace() throws ExpectationException {
    Spread spread = new Spread(Topology.brick(SMALL_SIDE, SMALL_SIDE), SETTING, 2);
    spread.run(WorldBench::file);
    return spread.world().timeline().history().digest();
  }

  private static SimFile file(World world) {
    return SampleFile.plain(world, FILE_BYTES);
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
