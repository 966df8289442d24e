package dev.tilecast.testbed.bench;

import dev.tilecast.engine.core.Presence;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.testbed.process.DeviceRow;
import dev.tilecast.testbed.process.DeviceStandIn;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.Scratch;
import dev.tilecast.testbed.process.SignedFile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file over a packet device that is played, from one real daemon to another: how well the wire is
 * used while no more than the set bytes lie in the driver, and what both daemons pay for it.
 */
final class DeviceBench implements Bench {
  private static final Handle SIGNER = new Handle("bench");
  private static final int KEY_BITS = 2048;
  private static final long FILE_BYTES = 1 << 20;
  private static final int BYTES_PER_SECOND = 64_000;
  private static final double PAYLOAD = 240.0 / 255;
  private static final double USE_MIN = 0.90;
  private static final int IN_DRIVER_MAX = 510;
  private static final Pattern MOST = Pattern.compile("A\\.ET .* most (\\d+)");

  private final Launcher launcher;

  DeviceBench(Launcher launcher) {
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
    Optional<String> obstacle = DeviceStandIn.obstacle();
    if (obstacle.isPresent()) {
      throw new ExpectationException(obstacle.get());
    }
    try (Scratch scratch = Scratch.make("tilecast-device")) {
      KeyFolder keys = new KeyFolder(scratch.folder().resolve("maker"));
      keys.generate(SIGNER, KEY_BITS);
      Maker.Made made =
          new SignedFile(scratch.folder().resolve("made"), keys, SIGNER, "demo.mfz", FILE_BYTES)
              .make(1, SignedFile.MEMBERS);
      try (DeviceRow row =
          DeviceRow.create(
              scratch.folder(),
              2,
              keys.publicFile(SIGNER),
              launcher,
              List.of("--rate", Integer.toString(BYTES_PER_SECOND)))) {
        measure(row, made, figures);
      }
    }
  }

  private static void measure(DeviceRow row, Maker.Made made, Consumer<Figure> figures)
      throws IOException, InterruptedException, ExpectationException {
    for (ProcessTile tile : row.tiles()) {
      tile.start();
    }
    ProcessTile from = row.tiles().get(0);
    ProcessTile to = row.tiles().get(1);
    to.await(
        report -> report.neighbors().stream().allMatch(each -> each.presence() == Presence.ALIVE),
        "find its neighbor",
        Rig.PATIENCE);
    Optional<Duration> fromCpu = from.cpu();
    Optional<Duration> toCpu = to.cpu();
    Journey journey = Journey.between(from, to, made);
    double bound = made.accepted().fileLength() / (BYTES_PER_SECOND * PAYLOAD);
    figures.accept(
        Figure.atLeast(USE_MIN, "device.use", bound / journey.fromVerdict(), "").bound(1));
    Matcher most = MOST.matcher(row.devices().tell("stats"));
    if (!most.find()) {
      throw new ExpectationException("the played device tells nothing of the wire A.ET");
    }
    figures.accept(
        Figure.atMost(
            IN_DRIVER_MAX, "device.in-driver", Double.parseDouble(most.group(1)), "bytes"));
    tellCpu(figures, "device.cpu-sending", fromCpu, from.cpu(), journey);
    tellCpu(figures, "device.cpu-pulling", toCpu, to.cpu(), journey);
  }

  private static void tellCpu(
      Consumer<Figure> figures,
      String name,
      Optional<Duration> before,
      Optional<Duration> after,
      Journey journey) {
    if (before.isPresent() && after.isPresent()) {
      double seconds = after.get().minus(before.get()).toNanos() / 1e9;
      figures.accept(Figure.told(name, 100 * seconds / journey.fromDrop(), "%"));
    }
  }
}
