package dev.tilecast.cli;

import dev.tilecast.testbed.fuzz.Fuzz;
import dev.tilecast.testbed.picture.Picture;
import dev.tilecast.testbed.picture.Recorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs seeds of random worlds with random faults. */
@Command(
    description = {
      "Run many simulated worlds, each drawn from a seed: topology, files, faults, hostile tiles.",
      "The exit code is 1 if a promise is broken; what is printed then replays the failure."
    },
    sortOptions = false)
final class TestbedFuzzCommand implements Callable<Integer> {
  private static final Pattern SHARD = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");
  private static final Pattern GRID = Pattern.compile("([0-9]{1,9})x([0-9]{1,9})");

  /** As in scenarios: more tiles than a seed can be tried with in reasonable time. */
  private static final int SIDE_MAX = 64;

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(names = "--seeds", paramLabel = "N", description = "How many; 100 unless told.")
  private long seeds = 100;

  @Option(names = "--from", paramLabel = "S", description = "The first seed; 1 unless told.")
  private long from = 1;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Begin no seed after so many minutes.")
  private Optional<Integer> minutes = Optional.empty();

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description = "Of N machines that share the seeds, this is number I, from 1.")
  private String shard = "1/1";

  @Option(
      names = "--faults",
      paramLabel = "K",
      description = "Only the first K faults of each seed; to replay a failure.")
  private Optional<Integer> faults = Optional.empty();

  @Option(
      names = "--grid",
      paramLabel = "WxH",
      description = "The same six-neighbor grid for all seeds, instead of a drawn topology.")
  private Optional<String> grid = Optional.empty();

  @Option(
      names = "--folders",
      description = {
        "Tiles are the daemon's own, with files and databases in memory and real keys; two to six",
        "of them."
      })
  private boolean folders;

  @Option(
      names = "--html",
      paramLabel = "OUT.html",
      description = "Write a page that shows the one seed that is run; needs --seeds 1.")
  private Optional<Path> html = Optional.empty();

  TestbedFuzzCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException, IOException, FailedException {
    if (html.isPresent() && seeds != 1) {
      throw wrong("--html shows one seed; add --seeds 1, and --from for which");
    }
    if (html.isPresent()) {
      PageFile.requireFree(html.get());
    }
    long begin = System.nanoTime();
    List<Recorder> recorders = new ArrayList<>();
    List<String> told = new ArrayList<>();
    Fuzz fuzz =
        new Fuzz(
            request(),
            System::nanoTime,
            line -> {
              terminal.lines(line);
              told.add(line);
            },
            world -> html.ifPresent(file -> recorders.add(new Recorder(world))));
    Fuzz.Result result = fuzz.run();
    if (!recorders.isEmpty()) {
      List<String> failures = result.broken() == 0 ? List.of() : told.subList(0, 1);
      new Picture(recorders.get(0), "seed " + from, told, failures).write(html.orElseThrow());
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    terminal.line(
        String.format(
            Locale.ROOT,
            "%d seeds in %.1f s (%.0f a minute), %d of them twice; %d events, %d judgements;"
                + " slowest to converge %.1f s; %d failed",
            result.run(),
            seconds,
            result.run() * 60 / seconds,
            result.twice(),
            result.events(),
            result.judged(),
            result.slowestNanos() / 1e9,
            result.broken()));
    html.ifPresent(page -> terminal.line("page " + page));
    if (result.run() == 0) {
      throw new FailedException(
          "no seed was run, so nothing was tried; give more --seeds or --minutes, or fewer shards");
    }
    return result.broken() == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private Fuzz.Request request() {
    Matcher part = SHARD.matcher(shard);
    if (!part.matches()) {
      throw wrong("--shard " + shard + " is not I/N, as in 2/8");
    }
    if (minutes.isPresent() && minutes.get() < 1) {
      throw wrong("--minutes " + minutes.get() + ": at least 1");
    }
    if (faults.isPresent() && faults.get() < 0) {
      throw wrong("--faults " + faults.get() + ": at least 0");
    }
    long nanosMax = minutes.map(m -> TimeUnit.MINUTES.toNanos(m)).orElse(Long.MAX_VALUE / 2);
    try {
      return new Fuzz.Request(
          seeds,
          from,
          nanosMax,
          Integer.parseInt(part.group(1)),
          Integer.parseInt(part.group(2)),
          faults,
          grid.map(this::grid),
          folders,
          Runtime.getRuntime().availableProcessors());
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private Fuzz.Grid grid(String words) {
    Matcher size = GRID.matcher(words);
    if (!size.matches()) {
      throw wrong("--grid " + words + " is not WxH, as in 5x5");
    }
    int width = side(words, size.group(1));
    int height = side(words, size.group(2));
    return new Fuzz.Grid(width, height);
  }

  private int side(String grid, String digits) {
    int side = digits.length() > 3 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    if (side < 1 || side > SIDE_MAX) {
      throw wrong("--grid " + grid + ": each side has 1 to " + SIDE_MAX + " tiles");
    }
    return side;
  }

  private ParameterException wrong(String words) {
    return new ParameterException(spec.commandLine(), words);
  }
}
