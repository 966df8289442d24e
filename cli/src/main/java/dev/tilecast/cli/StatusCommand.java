package dev.tilecast.cli;

import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.TileReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The whole tile on half a page. */
@Command(description = "What this tile is, holds and does.", sortOptions = false)
final class StatusCommand implements Callable<Integer> {
  private static final int TOLD_MAX = 5;

  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  @Option(names = "--counters", description = "Also show every counter.")
  private boolean counters;

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (json.wanted()) {
      terminal.json(home.client(terminal).reportJson());
    } else {
      print(home.client(terminal).report());
    }
    return ExitCode.DONE;
  }

  private void print(TileReport report) {
    terminal.line(
        "tile        "
            + report.tileId()
            + " of grid "
            + report.group()
            + ", up "
            + InWords.span(report.upNanos()));
    terminal.line(
        "live        "
            + count(report.live().size(), "name")
            + ", "
            + InWords.bytes(report.live().stream().mapToLong(l -> l.entry().fileLength()).sum())
            + ", catalog "
            + abbreviated(report.catalogRoot()));
    terminal.line("signers     " + signers(report));
    terminal.line("neighbors   " + neighbors(report));
    tell("transfer", report.transfers().stream().map(StatusCommand::transfer).toList());
    tell("claimed", report.claims().stream().map(StatusCommand::claim).toList());
    tell("wanted", report.wanted().stream().map(StatusCommand::wanted).toList());
    tell("rotten", report.scrub().rotten().stream().map(StatusCommand::rotten).toList());
    tell("equivocal", report.equivocations().stream().map(StatusCommand::equivocation).toList());
    tell("activation", report.activations().stream().map(StatusCommand::activation).toList());
    tell("refused", report.refusals().stream().map(StatusCommand::refused).toList());
    if (counters) {
      report
          .counters()
          .forEach((name, value) -> terminal.line("counter     " + name + " " + value));
    }
  }

  private void tell(String label, List<String> lines) {
    String indented = label + " ".repeat(12 - label.length());
    lines.stream().limit(TOLD_MAX).forEach(line -> terminal.line(indented + line));
    if (lines.size() > TOLD_MAX) {
      terminal.line(indented + "and " + (lines.size() - TOLD_MAX) + " more (see --json)");
    }
  }

  private static String signers(TileReport report) {
    if (report.signers().isEmpty()) {
      return "none: nothing can go live; add a key with: tilecast keys add FILE.pub";
    }
    List<String> each = new ArrayList<>();
    report
        .signers()
        .forEach((handle, patterns) -> each.add(handle + " (" + String.join(" ", patterns) + ")"));
    return String.join(", ", each);
  }

  private static String neighbors(TileReport report) {
    if (report.neighbors().isEmpty()) {
      return "none: tilecast.toml names no link";
    }
    long alive = report.neighbors().stream().filter(TileReport.Neighbor::alive).count();
    List<String> each = new ArrayList<>();
    for (TileReport.Neighbor neighbor : report.neighbors()) {
      each.add(neighbor.direction() + " " + state(neighbor));
    }
    return alive + " of " + report.neighbors().size() + " alive: " + String.join(", ", each);
  }

  /** One word or two for how a neighbor is. */
  static String state(TileReport.Neighbor neighbor) {
    if (!neighbor.alive()) {
      return neighbor.presence().words();
    }
    return neighbor.sameCatalog() ? "same" : "differs";
  }

  private static String transfer(TileReport.Transfer transfer) {
    return transfer.name()
        + " "
        + InWords.percent(transfer.verifiedBytes(), transfer.fileLength())
        + " of "
        + InWords.bytes(transfer.fileLength())
        + (transfer.sources().isEmpty() ? "" : " from " + InWords.list(transfer.sources()))
        + ", "
        + InWords.bytes(transfer.pace().bytesPerSecond())
        + "/s, waits for "
        + transfer.pace().waitsFor().words();
  }

  private static String claim(TileReport.Claim claim) {
    return claim.name() + " at " + claim.from() + ": " + claim.state();
  }

  private static String wanted(TileReport.Wanted wanted) {
    return wanted.mark().name() + " stamp " + InWords.stamp(wanted.mark().stamp()) + " was live";
  }

  private static String rotten(TileReport.Rotten rotten) {
    String changed =
        "the disk has changed "
            + rotten.chunksWrong()
            + " of "
            + count(rotten.chunkCount(), "chunk");
    return rotten.version().name()
        + ": "
        + (rotten.misplaced().isEmpty() ? changed : rotten.misplaced())
        + "; "
        + rotten.state();
  }

  private static String equivocation(TileReport.Equivocation equivocation) {
    return equivocation.live().name()
        + " stamp "
        + InWords.stamp(equivocation.live().stamp())
        + ": "
        + InWords.otherContent(equivocation);
  }

  private static String activation(ActivationState state) {
    return state.name()
        + " "
        + state.phase().name().toLowerCase(Locale.ROOT)
        + " for stamp "
        + state.stamp()
        + (state.result().isEmpty() ? "" : ": " + state.result());
  }

  private static String refused(TileReport.Refused refused) {
    return refused.name()
        + " from "
        + refused.from()
        + ", "
        + InWords.span(refused.nanosAgo())
        + " ago: "
        + refused.refusal().text();
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  private static String abbreviated(String hex) {
    return hex.length() <= 8 ? hex : hex.substring(0, 8);
  }
}
