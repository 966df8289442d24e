package dev.tilecast.testbed.bench;

import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Invocation;
import dev.tilecast.testbed.process.Launcher;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** How long the whole demo takes a person. */
final class DemoBench implements Bench {
  private static final double SECONDS_MAX = 25;

  private final Launcher launcher;

  DemoBench(Launcher launcher) {
    this.launcher = launcher;
  }

  @Override
  public void run(Consumer<Figure> figures)
      throws IOException, InterruptedException, ExpectationException {
    Invocation demo = Invocation.run(launcher.command(List.of("demo")), Rig.PATIENCE);
    demo.orFail("tilecast demo");
    figures.accept(Figure.atMost(SECONDS_MAX, "demo.wall", demo.wallNanos() / 1e9, "s"));
  }
}
