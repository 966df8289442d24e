package dev.tilecast.testbed.scenario;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.TileEvent;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.Watch;
import dev.tilecast.testbed.world.World;
import dev.tilecast.transport.Direction;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks on, and tells what a reader of a transcript wants to know: what went live where and from
 * whom it came, what was refused and why, who fell and rose.
 */
final class Story implements Watch {
  private final World world;
  private final Files files;
  private final Lines lines;
  private final Set<Kind> told =
      EnumSet.of(Kind.LIVE, Kind.REFUSED, Kind.EQUIVOCATION, Kind.TROUBLE, Kind.POWER);
  private final Map<SimTile, Told> tiles = new HashMap<>();
  private boolean commanded;

  /** What a line can be about. */
  enum Kind {
    LIVE,
    REFUSED,
    EQUIVOCATION,
    TROUBLE,
    POWER,
    TRANSFER,
    LINK,
    TRUST;

    String words() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What was noted of one tile. */
  private static final class Told {
    /** All bytes of files that ever came in, by the direction. */
    final Map<Direction, Long> fileBytes = new EnumMap<>(Direction.class);

    /** Those of a file that is not live yet, by its key and the direction. */
    final Map<Integer, Map<Direction, Long>> received = new HashMap<>();

    /** What was dropped into its inbox. */
    final Set<SimFile> dropped = new LinkedHashSet<>();

    final Set<String> refusals = new LinkedHashSet<>();
    final Set<TileReport.Equivocation> equivocations = new LinkedHashSet<>();
    boolean news;
    long busyAt;
  }

  Story(World world, Files files, Lines lines) {
    this.world = world;
    this.files = files;
    this.lines = lines;
  }

  void tell(Kind kind, boolean wanted) {
    if (wanted) {
      told.add(kind);
    } else {
      told.remove(kind);
    }
  }

  /** Does what a command says: that tiles start and end in it need not be told. */
  void commanded(Runnable deed) {
    commanded = true;
    deed.run();
    commanded = false;
  }

  /** Somebody drops {@code file} into the inbox of {@code tile}. */
  void dropped(SimTile tile, SimFile file) {
    told(tile).dropped.add(file);
  }

  /** When {@code tile} last sent anything but HELLO, or wrote a row. */
  long busyAt(SimTile tile) {
    return told(tile).busyAt;
  }

  /** What it had pulled is gone with its disk. */
  void newDisk(SimTile tile) {
    told(tile).received.clear();
  }

  /** Bytes of files that came to {@code tile} from there. */
  long fileBytes(SimTile tile, Direction from) {
    return told(tile).fileBytes.getOrDefault(from, 0L);
  }

  private Told told(SimTile tile) {
    return tiles.computeIfAbsent(tile, any -> new Told());
  }

  private void line(Kind kind, SimTile tile, String words) {
    if (told.contains(kind)) {
      lines.add(world.now(), kind + " " + tile + " " + words, tile.toString(), words);
    }
  }

  @Override
  public void started(SimTile tile) {
    Told of = told(tile);
    of.refusals.clear();
    of.equivocations.clear();
    if (!commanded) {
      line(Kind.POWER, tile, "starts again, live: " + files.words(tile));
    }
  }

  @Override
  public void stopped(SimTile tile, String why) {
    if (!commanded) {
      line(Kind.POWER, tile, "stops: " + why);
    }
  }

  @Override
  public void sent(SimTile tile, Direction to, Message message) {
    if (!(message instanceof Message.Hello)) {
      told(tile).busyAt = world.now();
    }
  }

  @Override
  public void heard(SimTile tile, Direction from, Message message) {
    if (message instanceof Message.Data data) {
      told(tile)
          .received
          .computeIfAbsent(data.key(), any -> new EnumMap<>(Direction.class))
          .merge(from, (long) data.bytes().length(), Long::sum);
      told(tile).fileBytes.merge(from, (long) data.bytes().length(), Long::sum);
    }
  }

  @Override
  public void saved(SimTile tile, java.util.List<Save> saves) {
    told(tile).busyAt = world.now();
    for (Save save : saves) {
      if (save instanceof Save.Live live) {
        wentLive(tile, live.entry());
      } else if (save instanceof Save.Event event) {
        event(tile, event.event());
      }
    }
  }

  private void wentLive(SimTile tile, LiveEntry entry) {
    if (!told.contains(Kind.LIVE)) {
      return;
    }
    String file = files.words(entry.version());
    Map<Direction, Long> from =
        Optional.ofNullable(told(tile).received.remove(entry.manifestId().firstInt()))
            .orElse(Map.of());
    long sum = from.values().stream().mapToLong(Long::longValue).sum();
    boolean published =
        sum < entry.fileLength()
            && told(tile).dropped.stream().anyMatch(drop -> drop.id().equals(entry.manifestId()));
    if (published) {
      lines.addLive(world.now(), file, tile.toString(), "published here", 0, 0);
      return;
    }
    String how = "";
    for (Map.Entry<Direction, Long> part : from.entrySet()) {
      how += (how.isEmpty() ? "" : ", ") + Quantities.bytes(part.getValue()) + " " + part.getKey();
    }
    lines.addLive(world.now(), file, tile.toString(), how, sum, entry.fileLength());
  }

  private void event(SimTile tile, TileEvent event) {
    switch (event.kind()) {
      case REFUSED, EQUIVOCATION -> told(tile).news = true;
      case TROUBLE -> line(Kind.TROUBLE, tile, "has trouble: " + event.text());
      case TRANSFER -> line(Kind.TRANSFER, tile, event.text());
      case LINK -> line(Kind.LINK, tile, event.text());
      case TRUST -> line(Kind.TRUST, tile, event.text());
      case STARTED, LIVE, ACTIVATION, STORE -> {
        // Told otherwise, or by a daemon only.
      }
    }
  }

  @Override
  public void turned(SimTile tile) {
    Told of = told(tile);
    if (of.news) {
      of.news = false;
      tile.report().ifPresent(report -> news(tile, of, report));
    }
  }

  /** What is new among the refusals of a report, the oldest first. */
  private void news(SimTile tile, Told of, TileReport report) {
    for (int i = report.refusals().size() - 1; i >= 0; i--) {
      TileReport.Refused refused = report.refusals().get(i);
      String reason = words(refused.refusal().reason());
      String key = refused.name() + " " + refused.from() + " " + refused.refusal().text();
      if (of.refusals.add(key) && !refused.from().equals("inbox")) {
        refused(tile, refused.name(), refused.from(), reason);
      }
    }
    for (int i = report.equivocations().size() - 1; i >= 0; i--) {
      TileReport.Equivocation seen = report.equivocations().get(i);
      if (of.equivocations.add(seen)) {
        equivocation(tile, seen);
      }
    }
  }

  private void refused(SimTile tile, String name, String from, String reason) {
    if (told.contains(Kind.REFUSED)) {
      lines.addRefused(world.now(), tile.toString(), name, from, reason);
    }
  }

  private void equivocation(SimTile tile, TileReport.Equivocation seen) {
    Name name = seen.live().name();
    Bytes prefix = seen.otherDigestPrefix();
    String other =
        world.mint().files().stream()
            .filter(file -> file.name().equals(name))
            .filter(file -> file.version().innerDigest().startsWith(prefix))
            .map(file -> files.words(file.version()))
            .findFirst()
            .orElse("a content that nobody signed");
    line(
        Kind.EQUIVOCATION,
        tile,
        "sees two contents with one stamp: %s live, %s %s"
            .formatted(
                files.words(seen.live()),
                other,
                seen.from().equals("replaced") ? "before" : "from " + seen.from()));
  }

  @Override
  public void answered(SimTile tile, SimFile file, Verdict verdict) {
    String words = files.words(file.version());
    if (verdict instanceof Verdict.AlreadyLive live) {
      String seal = live.sealAdded() ? ", and sealed now" : "";
      line(Kind.LIVE, tile, words + " was dropped again: already live" + seal);
    } else if (verdict instanceof Verdict.Mended) {
      line(Kind.LIVE, tile, words + " was dropped again: in the place of a rotten one");
    } else if (verdict instanceof Verdict.Refused refused) {
      refused(tile, words, "its inbox", words(refused.refusal().reason()));
    }
  }

  static String words(Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
