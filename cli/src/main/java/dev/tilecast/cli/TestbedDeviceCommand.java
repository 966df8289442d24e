package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.testbed.process.DeviceStandIn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Packet devices for daemons on a machine that has none. */
@Command(
    description = {
      "Play the packet devices and the wires of some T2 tiles until told to end, and say how a",
      "daemon uses them. Each line of standard input is a command: down A.ET, up A.ET, loss 0.05,",
      "vanish A, return A, stats, quit."
    },
    sortOptions = false)
final class TestbedDeviceCommand implements Callable<Integer> {
  private static final Pattern TOPOLOGY =
      Pattern.compile("line:[1-9][0-9]?|grid:[1-9][0-9]?x[1-9][0-9]?");
  private static final Pattern LINK =
      Pattern.compile("[A-Za-z0-9]{1,15}\\.[A-Z]{2}=[A-Za-z0-9]{1,15}\\.[A-Z]{2}");

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Where its files are; is made.")
  private Path folder;

  @Option(
      names = "--topo",
      paramLabel = "T",
      description = "Tiles A, B, C and so on: line:N or grid:WxH (default: line:3).")
  private Optional<String> topology;

  @Option(
      names = "--link",
      paramLabel = "L",
      description = "A wire, such as A.ET=B.WT; instead of --topo, once for each.")
  private List<String> links = new ArrayList<>();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "64000",
      description = "Bytes a second of each wire (default: 64000; 0: as fast as it goes).")
  private long rate;

  @Option(
      names = "--latency",
      paramLabel = "MS",
      defaultValue = "0.3",
      description = "Milliseconds on the wire (default: 0.3).")
  private double latency;

  @Option(
      names = "--loss",
      paramLabel = "P",
      defaultValue = "0",
      description = "Chance of a packet to be lost, 0 to 1 (default: 0).")
  private double loss;

  @Option(
      names = "--corrupt",
      paramLabel = "P",
      defaultValue = "0",
      description = "Chance of a packet to get a wrong bit, 0 to 1 (default: 0).")
  private double corrupt;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "What chance is drawn from (default: 1).")
  private long seed;

  TestbedDeviceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, FailedException {
    Optional<String> obstacle = DeviceStandIn.obstacle();
    if (obstacle.isPresent()) {
      throw new FailedException(obstacle.get());
    }
    try (DeviceStandIn devices = DeviceStandIn.start(folder, options())) {
      for (String tile : devices.tiles()) {
        terminal.line(
            tile + ": " + String.join(" ", devices.prefix(tile)) + " tilecast run --home HOME");
        terminal.line("   with, in HOME/tilecast.toml:");
        devices.settings(tile, devices.directions(tile)).lines().forEach(terminal::line);
      }
      terminal.line("");
      terminal.line("ready");
      obey(devices);
      devices.await();
    }
    return ExitCode.DONE;
  }

  private List<String> options() {
    if (topology.isPresent() && !links.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--topo or --link, not both");
    }
    if (!TOPOLOGY.matcher(topology.orElse("line:3")).matches()) {
      throw new ParameterException(
          spec.commandLine(), "'" + topology.get() + "' is no --topo; write line:3 or grid:4x3");
    }
    for (String link : links) {
      if (!LINK.matcher(link).matches()) {
        throw new ParameterException(
            spec.commandLine(), "'" + link + "' is no --link; write A.ET=B.WT");
      }
    }
    if (rate < 0 || latency < 0 || !isChance(loss) || !isChance(corrupt)) {
      throw new ParameterException(
          spec.commandLine(), "a rate or latency is 0 or more, a chance 0 to 1");
    }
    List<String> options = new ArrayList<>();
    if (links.isEmpty()) {
      options.addAll(List.of("--topo", topology.orElse("line:3")));
    }
    links.forEach(link -> options.addAll(List.of("--link", link)));
    options.addAll(List.of("--rate", Long.toString(rate), "--latency", Double.toString(latency)));
    options.addAll(List.of("--loss", Double.toString(loss), "--corrupt", Double.toString(corrupt)));
    options.addAll(List.of("--seed", Long.toString(seed)));
    return options;
  }

  private static boolean isChance(double number) {
    return number >= 0 && number <= 1;
  }

  /** Until the end of the input, which need not be that of the devices. */
  private void obey(DeviceStandIn devices) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank()) {
        devices.tell(line).lines().forEach(terminal::line);
      }
      if (line.strip().equals("quit")) {
        return;
      }
    }
  }
}
