package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.TileEvent;
import dev.tilecast.engine.message.Visible;
import java.io.PrintStream;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the daemon tells on standard error: one line an event, with the tile's clock in front, as an
 * operator would tell a colleague.
 */
final class Diary {
  private final PrintStream out;
  private final InstantSource clock;
  private final Map<String, String> lastTrouble = new ConcurrentHashMap<>();

  Diary(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  void tell(TileEvent event) {
    tell(event.kind().name().toLowerCase(Locale.ROOT), event.text());
  }

  /** Tells what goes wrong again and again only when its words change. */
  void trouble(String of, String text) {
    if (!text.equals(lastTrouble.put(of, text))) {
      tell("trouble", text);
    }
  }

  void tell(String kind, String text) {
    // Names in it may be those of files that somebody dropped: they must not forge a line of ours.
    out.printf(
        "%s %s: %s%n", clock.instant().truncatedTo(ChronoUnit.SECONDS), kind, Visible.text(text));
  }
}
