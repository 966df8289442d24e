package dev.tilecast.testbed.check;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.world.SimTile;

/** What a tile's report says about one name, for whoever must find out why it is not there. */
final class Situation {
  private static final double NANOS_PER_MILLI = 1e6;

  private Situation() {}

  /** Lines that follow a sentence, each indented; none where the tile has no report. */
  static String of(SimTile tile, Name name) {
    StringBuilder out = new StringBuilder();
    tile.report().ifPresent(report -> describe(report, name, out));
    return out.toString();
  }

  /** Lines that say what each neighbor did. */
  static String of(TileReport report) {
    StringBuilder out = new StringBuilder();
    for (TileReport.Neighbor neighbor : report.neighbors()) {
      line(
          out,
          "%s: round trip %.3f ms, %s",
          neighbor.direction(),
          neighbor.roundTripNanos() / NANOS_PER_MILLI,
          neighbor.counters());
    }
    return out.toString();
  }

  /** Lines that say what is claimed and pulled. */
  static String ofPulling(TileReport report) {
    StringBuilder out = new StringBuilder();
    for (TileReport.Claim claim : report.claims()) {
      line(
          out,
          "%s claims %s stamp %s: %s",
          claim.from(),
          claim.name(),
          claim.stamp(),
          claim.state());
    }
    for (TileReport.Transfer transfer : report.transfers()) {
      pulls(transfer, out);
    }
    line(out, "counters %s", report.counters());
    return out + of(report);
  }

  private static void describe(TileReport report, Name name, StringBuilder out) {
    for (TileReport.Neighbor neighbor : report.neighbors()) {
      line(
          out,
          "%s: link %s, %s, %s",
          neighbor.direction(),
          neighbor.linkUp() ? "up" : "down",
          neighbor.alive() ? "alive" : "not alive: " + neighbor.note(),
          neighbor.sameCatalog() ? "same catalog" : "other catalog");
      if (!neighbor.sameCatalog() || !neighbor.alive()) {
        line(
            out,
            "%s: window %s, demerits %s, %s",
            neighbor.direction(),
            neighbor.window(),
            neighbor.demerits(),
            neighbor.counters());
      }
    }
    for (TileReport.Claim claim : report.claims()) {
      if (claim.name().equals(name)) {
        line(out, "%s claims stamp %s: %s", claim.from(), claim.stamp(), claim.state());
      }
    }
    for (TileReport.Transfer transfer : report.transfers()) {
      // Those of other names, too: they may have the slots that this one waits for.
      if (transfer.name().equals(name) || !transfer.parked()) {
        pulls(transfer, out);
      }
    }
    for (TileReport.Rotten rotten : report.scrub().rotten()) {
      // All of them: one is made whole at a time.
      line(out, "rotten %s: %s", rotten.version(), rotten.state());
    }
    for (TileReport.Refused refused : report.refusals()) {
      if (refused.name().equals(name.text())) {
        line(out, "refused from %s: %s", refused.from(), refused.refusal().text());
      }
    }
  }

  private static void pulls(TileReport.Transfer transfer, StringBuilder out) {
    line(
        out,
        "pulls %s stamp %s, %s of %s bytes, waiting for %s%s, from %s",
        transfer.name(),
        transfer.stamp(),
        transfer.verifiedBytes(),
        transfer.fileLength(),
        transfer.phase().waitsFor(),
        transfer.parked() ? " (parked)" : "",
        transfer.sources());
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(java.util.Locale.ROOT, "%n      " + format, values));
  }
}
