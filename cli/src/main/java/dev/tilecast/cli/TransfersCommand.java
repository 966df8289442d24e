package dev.tilecast.cli;

import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.core.FinishedTransfer;
import dev.tilecast.engine.core.TileReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is being pulled, what is not although a neighbor has it, and how the last ones went. */
@Command(
    description =
        "What is being pulled, what a neighbor claims that is not, and how the last ones went.",
    sortOptions = false)
final class TransfersCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  @Option(names = "--watch", description = "Show it anew as it changes, until interrupted.")
  private boolean watch;

  TransfersCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    return new Watching(terminal, TransfersCommand::answer, TransfersCommand::lines)
        .ask(home.client(terminal), json.wanted(), watch);
  }

  private static JsonObject answer(JsonObject report) {
    JsonObject answer = new JsonObject();
    answer.add("transfers", report.get("transfers"));
    answer.add("claims", report.get("claims"));
    answer.add("finished", report.get("finished"));
    return answer;
  }

  private static List<String> lines(TileReport report) {
    List<String> lines = new ArrayList<>();
    if (report.transfers().isEmpty()) {
      lines.add("no transfers");
    } else {
      lines.addAll(open(report.transfers()));
    }
    for (TileReport.Claim claim : report.claims()) {
      lines.add(
          claim.from()
              + " claims "
              + claim.name()
              + " stamp "
              + InWords.stamp(claim.stamp())
              + ": "
              + claim.state());
    }
    if (!report.finished().isEmpty()) {
      lines.add("finished");
      lines.addAll(finished(report.finished()));
    }
    return lines;
  }

  private static List<String> open(List<TileReport.Transfer> transfers) {
    Table table =
        new Table(
            "NAME",
            "STAMP",
            "WAITS FOR",
            ">DONE",
            ">OF",
            ">KEPT",
            ">REUSED",
            ">RATE",
            ">SHARE",
            ">LEFT",
            ">BOUND",
            ">OPEN",
            ">STALLED",
            "FROM");
    for (TileReport.Transfer transfer : transfers) {
      table.row(
          transfer.name(),
          InWords.utc(transfer.stamp()),
          InWords.word(transfer.pace().waitsFor()) + (transfer.parked() ? " (parked)" : ""),
          InWords.percent(transfer.verifiedBytes(), transfer.fileLength()),
          InWords.bytes(transfer.fileLength()),
          InWords.bytes(transfer.keptBytes()),
          InWords.bytes(transfer.reusedBytes()),
          InWords.bytes(transfer.pace().bytesPerSecond()) + "/s",
          InWords.share(transfer),
          transfer.pace().bytesPerSecond() == 0 ? "-" : InWords.span(InWords.leftNanos(transfer)),
          spanOrDash(transfer.pace().boundNanos()),
          InWords.span(transfer.openNanos()),
          InWords.span(transfer.stalledNanos()),
          transfer.sources().isEmpty() ? "-" : InWords.list(transfer.sources()));
    }
    return table.lines();
  }

  private static List<String> finished(List<FinishedTransfer> finished) {
    Table table =
        new Table(
            "NAME", "STAMP", ">SIZE", ">PULLED", ">KEPT", ">REUSED", ">TOOK", ">BOUND", ">SCORE",
            ">AGO", "FROM");
    for (FinishedTransfer transfer : finished) {
      table.row(
          transfer.name(),
          InWords.utc(transfer.stamp()),
          InWords.bytes(transfer.fileLength()),
          InWords.bytes(transfer.pulledBytes()),
          InWords.bytes(transfer.keptBytes()),
          InWords.bytes(transfer.reusedBytes()),
          InWords.span(transfer.tookNanos()),
          spanOrDash(transfer.boundNanos()),
          InWords.score(transfer),
          InWords.span(transfer.nanosAgo()),
          transfer.sources().isEmpty() ? "-" : InWords.list(transfer.sources()));
    }
    return table.lines();
  }

  private static String spanOrDash(long nanos) {
    return nanos == 0 ? "-" : InWords.span(nanos);
  }
}
