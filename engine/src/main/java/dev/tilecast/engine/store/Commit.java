package dev.tilecast.engine.store;

import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.message.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/**
 * The rows of one transaction, written in their order; pages that follow each other with one
 * statement. Only the lines of the diary are gathered, and written with one at the end.
 */
final class Commit {
  private final DSLContext tx;
  private final LiveRows live;
  private final TransferRows transfers;
  private final EventRows events;
  private final List<Save.Event> lines = new ArrayList<>();
  private final Map<PageKey, Save.Page> pages = new LinkedHashMap<>();

  private record PageKey(Bytes manifestId, int index) {}

  Commit(DSLContext tx, LiveRows live, TransferRows transfers, EventRows events) {
    this.tx = tx;
    this.live = live;
    this.transfers = transfers;
    this.events = events;
  }

  void all(List<Save> saves) {
    saves.forEach(this::one);
    putPages();
    events.put(tx, lines);
  }

  private void putPages() {
    if (!pages.isEmpty()) {
      transfers.putPages(tx, List.copyOf(pages.values()));
      pages.clear();
    }
  }

  private void one(Save save) {
    if (save instanceof Save.Page page) {
      pages.put(new PageKey(page.manifestId(), page.index()), page);
      return;
    }
    putPages();
    if (save instanceof Save.Intent intent) {
      live.putIntent(tx, intent.version());
    } else if (save instanceof Save.Live entry) {
      live.put(tx, entry);
    } else if (save instanceof Save.IntentGone gone) {
      live.removeIntent(tx, gone.version());
    } else if (save instanceof Save.TransferBegun begun) {
      transfers.begin(tx, begun);
    } else if (save instanceof Save.TransferGone gone) {
      transfers.remove(tx, gone.manifestId());
    } else if (save instanceof Save.Event event) {
      lines.add(event);
    } else {
      throw new AssertionError(save);
    }
  }
}
