package dev.tilecast.engine.store;

import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.TileEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of one transaction, written in their order. Only the lines of the diary are gathered,
 * and written at the end.
 */
final class Commit {
  private final LiveRows live;
  private final TransferRows transfers;
  private final EventRows events;
  private final List<TileEvent> lines = new ArrayList<>();

  Commit(LiveRows live, TransferRows transfers, EventRows events) {
    this.live = live;
    this.transfers = transfers;
    this.events = events;
  }

  void all(List<Save> saves) {
    saves.forEach(this::one);
    events.put(lines);
  }

  private void one(Save save) {
    if (save instanceof Save.Page page) {
      transfers.putPage(page);
    } else if (save instanceof Save.Intent intent) {
      live.putIntent(intent.version());
    } else if (save instanceof Save.Live entry) {
      live.put(entry);
    } else if (save instanceof Save.IntentGone gone) {
      live.removeIntent(gone.version());
    } else if (save instanceof Save.TransferBegun begun) {
      transfers.begin(begun);
    } else if (save instanceof Save.TransferGone gone) {
      transfers.remove(gone.manifestId());
    } else if (save instanceof Save.Event event) {
      lines.add(event.event());
    } else {
      throw new AssertionError(save);
    }
  }
}
