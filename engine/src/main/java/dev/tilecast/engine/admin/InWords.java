package dev.tilecast.engine.admin;

import dev.tilecast.engine.core.FinishedTransfer;
import dev.tilecast.engine.core.TileReport;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Numbers as people read them; the exact ones are in the JSON. */
public final class InWords {
  private static final String[] BINARY = {"KiB", "MiB", "GiB", "TiB"};
  private static final long SECOND_NANOS = 1_000_000_000L;

  private InWords() {}

  /** A count of bytes, such as {@code 2.0 MiB}; below 1 KiB the exact number. */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double scaled = bytes;
    int unit = -1;
    do {
      scaled /= 1024;
      unit++;
    } while (scaled >= 1023.95 && unit < BINARY.length - 1);
    return String.format(Locale.ROOT, "%.1f %s", scaled, BINARY[unit]);
  }

  /** A span of time, such as {@code 0.3 ms}, {@code 4.2 s}, {@code 3 min 12 s}, {@code 2 d 5 h}. */
  public static String span(long nanos) {
    if (nanos < SECOND_NANOS) {
      return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
    long seconds = nanos / SECOND_NANOS;
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
    long minutes = seconds / 60;
    if (minutes < 60) {
      return minutes + " min " + seconds % 60 + " s";
    }
    long hours = minutes / 60;
    return hours < 24
        ? hours + " h " + minutes % 60 + " min"
        : hours / 24 + " d " + hours % 24 + " h";
  }

  /** Where the other content of one stamp came from, as a sentence that may go on. */
  public static String otherContent(TileReport.Equivocation seen) {
    return switch (seen.from()) {
      case "replaced" -> "the version that was live here before had another content";
      case "inbox" -> "another content was dropped into the inbox";
      default -> seen.from() + " showed another content";
    };
  }

  /** A stamp as UTC with the number itself beside it. */
  public static String stamp(long stamp) {
    return utc(stamp) + " (" + stamp + ")";
  }

  /**
   * {@code stamp} in ISO 8601 UTC, such as {@code 2019-01-31T10:17:26Z}; a number that no calendar
   * reaches is called that.
   */
  public static String utc(long stamp) {
    if (stamp < Instant.MIN.getEpochSecond() || stamp > Instant.MAX.getEpochSecond()) {
      return "beyond the calendar";
    }
    return Instant.ofEpochSecond(stamp).toString();
  }

  /** How much of a whole is there, rounded down, so that only all of it is 100 %. */
  public static String percent(long part, long whole) {
    return (whole <= 0 ? 0 : (long) Math.floor(100.0 * part / whole)) + " %";
  }

  /** Several things in one phrase: {@code ET, SE and WT}. */
  public static String list(List<?> things) {
    int last = things.size() - 1;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i <= last; i++) {
      text.append(i == 0 ? "" : i == last ? " and " : ", ").append(things.get(i));
    }
    return text.toString();
  }

  /** How much of what its links have kept up a transfer makes use of; a dash if not measured. */
  public static String share(TileReport.Transfer transfer) {
    long links = transfer.pace().linkBytesPerSecond();
    return links == 0 ? "-" : percent(transfer.pace().bytesPerSecond(), links);
  }

  /** How long the rest of a transfer takes at its present rate, which is not 0. */
  public static long leftNanos(TileReport.Transfer transfer) {
    long left = transfer.fileLength() - transfer.verifiedBytes();
    double seconds = (double) left / transfer.pace().bytesPerSecond();
    return Math.round(seconds * SECOND_NANOS);
  }

  /** The score of a finished transfer, such as {@code 1.07}; a dash where it has none. */
  public static String score(FinishedTransfer transfer) {
    return transfer.score().isPresent()
        ? String.format(Locale.ROOT, "%.2f", transfer.score().getAsDouble())
        : "-";
  }

  /** What became of the time of a finished transfer, to follow "it was pulled". */
  static String finished(FinishedTransfer transfer) {
    String from = transfer.sources().isEmpty() ? "" : " from " + list(transfer.sources());
    String bound =
        transfer.score().isEmpty()
            ? ", without a score: "
                + (transfer.pulledBytes() == 0
                    ? "nothing had to be pulled"
                    : "too few bytes came to measure its links")
            : String.format(
                Locale.ROOT,
                "; its bound was %s, its score is %s",
                span(transfer.boundNanos()),
                score(transfer));
    return "in " + span(transfer.tookNanos()) + from + bound;
  }

  /** An enum constant as our JSON writes it. */
  public static String word(Enum<?> constant) {
    return JsonFields.word(constant);
  }
}
