package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.util.List;
import java.util.Map;

/**
 * What a tile found on its disk when it started, bytes trusted over rows.
 *
 * @param live checked files in {@code live/}
 * @param marks the highest version ever live of each name
 * @param transfers whose staging file is still there; no chunk of theirs is believed yet
 * @param aside by name what lay in {@code live/} and could not stay, and where it is now, as a
 *     sentence
 * @param trust the keys and rules
 */
public record Restored(
    List<LiveEntry> live,
    List<Version> marks,
    List<Begun> transfers,
    Map<Name, String> aside,
    Trust trust) {
  public Restored {
    live = List.copyOf(live);
    marks = List.copyOf(marks);
    transfers = List.copyOf(transfers);
    aside = Map.copyOf(aside);
  }

  /** A tile with nothing on its disk. */
  public static Restored empty(Trust trust) {
    return new Restored(List.of(), List.of(), List.of(), Map.of(), trust);
  }

  /**
   * A transfer that had begun.
   *
   * @param pages those pages of the manifest that were kept
   */
  public record Begun(Bytes manifestId, ManifestHead head, Map<Integer, ManifestPage> pages) {
    public Begun {
      pages = Map.copyOf(pages);
    }
  }
}
