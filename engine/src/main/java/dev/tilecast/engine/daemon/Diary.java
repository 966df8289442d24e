package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.TileEvent;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * What the daemon tells on standard error: one line an event, with the tile's clock in front, as an
 * operator would tell a colleague.
 */
final class Diary {
  private final PrintStream out;

  Diary(PrintStream out) {
    this.out = out;
  }

  void tell(TileEvent event) {
    tell(event.kind().name().toLowerCase(Locale.ROOT), event.text());
  }

  void tell(String kind, String text) {
    out.printf("%s %s: %s%n", Instant.now().truncatedTo(ChronoUnit.SECONDS), kind, text);
  }
}
