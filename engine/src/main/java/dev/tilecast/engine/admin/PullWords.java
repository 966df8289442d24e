package dev.tilecast.engine.admin;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TransferPace;
import dev.tilecast.engine.core.TransferSource;
import dev.tilecast.engine.core.TransferWait;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;

/** One transfer of a report in sentences: what it waits for, how fast it is, what to do. */
final class PullWords {
  /** What lasts less long is told, and not called bad. */
  private static final long SILENCE_NANOS = 5_000_000_000L;

  /** Below this share of what its links have kept up a transfer is called slow. */
  private static final double SLOW_SHARE = 0.5;

  private final TileReport report;
  private final TileReport.Transfer transfer;
  private final TransferPace pace;

  PullWords(TileReport report, TileReport.Transfer transfer) {
    this.report = report;
    this.transfer = transfer;
    this.pace = transfer.pace();
  }

  /** The gist first. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    sentences.add(gist());
    if (transfer.phase() == TileReport.Phase.CHUNKS && !transfer.parked()) {
      sentences.add(speed());
    }
    pace.sources().forEach(source -> sentences.add(source(source)));
    String advice = advice();
    if (!advice.isEmpty()) {
      sentences.add(advice);
    }
    return sentences;
  }

  private String gist() {
    StringBuilder text =
        new StringBuilder(transfer.name().text())
            .append(", stamp ")
            .append(InWords.stamp(transfer.stamp()))
            .append(", is being pulled");
    String span = " for " + InWords.span(transfer.openNanos()) + " now";
    if (pace.waitsFor() == TransferWait.NOBODY) {
      text.append(span).append(", but no neighbor offers it at the moment");
    } else if (transfer.sources().isEmpty()) {
      text.append(span);
    } else {
      text.append(" from ").append(InWords.list(transfer.sources())).append(span);
    }
    if (transfer.parked()) {
      text.append(", parked");
    }
    text.append("; it waits for ").append(pace.waitsFor().words());
    if (pace.waitNanos() >= SILENCE_NANOS) {
      text.append(pace.waitsFor() == TransferWait.BYTES ? ", none of which came for " : ", for ")
          .append(InWords.span(pace.waitNanos()));
    }
    if (pace.againNanos() > 0) {
      text.append(", in ").append(InWords.span(pace.againNanos())).append(" at the latest");
    }
    if (transfer.chunkCount() > 0) {
      text.append("; ").append(progress());
    }
    return text.append('.').toString();
  }

  private String progress() {
    String text =
        String.format(
            "%d of %s are checked (%s of %s)",
            transfer.chunksVerified(),
            Counted.chunks(transfer.chunkCount()),
            InWords.percent(transfer.verifiedBytes(), transfer.fileLength()),
            InWords.bytes(transfer.fileLength()));
    String kept =
        transfer.keptBytes() == 0
            ? ""
            : ", " + InWords.bytes(transfer.keptBytes()) + " kept from before the start";
    String reused =
        transfer.reusedBytes() == 0
            ? ""
            : ", " + InWords.bytes(transfer.reusedBytes()) + " copied from files that are here";
    return text + kept + reused;
  }

  private String speed() {
    long now = pace.bytesPerSecond();
    StringBuilder text = new StringBuilder("It comes at ").append(rate(now));
    if (pace.linkBytesPerSecond() > 0) {
      text.append(", ")
          .append(InWords.share(transfer))
          .append(" of the ")
          .append(rate(pace.linkBytesPerSecond()))
          .append(" that its sources have kept up");
    } else if (pace.sources().stream().anyMatch(TransferSource::able)) {
      text.append("; what its sources can keep up is not measured yet");
    } else {
      text.append("; nobody can deliver more of it now");
    }
    if (now > 0) {
      text.append("; the rest needs ")
          .append(InWords.span(InWords.leftNanos(transfer)))
          .append(" at this rate");
    }
    if (pace.boundNanos() > 0) {
      text.append(". At the measured rates the whole takes ")
          .append(InWords.span(pace.boundNanos()))
          .append(", its bound");
    }
    List<String> rivals = rivals();
    if (!rivals.isEmpty()) {
      text.append(". It shares its sources with ").append(InWords.list(rivals));
    }
    return text.append('.').toString();
  }

  /** Other running transfers that pull from one of its sources. */
  private List<String> rivals() {
    return report.transfers().stream()
        .filter(other -> !other.manifestId().equals(transfer.manifestId()) && !other.parked())
        .filter(other -> other.phase() == TileReport.Phase.CHUNKS)
        .filter(other -> other.sources().stream().anyMatch(transfer.sources()::contains))
        .map(other -> other.name().text())
        .toList();
  }

  private String source(TransferSource source) {
    StringBuilder text = new StringBuilder().append(source.direction());
    if (!source.offers()) {
      text.append(notOffering(source.direction()));
    } else if (source.whole()) {
      text.append(" has all of it");
    } else if (source.chunksHeld() == 0) {
      text.append(" pulls it, too, and has not said what it holds");
    } else {
      text.append(" pulls it, too: it holds ")
          .append(
              transfer.chunkCount() == 0
                  ? Counted.chunks(source.chunksHeld())
                  : source.chunksHeld() + " of " + Counted.chunks(transfer.chunkCount()))
          .append(", ")
          .append(source.chunksOfUse() == 0 ? "none" : source.chunksOfUse())
          .append(" of them lacking here, and gained one ")
          .append(InWords.span(source.gainedNanosAgo()))
          .append(" ago");
    }
    if (source.pulledBytes() > 0) {
      text.append("; ")
          .append(InWords.bytes(source.pulledBytes()))
          .append(" came from it, ")
          .append(rate(source.bytesPerSecond()))
          .append(" now, the last ")
          .append(InWords.span(source.cameNanosAgo()))
          .append(" ago");
    }
    text.append(
        source.linkBytesPerSecond() == 0
            ? "; what it keeps up is not measured yet"
            : "; it has kept up " + rate(source.linkBytesPerSecond()));
    if (source.inFlight() > 0) {
      text.append("; asked for ")
          .append(source.inFlight())
          .append(source.inFlight() == 1 ? " packet" : " packets");
    }
    if (source.avoidedNanos() > 0) {
      text.append("; it gave wrong bytes and is not asked for ")
          .append(InWords.span(source.avoidedNanos()));
    }
    return text.append('.').toString();
  }

  /** It may still claim to have it, and be silent, or this tile may have something against it. */
  private String notOffering(Direction direction) {
    boolean alive =
        report.neighbors().stream().anyMatch(n -> n.direction() == direction && n.alive());
    if (!alive) {
      return " is not heard now";
    }
    boolean claims =
        report.claims().stream()
            .anyMatch(
                claim ->
                    claim.from() == direction
                        && claim.name().equals(transfer.name())
                        && claim.digestPrefix().equals(transfer.digestPrefix()));
    return claims ? " is not asked for it now" : " does not offer it any more";
  }

  /** What is the matter, where something is, and what to do. */
  private String advice() {
    return switch (pace.waitsFor()) {
      case NOBODY ->
          "It goes on by itself once a neighbor that has it is heard again; which are silent, and"
              + " why: tilecast neighbors.";
      case SILENT ->
          "It goes on by itself once one of them is heard again; which are silent, and why:"
              + " tilecast neighbors.";
      case TRUST ->
          "Its signer has lost its key here, or the right to its name, since it began: tilecast"
              + " keys list shows what counts; tilecast keys add FILE and tilecast keys allow give"
              + " it back, and it goes on.";
      case DISK -> "See what the disk has: it is tried again by itself.";
      case OBJECTION -> "What speaks against it is told below, with the claim.";
      case SLOT ->
          "These run: "
              + InWords.list(running())
              + ". It goes on when one of them ends; transfers-max in tilecast.toml says how many"
              + " may run, of which the last is for a neighbor that has none.";
      case SPONSOR ->
          "A neighbor may be the source of one unproven transfer at a time, and waits where its"
              + " manifests failed. A sealed file needs no such turn: tilecast seal FILE.";
      case AVOIDED ->
          "Whoever gives wrong bytes is broken, lies, or has a bad link: see wrong_bytes in"
              + " tilecast neighbors --counters. Another neighbor that has it would help.";
      case GAIN ->
          "What is slow lies behind "
              + InWords.list(transfer.sources())
              + ": ask tilecast why "
              + transfer.name()
              + " there. After 30 s without a gain they count as no sources.";
      case WINDOW -> "It gets its turn as the others are answered.";
      case ROOM -> "Free disk space, or wait: it is tried again.";
      case PROMOTION_AGAIN -> "What has failed is told below, as a refusal.";
      case BYTES -> adviceOnBytes();
      case STALLED, KEY, HEAD, SIGNATURE, KEPT, COPIES, PAGES, CHECK, INSPECTION, PROMOTION -> "";
    };
  }

  private String adviceOnBytes() {
    if (pace.waitNanos() >= SILENCE_NANOS) {
      return InWords.list(asked())
          + (asked().size() == 1 ? " is" : " are")
          + " heard but delivers nothing: a tile that is frozen or busy, or a link that carries"
          + " one way only. Others are asked where there are any; see tilecast neighbors.";
    }
    boolean slow =
        transfer.openNanos() >= SILENCE_NANOS
            && pace.bytesPerSecond() < SLOW_SHARE * pace.linkBytesPerSecond();
    if (!slow || !rivals().isEmpty()) {
      return "";
    }
    boolean someWhole = pace.sources().stream().anyMatch(s -> s.able() && s.whole());
    return someWhole
        ? "Its links have been faster: MFM may take them, or packets get lost; see"
            + " requests_expired and requests_overtaken in tilecast neighbors --counters."
        : "It comes no faster than its sources themselves gain it: ask tilecast why "
            + transfer.name()
            + " there.";
  }

  private List<Direction> asked() {
    List<Direction> asked =
        pace.sources().stream()
            .filter(source -> source.inFlight() > 0)
            .map(TransferSource::direction)
            .toList();
    return asked.isEmpty() ? transfer.sources() : asked;
  }

  private List<String> running() {
    return report.transfers().stream()
        .filter(other -> !other.parked())
        .map(other -> other.name().text())
        .toList();
  }

  private static String rate(long bytesPerSecond) {
    return InWords.bytes(bytesPerSecond) + "/s";
  }
}
