package dev.tilecast.cli;

import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.testbed.crash.CrashLine;
import dev.tilecast.testbed.crash.CrashPlan;
import dev.tilecast.testbed.crash.CrashRun;
import dev.tilecast.testbed.disk.PowerCut;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Cuts the power at every operation on the disk, and inside every write. */
@Command(
    description = {
      "Let a real tile work on a disk in memory, cut the power at each operation and inside each",
      "write, start a tile on what is left, and check. One line a story; exit code 1 if something",
      "does not hold."
    },
    sortOptions = false)
final class TestbedCrashCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = "--only",
      paramLabel = "STORY",
      split = ",",
      description = "only these; all of them if none is named.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "end after so many different disks; no limit if it is not given.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "draw other selections of what was not synced; ${DEFAULT-VALUE} if not given.")
  private long seed = 1;

  @Option(
      names = "--draws",
      paramLabel = "N",
      description = "so many selections at each operation; 2 if it is not given.")
  private int draws = CrashPlan.DRAWS;

  @Option(
      names = "--cut",
      paramLabel = "CUT",
      description = {
        "only this one of a story, as a violation names it; given twice, the second is one",
        "of the start after the first."
      })
  private List<String> cuts = new ArrayList<>();

  TestbedCrashCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, SettingsException, KeyException, MakeException {
    CrashLine total =
        CrashRun.run(
            plan(),
            line -> terminal.line(line.toLine()),
            text -> {
              synchronized (terminal) {
                terminal.lines(text);
              }
            });
    terminal.line(total.toLine());
    return total.violations() == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private CrashPlan plan() {
    for (String name : only) {
      if (!CrashRun.isName(name)) {
        throw usage(
            "there is no story '" + name + "'; there are: " + String.join(", ", CrashRun.NAMES));
      }
    }
    if (limit < 1) {
      throw usage("--limit " + limit + ": it must be at least 1");
    }
    if (draws < 1) {
      throw usage("--draws " + draws + ": it must be at least 1");
    }
    if (cuts.size() > 2) {
      throw usage("--cut was given " + cuts.size() + " times; at most one, and one after it");
    }
    List<PowerCut> path = cuts.stream().map(this::cut).toList();
    if (!path.isEmpty() && (only.size() != 1 || !CrashRun.hasCuts(only.get(0)))) {
      throw usage("a cut is one of a story; name that with --only");
    }
    return CrashPlan.everything()
        .withOnly(only)
        .withDistinctMax(limit)
        .withSeed(seed)
        .withDraws(draws)
        .withCuts(path);
  }

  private PowerCut cut(String text) {
    return PowerCut.ofText(text)
        .orElseThrow(
            () ->
                usage(
                    "'"
                        + text
                        + "' is no cut; it looks like 37/kept, 37+512/kept or 37/reordered#3, with"
                        + " one of lost, names, bytes, kept, reordered"));
  }

  private ParameterException usage(String text) {
    return new ParameterException(spec.commandLine(), text);
  }
}
