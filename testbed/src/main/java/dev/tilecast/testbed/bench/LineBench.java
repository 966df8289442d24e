package dev.tilecast.testbed.bench;

import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.World;
import java.util.function.Consumer;

/** How soon one file is live at the far end of a line of clean simulated links. */
final class LineBench implements Bench {
  private static final int HOPS = 8;
  private static final int FILE_BYTES = 2 << 20;
  private static final double BOUNDS_MAX = 1.15;
  private static final World.Setting SETTING =
      new World.Setting(LinkSettings.PERFECT, DeviceSettings.INDEPENDENT, TileModel.QUICK);

  private final int hops;
  private final int fileBytes;

  LineBench() {
    this(HOPS, FILE_BYTES);
  }

  LineBench(int hops, int fileBytes) {
    this.hops = hops;
    this.fileBytes = fileBytes;
  }

  @Override
  public void run(Consumer<Figure> figures) throws ExpectationException {
    Spread spread = new Spread(Topology.line(hops + 1), SETTING, 1);
    double seconds = spread.run(world -> SampleFile.sealed(world, fileBytes));
    SimFile file = spread.world().mint().files().iterator().next();
    double bound = StreamingBound.of(file, SETTING).alongLine(hops);
    figures.accept(Figure.atMost(BOUNDS_MAX * bound, "line.live", seconds, "s").bound(bound));
  }
}
