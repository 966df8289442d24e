package dev.tilecast.engine.store;

import dev.tilecast.engine.core.Save;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/**
 * The rows of one transaction, written in their order. Only the lines of the diary are gathered,
 * and written with one statement at the end.
 */
final class Commit {
  private final DSLContext tx;
  private final LiveRows live;
  private final TransferRows transfers;
  private final EventRows events;
  private final List<Save.Event> lines = new ArrayList<>();

  Commit(DSLContext tx, LiveRows live, TransferRows transfers, EventRows events) {
    this.tx = tx;
    this.live = live;
    this.transfers = transfers;
    this.events = events;
  }

  void all(List<Save> saves) {
    saves.forEach(this::one);
    events.put(tx, lines);
  }

  private void one(Save save) {
    if (save instanceof Save.Intent intent) {
      live.putIntent(tx, intent.version());
    } else if (save instanceof Save.Live entry) {
      live.put(tx, entry);
    } else if (save instanceof Save.IntentGone gone) {
      live.removeIntent(tx, gone.version());
    } else if (save instanceof Save.TransferBegun begun) {
      transfers.begin(tx, begun);
    } else if (save instanceof Save.Page page) {
      transfers.putPage(tx, page);
    } else if (save instanceof Save.TransferGone gone) {
      transfers.remove(tx, gone.manifestId());
    } else if (save instanceof Save.Event event) {
      lines.add(event);
    } else {
      throw new AssertionError(save);
    }
  }
}
